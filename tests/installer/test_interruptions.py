"""Set-up that is killed, started twice, or finds what an earlier one left."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from installer.virtual_environment import is_complete, remove_half_installed
from tests.installer.conftest import Copy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="The scripts are for Linux and macOS.")


def test_a_killed_set_up_goes_on_at_the_next_start(copy: Copy):
    copy.let_pip("kill -9 $PPID; sleep 0.2")
    assert copy.run().returncode != 0
    assert not copy.stamp.exists()
    copy.let_pip("")
    assert copy.run().returncode == 0
    assert [call for call in copy.read_calls() if call.startswith("-m venv")] == [copy.read_calls()[0]]


@pytest.mark.parametrize("step", ["torch", "PySide6", "download"])
def test_no_step_leaves_a_stamp_before_the_last_one_is_done(copy: Copy, step: str):
    copy.let_pip(f'case "$*" in *{step}*) kill -9 $PPID; sleep 0.2 ;; esac')
    copy.run()
    assert not copy.stamp.exists()
    assert "set-up: ready" not in copy.run().stderr


def test_what_a_killed_pip_was_unpacking_is_thrown_away(copy: Copy):
    copy.let_pip('echo half > "$TMPDIR/wheel"; kill -9 $PPID; sleep 0.2')
    copy.run()
    assert (copy.layout.temporary / "wheel").exists()
    copy.let_pip("")
    copy.run()
    assert not copy.layout.temporary.exists()


def test_an_environment_whose_python_is_gone_is_made_anew_and_keeps_the_packs(copy: Copy):
    copy.run()
    copy.layout.packs.mkdir(exist_ok=True)
    (copy.layout.packs / "pack.whl").write_bytes(b"weights")
    copy.layout.python.write_text("#!/bin/sh\nexit 1\n")
    copy.stamp.unlink()
    assert copy.run().returncode == 0
    assert (copy.layout.packs / "pack.whl").read_bytes() == b"weights"


def test_two_starts_at_once_install_once(copy: Copy):
    copy.let_pip("sleep 0.3")
    processes = [copy.start() for _ in range(2)]
    messages = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(copy.read_installs()) == 2
    assert sum("another set-up is at work" in text for text in messages) == 1


def test_a_pip_that_outlived_its_killed_set_up_is_waited_for(copy: Copy):
    over = copy.tools / "over"
    copy.let_pip(f"[ -e '{over}' ] && exit 0; kill -9 $PPID; sleep 1; touch '{over}'")
    copy.run()
    assert not over.exists()
    second = copy.run()
    assert "another set-up is at work" in second.stderr
    assert (second.returncode, over.exists()) == (0, True)


def test_the_test_tools_come_on_top_and_both_stamps_hold(copy: Copy):
    copy.run()
    assert not any("pytest-qt" in call for call in copy.read_installs())
    copy.run(script="test.sh")
    assert "pytest-qt" in copy.read_installs()[-1]
    assert copy.run().stderr == ""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return the record of an installed package of one module, as pip leaves it."""
    record = tmp_path / "thing-1.0.dist-info"
    record.mkdir()
    (tmp_path / "thing.py").write_bytes(b"x = 1\n")
    (record / "INSTALLER").write_text("pip\n")
    (record / "RECORD").write_text("thing.py,sha256=abc,6\nthing-1.0.dist-info/RECORD,,\n__pycache__/thing.pyc,,\n")
    return record


def test_a_whole_package_is_left_alone(package: Path):
    remove_half_installed(package.parent)
    assert package.exists()


def _lose_module(record: Path) -> None:
    (record.parent / "thing.py").unlink()


def _empty_module(record: Path) -> None:
    (record.parent / "thing.py").write_bytes(b"")


def _lose_installer(record: Path) -> None:
    (record / "INSTALLER").unlink()


def _lose_listing(record: Path) -> None:
    (record / "RECORD").unlink()


def _cut_listing(record: Path) -> None:
    (record / "RECORD").write_text("thing.py,sha256")


@pytest.mark.parametrize("harm", [_lose_module, _empty_module, _lose_installer, _lose_listing, _cut_listing])
def test_a_package_that_is_not_all_there_is_forgotten_so_that_pip_installs_it_again(package: Path, harm):
    harm(package)
    assert not is_complete(package)
    remove_half_installed(package.parent)
    assert not package.exists()
