"""The menu of the desktop: an entry that starts this copy of the program, its icons, and nothing left afterwards."""

from __future__ import annotations

import configparser
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from installer.desktop_entry import entry_path, find_data_home, install, list_icons, make_entry, quote, uninstall

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Desktop entries are for Linux.")


def read(text: str) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return parser["Desktop Entry"]


def split_command(value: str) -> list[str]:
    """Read a command as a desktop does: unescape the value, then its arguments."""
    unescaped = value.replace("\\\\", "\\").replace("\\$", "$").replace("\\`", "`")
    return [word.replace("%%", "%") for word in shlex.split(unescaped)]


@pytest.mark.parametrize("folder", ["/opt/inspector", '/home/a b/pro"gram $1 `x` 100% \\o'])
def test_the_entry_starts_this_copy_with_the_files_that_were_dropped_on_it(folder):
    entry = read(make_entry(Path(folder)))
    assert split_command(entry["Exec"]) == ["bash", f"{folder}/installer/run.sh", "window", "%F"]
    assert entry["Type"] == "Application"
    assert entry["Terminal"] == "false"


def test_a_plain_path_needs_no_quotes():
    assert quote("/opt/run.sh") == "/opt/run.sh"


def test_the_script_installs_and_uninstalls(project: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    script = ["bash", str(project / "installer" / "run.sh")]
    subprocess.run([*script, "--install-desktop"], check=True, capture_output=True)
    assert entry_path(tmp_path).is_file()
    assert all(target.read_bytes() == source.read_bytes() for source, target in list_icons(tmp_path))
    subprocess.run([*script, "--uninstall-desktop"], check=True, capture_output=True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix in (".desktop", ".png", ".svg")]


def test_installing_twice_and_uninstalling_nothing_is_no_fault(project: Path, tmp_path: Path):
    uninstall(tmp_path)
    for _ in range(2):
        assert install(tmp_path, project) == entry_path(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Path, tmp_path: Path, monkeypatch):
    (tmp_path / "icons").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    script = ["bash", str(project / "installer" / "run.sh"), "--install-desktop"]
    result = subprocess.run(script, check=False, capture_output=True, text=True)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("named", ["", "relative/folder"])
def test_without_a_data_folder_named_the_usual_one_is_taken(named, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", named)
    assert find_data_home() == Path.home() / ".local" / "share"
