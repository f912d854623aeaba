"""A station on the dummy backbone with tiny rendered photos: whole commands in a fraction of a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

PROJECT = Path(__file__).resolve().parents[2]
SIZE = 168
"""Side of the rendered photos in pixels."""


def render_part(seed: int, *, defect: bool = False) -> Image.Image:
    """Return a brushed grey surface; the defective one has a dark red spot in the top left."""
    noise = np.random.default_rng(seed).normal(0.0, 6.0, (SIZE, SIZE, 1))
    shade = np.linspace(120, 140, SIZE)[None, :, None]
    pixels = np.clip(shade + noise + np.zeros((1, 1, 3)), 0, 255).astype(np.uint8)
    if defect:
        pixels[20:62, 25:67] = (90, 10, 10)
    return Image.fromarray(pixels)


def render_mask() -> Image.Image:
    """Return the true mask of the defect of `render_part`."""
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[20:62, 25:67] = 255
    return Image.fromarray(mask)


@pytest.fixture(autouse=True)
def dummy_backbone(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge without model packs, in the home folder of the test."""
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    monkeypatch.setenv("ANOMALYGPT_USER", "Ada Lovelace")


@pytest.fixture
def part() -> Callable[..., Image.Image]:
    """Return the function that renders a part."""
    return render_part


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder with a reference, two more good parts and a defective one."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed, name in enumerate(("reference", "good", "another")):
        render_part(seed).save(folder / f"{name}.png")
    render_part(7, defect=True).save(folder / "spot.png")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder laid out like MVTec AD with one category, "plate"."""
    category = tmp_path / "data" / "plate"
    for folder in ("train/good", "test/good", "test/spot", "ground_truth/spot"):
        (category / folder).mkdir(parents=True)
    for number in range(3):
        render_part(number).save(category / "train" / "good" / f"{number:03}.png")
        render_part(10 + number).save(category / "test" / "good" / f"{number:03}.png")
        render_part(20 + number, defect=True).save(category / "test" / "spot" / f"{number:03}.png")
        render_mask().save(category / "ground_truth" / "spot" / f"{number:03}_mask.png")
    return category.parent


@pytest.fixture
def run() -> Callable[..., Result]:
    """Return a function that runs one command in this process and returns its status and streams."""
    from station.commands import app

    def run_command(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return run_command


@pytest.fixture
def inspect(run: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """Return a function that runs `inspect --json` and returns its document."""

    def run_inspect(*words: object) -> dict[str, Any]:
        return json.loads(run("inspect", *words, "--json").stdout)

    return run_inspect


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts the program as a process of its own."""

    def start_program(*words: object, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, str(PROJECT / "main.py"), *map(str, words)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(command, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, **streams)

    return start_program
