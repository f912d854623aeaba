"""Ctrl-C ends a batch also where a library made another error of it."""

import signal
import threading
from contextlib import suppress

import pytest

from station.interrupts import InterruptWatch


def press():
    signal.raise_signal(signal.SIGINT)


def test_it_interrupts_as_always_and_the_old_handler_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), InterruptWatch():
        press()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_a_library_swallowed_is_raised_at_the_next_check():
    with InterruptWatch() as watch:
        watch.check()
        with suppress(KeyboardInterrupt):  # as a library does that reports an error of its own instead
            press()
        with pytest.raises(KeyboardInterrupt):
            watch.check()


def test_in_another_thread_it_watches_nothing_and_does_no_harm():
    seen = []

    def work():
        with InterruptWatch() as watch:
            watch.check()
            seen.append(watch.was_pressed)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]
