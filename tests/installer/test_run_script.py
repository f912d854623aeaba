"""`run.sh` as a user starts it: what reaches the program, and what set-up does on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installer.conftest import Copy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="run.sh is for Linux and macOS.")


@pytest.mark.parametrize("script", ["run.sh", "test.sh", "environment.sh"])
def test_the_scripts_are_valid_bash(project: Path, script: str):
    subprocess.run(["bash", "-n", str(project / "installer" / script)], check=True)


@pytest.mark.parametrize(
    "argument", ["two words", "", "*", "a'b\"c", "--json", "$HOME", "bohrung_ä.png", "back\\slash"]
)
def test_every_argument_reaches_the_program_as_it_was_typed(copy: Copy, argument: str):
    copy.make_ready()
    assert json.loads(copy.run("inspect", argument).stdout)["arguments"] == ["inspect", argument]


def test_the_program_runs_in_the_folder_of_the_user(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy.make_ready()
    monkeypatch.chdir(tmp_path)
    assert json.loads(copy.run().stdout)["folder"] == str(tmp_path)


def test_it_can_be_started_through_a_link(copy: Copy, tmp_path: Path):
    copy.make_ready()
    link = tmp_path / "inspector"
    link.symlink_to(copy.run_script)
    assert subprocess.run(["bash", str(link), "--help"], check=True, capture_output=True).stderr == b""


@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_the_exit_status_of_the_program_is_passed_on(copy: Copy, status: int):
    copy.make_ready()
    assert copy.run(STATUS=str(status)).returncode == status


def test_the_program_takes_the_place_of_the_script_so_that_signals_reach_it(copy: Copy):
    copy.make_ready()
    process = copy.start()
    output, _ = process.communicate(timeout=30)
    assert json.loads(output)["process"] == process.pid


def test_a_stop_signal_ends_the_program_and_is_seen_outside(copy: Copy):
    copy.make_ready()
    (copy.layout.project / "main.py").write_text("import time; print('started', flush=True); time.sleep(60)")
    process = copy.start()
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGTERM


def test_packages_of_another_python_stay_out(copy: Copy):
    copy.make_ready()
    assert json.loads(copy.run(PYTHONPATH="/opt/ros/lib").stdout)["path"] is None


def test_a_later_start_adds_less_than_three_tenths_of_a_second(copy: Copy):
    copy.make_ready()
    (copy.layout.project / "main.py").write_text("")
    bare = [str(copy.layout.python), str(copy.layout.project / "main.py")]
    assert min(_time(["bash", str(copy.run_script)]) for _ in range(5)) < 0.3 + min(_time(bare) for _ in range(5))


def _time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def test_a_ready_copy_needs_no_permission_to_write(copy: Copy):
    copy.make_ready()
    before = sorted(copy.layout.project.rglob("*"))
    copy.run()
    assert sorted(copy.layout.project.rglob("*")) == before


def test_the_first_start_keeps_stdout_for_the_program(copy: Copy):
    copy.let_pip("echo Collecting something; echo careful >&2")
    run = copy.run("--json")
    assert (run.returncode, json.loads(run.stdout)["arguments"]) == (0, ["--json"])
    assert "Collecting something" in copy.layout.log.read_text()
    assert all(line.startswith("set-up: ") for line in run.stderr.splitlines())


def test_the_second_start_is_silent_and_calls_no_pip(copy: Copy):
    copy.run()
    calls = copy.read_calls()
    assert (copy.run().stderr, copy.read_calls()) == ("", calls)


@pytest.mark.parametrize("name", ["pyproject.toml", "installer/constraints.txt"])
def test_changed_requirements_are_installed_on_the_next_start(copy: Copy, name: str):
    copy.run()
    installs = len(copy.read_installs())
    with (copy.layout.project / name).open("a") as requirements:
        requirements.write("\n# a newer version\n")
    copy.run()
    assert len(copy.read_installs()) > installs


def test_another_interpreter_behind_the_same_name_is_noticed(copy: Copy):
    copy.make_ready()
    copy.layout.python.unlink()
    copy.layout.python.symlink_to(copy.tools / "python")
    assert "set-up: ready" in copy.run().stderr


def test_the_fetched_packs_are_handed_to_the_program_unless_the_user_names_a_source(copy: Copy):
    copy.make_ready()
    copy.layout.packs.mkdir()
    assert json.loads(copy.run(ANOMALYGPT_PACK_SOURCE="").stdout)["packs"] == str(copy.layout.packs)
    assert json.loads(copy.run(ANOMALYGPT_PACK_SOURCE="/media/usb").stdout)["packs"] == "/media/usb"


def test_a_failed_set_up_gives_one_reason_and_status_two(copy: Copy):
    copy.let_pip("echo 'ERROR: [Errno 28] No space left on device'; exit 1")
    run = copy.run("inspect")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines()[-1].startswith("set-up: The disk is full")


def test_without_a_python_it_says_which_one_to_install(copy: Copy, tmp_path: Path):
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("bash", "dirname", "readlink", "cat"):
        (commands / name).symlink_to(_find(name))
    run = copy.run(PATH=str(commands), ANOMALYGPT_PYTHON="")
    assert (run.returncode, run.stdout) == (2, "")
    assert "no Python 3.11 or newer was found" in run.stderr


def test_a_python_that_is_too_old_is_passed_over(copy: Copy, tmp_path: Path):
    old = tmp_path / "python3.11"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (tmp_path / "python3").symlink_to(copy.tools / "python")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    for newer in ("python3.12", "python3.13", "python3.14"):
        (tmp_path / newer).symlink_to(old)
    assert copy.run(PATH=path, ANOMALYGPT_PYTHON="").returncode == 0
    assert copy.read_calls()[-1].startswith("-m pip download")


def _find(name: str) -> Path:
    return next(path for folder in ("/bin", "/usr/bin") if (path := Path(folder, name)).exists())


def test_modules_in_the_users_folder_do_not_disturb_set_up(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "shutil.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    assert copy.run().returncode == 0
