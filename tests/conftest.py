"""Fixtures of all rooms: an own home folder for every test, the development photos, the model packs.

Importable without Qt and without any room, so that one broken room does not take the tests of the others along.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

PROJECT = Path(__file__).resolve().parent.parent
DEVELOPMENT_DATA = PROJECT.parent / "shared" / "data"

ENVIRONMENT = Path(sys.prefix)
FETCHED_PACKS = ENVIRONMENT / "packs"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if FETCHED_PACKS.is_dir():
    os.environ.setdefault("ANOMALYGPT_PACK_SOURCE", str(FETCHED_PACKS))


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the test a home folder of its own that does not exist yet, and hide the user's settings from it."""
    home = tmp_path_factory.mktemp("station") / "home"
    settings = {name for name in os.environ if name.startswith("ANOMALYGPT_")} - {"ANOMALYGPT_PACK_SOURCE"}
    with patch.dict(os.environ):
        for name in settings:
            del os.environ[name]
        os.environ["ANOMALYGPT_HOME"] = str(home)
        yield home


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the folder that holds the rooms."""
    return PROJECT


@pytest.fixture(scope="session")
def development_data() -> Path:
    """Return the folder of real photos that lies beside the project where it is developed."""
    if not DEVELOPMENT_DATA.is_dir():
        pytest.skip("The development photos (../shared/data) are not on this machine.")
    return DEVELOPMENT_DATA


@pytest.fixture(scope="session")
def model_home() -> Path:
    """Return a home folder with the default model packs, made once and kept for later runs; add nothing to it."""
    from inference.errors import ModelPackError
    from inference.model_packs.installing import install_pack

    home = ENVIRONMENT / "test-home"
    try:
        install_pack("default", home / "models")
    except ModelPackError as error:
        pytest.skip(f"The default model packs cannot be had: {error}")
    return home


@pytest.fixture
def home_with_packs(own_home: Path, model_home: Path) -> Path:
    """Return the test's own home folder with the default model packs in it."""
    own_home.mkdir()
    (own_home / "models").symlink_to(model_home / "models")
    return own_home
