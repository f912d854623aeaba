"""What holds for the whole project: pinned versions, rooms that keep apart, a package that says what it is."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import resources


def read_pins(project: Path) -> dict[str, str]:
    lines = (project / "installer" / "constraints.txt").read_text().splitlines()
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins}


@pytest.fixture(scope="module")
def declared(project: Path) -> dict:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def requirements(declared: dict) -> list[Requirement]:
    return [Requirement(text) for text in declared["dependencies"] + declared["optional-dependencies"]["test"]]


def test_every_requirement_has_a_pin_that_fulfils_it(project: Path, requirements: list[Requirement]):
    pins = read_pins(project)
    refused = [str(each) for each in requirements if not each.specifier.contains(pins[canonicalize_name(each.name)])]
    assert refused == []


def test_what_the_requirements_need_in_turn_is_pinned_as_well(project: Path, requirements: list[Requirement]):
    needed = {canonicalize_name(each.name) for each in requirements}
    todo = list(needed)
    while todo:
        found = {canonicalize_name(name) for name in read_needs(todo.pop())} - needed
        needed |= found
        todo += found
    assert needed - set(read_pins(project)) == set()


def read_needs(name: str) -> list[str]:
    """Return what an installed package needs on this machine, without its extras."""
    needs = [Requirement(text) for text in metadata.requires(name) or []]
    return [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]


def test_torch_is_pinned_without_a_build_so_that_both_builds_fit(project: Path):
    assert "+" not in read_pins(project)["torch"]
    assert "torchvision" not in read_pins(project)


def test_set_up_imports_nothing_that_is_not_in_python(project: Path):
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (project / "installer").glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | {"installer"}


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("inference", "import storage.errors"),
        ("storage", "import inference.errors"),
        ("storage", "import torch"),
        ("inference", "import sqlite3"),
        ("inference", "import station"),
        ("station", "import gui"),
        ("station", "from PySide6 import QtWidgets"),
        ("gui", "import torch"),
    ],
)
def test_an_import_against_the_rooms_order_is_caught(project: Path, tmp_path: Path, room: str, statement: str):
    build_empty_rooms(project, tmp_path)
    (tmp_path / room / "errors.py").write_text(f"{statement}\n")
    checked = check_imports(tmp_path)
    assert (checked.returncode, "BROKEN" in checked.stdout) == (1, True)


def test_imports_in_the_rooms_order_are_fine(project: Path, tmp_path: Path):
    build_empty_rooms(project, tmp_path)
    (tmp_path / "gui" / "errors.py").write_text("import station.errors\n")
    (tmp_path / "station" / "errors.py").write_text("import inference.errors, storage.errors\n")
    assert check_imports(tmp_path).returncode == 0


def build_empty_rooms(project: Path, folder: Path) -> None:
    for name in ("station", "gui", "inference", "storage"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
        (folder / name / "errors.py").touch()
    (folder / "pyproject.toml").write_text((project / "pyproject.toml").read_text())


def check_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    lint = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    return subprocess.run([sys.executable, "-c", lint], cwd=folder, capture_output=True, text=True, check=False)


def test_the_licence_is_the_one_that_is_declared(project: Path, declared: dict):
    text = (project / "LICENSE").read_text()
    assert declared["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_change_log_knows_the_present_version(project: Path, declared: dict):
    assert f"## {declared['version']}" in (project / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_script_that_the_read_me_names_is_there(project: Path):
    text = (project / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"installer[/\\][\w.]+", text))
    assert {"installer/run.sh", "installer/test.sh", "installer\\run.bat"} <= named
    assert all((project / name.replace("\\", "/")).exists() for name in named)


def test_every_sample_photo_that_the_read_me_names_is_there(project: Path):
    named = re.findall(r"resources/samples/\S+", (project / "README.md").read_text(encoding="utf-8"))
    assert len(named) >= 2
    assert all((project / name).is_file() for name in named)


def test_a_resource_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert resources.locate("__init__.py").samefile(resources.__file__)


def test_a_resource_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"samples/no such part\.png"):
        resources.locate("samples", "no such part.png")


def test_tests_have_a_home_of_their_own(own_home: Path):
    script = "import os, json; print(json.dumps([os.environ['ANOMALYGPT_HOME'], os.environ['QT_QPA_PLATFORM']]))"
    seen = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(seen.stdout)[0] == str(own_home)
    assert not own_home.exists()
