"""A home folder with the dummy backbone and operations on it, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from gui.dialogs import ReasonEdit
from gui.operations import Operations
from gui.qt_language import use_qt_language
from station.inspecting import inspect_photo
from station.opening import OpenedInspection, open_inspection
from station.products import Addition, add_product, prepare_product
from station.settings import Settings
from station.station import Station


@pytest.fixture(autouse=True)
def qt_speaks_english_again(qapp: QApplication) -> Iterator[None]:
    """Take back the language that a test gave to Qt, which the whole process shares."""
    before = QLocale()
    yield
    use_qt_language(qapp, "en")
    QLocale.setDefault(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def operations(qapp: object, home: Path) -> Iterator[Operations]:
    """Operations on a home whose photos are judged by the dummy backbone."""
    settings = Settings(backbone="dummy", user="Ada")
    operations = Operations(lambda: Station(home, settings))
    yield operations
    assert operations.close()


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        yield station


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Return a folder with photos of a grey surface: `good.png`, `other.png`, and `spot.png` with a dark spot."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for seed, name in enumerate(("good", "other", "spot")):
        noise = np.random.default_rng(seed).normal(128.0, 6.0, (168, 168, 1))
        pixels = np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)
        if name == "spot":
            pixels[20:62, 25:67] = (90, 10, 10)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def give_reason(qapp: QApplication) -> Callable[[str], None]:
    """Return a function that answers the next question for a reason; "" presses Cancel."""

    def answer(reason: str, tries: int = 200) -> None:
        dialog = QApplication.activeModalWidget()
        edit = dialog.findChild(ReasonEdit) if type(dialog).__name__ == "_ReasonDialog" else None
        if dialog is None or edit is None:
            if tries:
                QTimer.singleShot(10, lambda: answer(reason, tries - 1))
            return
        edit.edit.setPlainText(reason)
        [save] = [button for button in dialog.findChildren(QPushButton) if button.isDefault()]
        if reason:
            save.click()
        else:
            dialog.reject()  # type: ignore[attr-defined]

    return lambda reason: QTimer.singleShot(0, lambda: answer(reason))


@pytest.fixture
def opened(station: Station, parts: Path) -> OpenedInspection:
    """Return a recorded inspection of `spot.png` by a product "gear" with one reference, rejected for its spot."""
    add_product(station, Addition("gear", (parts / "good.png",)))
    inspected = inspect_photo(station, parts / "spot.png", prepare_product(station, "gear"))
    return open_inspection(station, inspected.record.id)
