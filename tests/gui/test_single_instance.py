"""One window per home folder: a second start hands over its files, and a killed one leaves nothing in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gui.single_instance import SingleInstance, StartKind, name_server, parse_message

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.single_instance import SingleInstance
app = QCoreApplication([])
print(SingleInstance(Path(sys.argv[1])).start([Path(name) for name in sys.argv[2:]]).value)
"""


def start_second(home: Path, *files: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SECOND_START, str(home), *files],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


def test_a_second_start_hands_its_files_to_the_first(qtbot, home: Path):
    first = SingleInstance(home)
    assert first.start() is StartKind.FIRST
    with qtbot.waitSignal(first.files_received, timeout=20_000) as caught:
        second = start_second(home, "/photos/größe 1.png")
    assert caught.args[0] == [Path("/photos/größe 1.png")]
    assert second.communicate()[0].strip() == StartKind.HANDED_OVER.value
    first.close()


def test_after_the_first_ended_the_next_is_the_first(qapp, home: Path):
    for _ in range(2):
        instance = SingleInstance(home)
        assert instance.start() is StartKind.FIRST
        instance.close()


def test_two_home_folders_have_a_window_each(qapp, tmp_path: Path):
    instances = [SingleInstance(tmp_path / name) for name in ("a", "b")]
    assert [instance.start() for instance in instances] == [StartKind.FIRST, StartKind.FIRST]
    for instance in instances:
        instance.close()


def test_the_lock_of_a_killed_program_is_taken_over(qapp, home: Path):
    home.mkdir()
    script = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
        "from gui.single_instance import SingleInstance\n"
        "app = QCoreApplication([]); one = SingleInstance(Path(sys.argv[1])); one.start(); os._exit(9)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=root, check=False)
    instance = SingleInstance(home)
    assert instance.start() is StartKind.FIRST
    instance.close()


@pytest.mark.parametrize("data", [b"", b"nonsense", b'{"files": 3}', b'{"files": [1]}', b"[]"])
def test_what_is_no_message_is_refused(data):
    assert parse_message(data) is None


def test_the_name_of_the_socket_is_short_and_the_same_for_one_folder(tmp_path: Path):
    assert name_server(tmp_path) == name_server(tmp_path / "x" / "..")
    assert len(name_server(tmp_path)) < 50
