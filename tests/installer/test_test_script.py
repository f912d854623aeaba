"""`test.sh`: every check runs, one that fails is named, and pytest gets the user's arguments."""

from __future__ import annotations

import sys

import pytest

from tests.installer.conftest import Copy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="test.sh is for Linux and macOS.")

FAKE_TOOLS = """#!/bin/sh
echo "$*" >> '{folder}/tools-used'
case "$*" in *"{failing}"*) exit 1 ;; esac
case "$*" in *"-m pytest"*) echo "3 passed in 0.1s" ;; esac
"""


@pytest.fixture
def use_tools(copy: Copy):
    """Return a function that makes a ready environment whose tools succeed, but for one."""

    def use(failing: str = "none of them") -> Copy:
        copy.make_ready()
        copy.layout.python.unlink()
        copy.layout.python.write_text(FAKE_TOOLS.format(folder=copy.tools, failing=failing))
        copy.layout.python.chmod(0o755)
        copy.layout.stamp(with_tests=True).write_bytes(copy.layout.describe())
        return copy

    return use


def test_all_checks_run_and_the_summary_of_pytest_comes_last(use_tools):
    run = use_tools().run(script="test.sh")
    assert run.returncode == 0
    assert run.stdout.splitlines()[-1] == "3 passed in 0.1s"


@pytest.mark.parametrize("check", ["ruff check", "ruff format", "mypy", "lint-imports", "pytest"])
def test_one_failing_check_is_enough_and_the_others_run_all_the_same(use_tools, check: str):
    copy = use_tools(failing=check)
    run = copy.run(script="test.sh")
    assert run.returncode == 1
    assert "not green" in run.stderr
    assert len((copy.tools / "tools-used").read_text().splitlines()) == 5


def test_arguments_go_to_pytest(use_tools):
    copy = use_tools()
    copy.run("-k", "two words", script="test.sh")
    assert (copy.tools / "tools-used").read_text().splitlines()[-1].endswith("-k two words")
