"""A screen that is missing, gone, or cannot be used is a sentence before Qt would end the process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from station import displays
from station.displays import find_obstacle, has_display


@pytest.fixture
def listen(tmp_path):
    """Returns a function that lets something listen at a path, as a server of windows does."""
    servers = []

    def listen_at(path: str | Path) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen()
        servers.append(server)

    yield listen_at
    for server in servers:
        server.close()


@pytest.fixture
def x_sockets(monkeypatch, tmp_path) -> Path:
    monkeypatch.setattr(displays, "X_SOCKETS", tmp_path)
    monkeypatch.setattr(displays, "_WANTED_BY_X", "libc.so.6")
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_a_window_needs_a_display(variables, platform, expected):
    assert has_display(variables, platform) is expected


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_always_have_a_screen(platform):
    assert find_obstacle({}, platform) == ""


def test_who_names_the_platform_of_qt_knows_what_he_does():
    assert find_obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""


def test_no_screen_at_all_is_said():
    assert "no screen" in find_obstacle({}, "linux")


@pytest.mark.parametrize("address", ["{folder}/X7", "\0{folder}/X7"])
def test_an_x_server_that_listens_will_do(x_sockets, listen, address):
    listen(address.format(folder=x_sockets))

    assert find_obstacle({"DISPLAY": ":7.0"}, "linux") == ""


def test_a_screen_that_went_away_is_said_by_its_name(x_sockets):
    assert "screen :7 does not answer" in find_obstacle({"DISPLAY": ":7"}, "linux")


@pytest.mark.parametrize("display", ["nonsense", ":x", "127.0.0.1:59534", "127.0.0.1:999999999999"])
def test_what_names_no_screen_that_answers_is_said(x_sockets, display):
    assert "does not answer" in find_obstacle({"DISPLAY": display}, "linux")


def test_a_screen_of_another_computer_is_reached_by_its_port(x_sockets, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(displays, "X_PORT", server.getsockname()[1] - 3)

        assert find_obstacle({"DISPLAY": "127.0.0.1:3"}, "linux") == ""


def test_wayland_is_enough(x_sockets, listen):
    listen(x_sockets / "wayland-0")

    assert find_obstacle({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(x_sockets)}, "linux") == ""


def test_a_wayland_that_went_away_is_said(x_sockets):
    variables = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(x_sockets)}

    assert "does not answer" in find_obstacle(variables, "linux")


def test_a_library_that_qt_wants_is_named(x_sockets, listen, monkeypatch):
    listen(x_sockets / "X7")
    monkeypatch.setattr(displays, "_WANTED_BY_X", "libnobody-has-this.so.9")

    assert "lacks libnobody-has-this.so.9" in find_obstacle({"DISPLAY": ":7"}, "linux")


def test_the_command_says_it_and_does_not_crash(project, tmp_path):
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "WAYLAND"))}
    variables |= {"DISPLAY": ":4711", "ANOMALYGPT_HOME": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, project / "main.py", "window"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert "screen :4711 does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr
