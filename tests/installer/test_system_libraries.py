"""Libraries and fonts of the window: found missing, installed where permitted, else asked for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer import system_libraries
from installer.logged_commands import CommandRunner
from installer.system_libraries import (
    DEBIAN_PACKAGES,
    find_missing_libraries,
    has_font,
    install_system_libraries,
    install_test_programs,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="System packages are for Linux.")


class Machine:
    """A machine that lacks two libraries; its apt and sudo write down what they are asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
        monkeypatch.setattr(system_libraries, "find_missing_libraries", lambda: ["libEGL.so.1", "libxcb-icccm.so.4"])
        monkeypatch.setattr(system_libraries, "has_font", lambda: True)
        self.become(0)

    def become(self, user: int) -> None:
        self._monkeypatch.setattr(os, "geteuid", lambda: user)

    def add_command(self, name: str, commands: str = "") -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.folder}/calls"\n{commands}\n')
        path.chmod(0o755)

    def read_calls(self) -> list[str]:
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, monkeypatch)
    machine.add_command("apt-get")
    return machine


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[CommandRunner]:
    with (tmp_path / "lock").open("w") as lock:
        yield CommandRunner(tmp_path / "log", lock.fileno(), os.environ)


def test_root_installs_just_what_is_missing(machine: Machine, runner: CommandRunner):
    install_system_libraries(runner)
    (call,) = machine.read_calls()
    assert call.endswith("install -y --no-install-recommends libegl1 libxcb-icccm4")


def test_old_package_lists_are_renewed_and_the_install_tried_again(machine: Machine, runner: CommandRunner, tmp_path):
    renewed = tmp_path / "renewed"
    machine.add_command("apt-get", f'case "$*" in *update*) touch "{renewed}" ;; *) [ -e "{renewed}" ] ;; esac')
    install_system_libraries(runner)
    assert ["update" in call for call in machine.read_calls()] == [False, True, False]


def test_a_user_with_sudo_installs_through_it(machine: Machine, runner: CommandRunner, capsys):
    machine.become(1000)
    machine.add_command("sudo")
    install_system_libraries(runner)
    assert machine.read_calls()[0] == "sudo -n true"
    assert "sudo -n DEBIAN_FRONTEND=noninteractive apt-get" in machine.read_calls()[1]
    assert "ask IT" not in capsys.readouterr().err


def test_a_user_without_rights_gets_the_command_for_it_and_set_up_goes_on(machine: Machine, runner, capsys):
    machine.become(1000)
    machine.add_command("sudo", "exit 1")
    install_system_libraries(runner)
    assert "ask IT to run: sudo apt-get install -y libegl1 libxcb-icccm4" in capsys.readouterr().err
    assert machine.read_calls() == ["sudo -n true"]


def test_a_failing_apt_does_not_stop_set_up(machine: Machine, runner: CommandRunner, capsys):
    machine.add_command("apt-get", "exit 100")
    install_system_libraries(runner)
    assert "the commands work" in capsys.readouterr().err


def test_another_linux_is_told_which_libraries_are_missing(machine: Machine, runner, monkeypatch, capsys):
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: None)
    install_system_libraries(runner)
    assert "libEGL.so.1, libxcb-icccm.so.4" in capsys.readouterr().err


def test_a_machine_without_any_font_gets_one(machine: Machine, runner: CommandRunner, monkeypatch):
    monkeypatch.setattr(system_libraries, "has_font", lambda: False)
    install_system_libraries(runner)
    assert machine.read_calls()[0].endswith(" fonts-dejavu-core")


def test_a_complete_machine_is_left_alone(machine: Machine, runner: CommandRunner, monkeypatch, capsys):
    monkeypatch.setattr(system_libraries, "find_missing_libraries", list)
    install_system_libraries(runner)
    assert (machine.read_calls(), capsys.readouterr().err) == ([], "")


def test_the_tests_get_the_programs_they_lack(machine: Machine, runner: CommandRunner, monkeypatch):
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: None if name == "xdotool" else name)
    install_test_programs(runner)
    assert machine.read_calls()[0].endswith("install -y --no-install-recommends xdotool")


def test_the_tests_get_a_database_server_where_there_is_none(
    machine: Machine, runner: CommandRunner, monkeypatch, tmp_path
):
    monkeypatch.setattr(system_libraries, "POSTGRESQL_PROGRAMS", tmp_path)
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: None if name == "postgres" else name)
    install_test_programs(runner)
    assert machine.read_calls()[0].endswith("install -y --no-install-recommends postgresql")


def test_tests_without_their_programs_do_not_stop_set_up(machine: Machine, runner: CommandRunner, monkeypatch, capsys):
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: name if name == "apt-get" else None)
    machine.add_command("apt-get", "exit 100")
    install_test_programs(runner)
    assert "skipped" in capsys.readouterr().err


def test_a_library_that_cannot_be_loaded_is_missing():
    def load(name: str) -> None:
        if name == "libGL.so.1":
            raise OSError("cannot open shared object file")

    assert find_missing_libraries(load) == ["libGL.so.1"]


def test_fonts_are_found_in_any_depth(tmp_path: Path):
    folders = [str(tmp_path / "none"), str(tmp_path)]
    assert not has_font(folders)
    (tmp_path / "truetype" / "dejavu").mkdir(parents=True)
    (tmp_path / "truetype" / "dejavu" / "DejaVuSans.TTF").touch()
    assert has_font(folders)


PART_OF_EVERY_LINUX = ("libc.", "libm.", "libdl.", "librt.", "libpthread.", "libresolv.", "libgcc_s.", "libstdc++.")
PART_OF_THE_WHEEL = ("libQt6", "libicu", "libpyside6", "libshiboken6")
BROUGHT_BY_OTHERS = ("libz.", "libzstd.", "libbrotlicommon.", "libgthread-2.0.")


def test_the_list_covers_what_the_installed_qt_is_linked_to():
    needed = {name for path in _find_qt_binaries() for name in _read_library_names(path)}
    expected = PART_OF_EVERY_LINUX + PART_OF_THE_WHEEL + BROUGHT_BY_OTHERS
    assert {name for name in needed if not name.startswith(expected)} == set(DEBIAN_PACKAGES)


def _find_qt_binaries() -> list[Path]:
    qt = Path(pytest.importorskip("PySide6").__file__).parent / "Qt"
    modules = ("Core", "Gui", "Widgets", "Svg", "DBus", "Network", "XcbQpa", "OpenGL", "WaylandClient")
    libraries = [qt / "lib" / f"libQt6{name}.so.6" for name in modules]
    platforms = [qt / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "offscreen", "wayland")]
    return [*libraries, *platforms, *qt.glob("plugins/xcbglintegrations/*.so")]


def _read_library_names(path: Path) -> set[str]:
    """Return the file names of libraries in the binary's string tables, where the dynamic section takes them from."""
    return {name.decode() for name in re.findall(rb"(?<=\x00)lib[\w.+-]+\.so(?:\.\d+)+(?=\x00)", path.read_bytes())}
