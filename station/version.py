"""The version of this application, as installed or as it stands in the checkout's `pyproject.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "anomalygpt-inspector"


@cache
def application_version() -> str:
    """Return the version; a checkout's own number outranks that of an older installation beside it."""
    project = Path(__file__).resolve().parents[1] / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version(DISTRIBUTION)
