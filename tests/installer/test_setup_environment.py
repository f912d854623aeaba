"""The steps of set-up and its refusals: space, permission, a Python without venv, an interruption by hand."""

from __future__ import annotations

import errno
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from installer import setup_environment
from installer.errors import SetupError, explain_os_error
from installer.layout import Layout
from installer.setup_environment import check_space, main, measure_folder, prepare
from tests.installer.conftest import Copy

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def here(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Let set-up run in this process, for the copy and with its stand-in for Python."""
    monkeypatch.setattr(sys, "executable", str(copy.tools / "python"))
    monkeypatch.setattr(setup_environment, "install_system_libraries", lambda runner: None)
    monkeypatch.setattr(setup_environment, "Layout", lambda project: copy.layout)
    return copy.layout


def test_too_little_disk_space_is_said_before_anything_is_installed(copy: Copy, here, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 10**9))
    assert main([]) == 2
    assert "1.0 GB to spare and set-up needs 4 GB" in capsys.readouterr().err
    assert copy.read_calls() == []


def test_what_is_installed_already_counts_as_room(tmp_path: Path, monkeypatch):
    layout = Layout(tmp_path)
    (layout.environment / "lib").mkdir(parents=True)
    (layout.environment / "lib" / "big.so").write_bytes(b"x" * 3000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10000, 9000, 1000))
    assert measure_folder(layout.environment) == 3000
    check_space(layout, 4000)
    with pytest.raises(SetupError, match="free some space"):
        check_space(layout, 4001)


def test_cuda_needs_more_room(here: Layout, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 5 * 10**9))
    monkeypatch.setenv("ANOMALYGPT_TORCH", "cuda")
    assert main([]) == 2
    assert "needs 14 GB" in capsys.readouterr().err


def test_a_disk_that_fills_up_on_the_way_is_said(here: Layout, monkeypatch, capsys):
    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device", str(here.log))

    monkeypatch.setattr(setup_environment, "ensure_environment", fail)
    assert main([]) == 2
    assert "The disk is full" in capsys.readouterr().err


def test_a_folder_that_may_not_be_written_is_said(here: Layout, monkeypatch, capsys):
    def refuse(path, **_options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert main([]) == 2
    assert f"{here.environment} cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_every_kind_of_refusal_by_the_system_asks_for_permission(code: int):
    assert "cannot be written" in explain_os_error(OSError(code, "no", "/program"))


def test_any_other_trouble_with_a_file_names_it():
    assert "/program/x (Input/output error)" in explain_os_error(OSError(errno.EIO, "Input/output error", "/program/x"))


def test_a_file_in_the_place_of_the_environment_is_named(here: Layout, capsys):
    here.environment.write_text("not a folder")
    assert main([]) == 2
    assert str(here.environment) in capsys.readouterr().err


def test_an_interruption_by_hand_is_no_error_report(here: Layout, monkeypatch, capsys):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(setup_environment, "ensure_environment", interrupt)
    assert main([]) == 130
    assert "goes on where it stopped" in capsys.readouterr().err
    assert not here.is_ready(with_tests=False)


def test_a_python_without_ensurepip_borrows_its_own_pip(copy: Copy, here: Layout):
    copy.let_venv('case "$*" in *without-pip*) ;; *) exit 1 ;; esac')
    prepare(here, with_tests=False)
    assert any(f"--python {here.python} install pip" in call for call in copy.read_calls())
    assert here.is_ready(with_tests=False)


def test_a_python_that_cannot_make_environments_is_named_with_the_package_it_lacks(copy: Copy, here: Layout, capsys):
    copy.let_venv("exit 1")
    assert main([]) == 2
    message = capsys.readouterr().err
    assert str(copy.tools / "python") in message
    assert "-venv`" in message


def test_nothing_at_all_is_done_where_everything_is_ready(copy: Copy, here: Layout):
    prepare(here, with_tests=True)
    calls = copy.read_calls()
    prepare(here, with_tests=False)
    assert copy.read_calls() == calls


def test_a_gpu_that_is_there_is_pointed_out(here: Layout, monkeypatch, capsys):
    monkeypatch.setattr(setup_environment, "NVIDIA_DRIVER", here.pyproject)
    prepare(here, with_tests=False)
    assert "ANOMALYGPT_TORCH=cuda" in capsys.readouterr().err


def test_set_up_prints_nothing_on_stdout(here: Layout, capsys):
    prepare(here, with_tests=False)
    assert capsys.readouterr().out == ""
