"""Garbage is collected in the window's thread only, whatever thread makes it, and Python's own way comes back."""

import gc
from threading import get_ident

import pytest

from gui.garbage import GarbageCollector
from gui.operations import Operations


@pytest.fixture
def threads():
    """Collect the threads in which Python collects garbage."""
    seen = []

    def note(phase, info):
        seen.append(get_ident())

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def make_garbage(station, control):
    for _ in range(20_000):
        cycle = []
        cycle.append(cycle)


def test_what_a_lane_leaves_behind_is_collected_in_the_windows_thread(qtbot, operations: Operations, threads):
    with qtbot.waitSignal(operations.ended):
        operations.run("work", make_garbage)
    qtbot.waitUntil(lambda: bool(threads))
    assert set(threads) == {get_ident()}


def test_python_collects_by_itself_again_afterwards(qapp):
    assert gc.isenabled()
    first, second = GarbageCollector(), GarbageCollector()
    assert not gc.isenabled()
    first.close()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert gc.isenabled()


def test_nothing_is_collected_before_it_is_due(qapp, threads):
    collector = GarbageCollector()
    gc.collect()
    threads.clear()
    collector.collect()
    assert threads == []
    collector.close()
