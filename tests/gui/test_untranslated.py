"""In a language where every translated text stands in brackets, nothing that a person reads stands without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTabWidget,
    QWidget,
)

from gui.main_window import MainWindow
from gui.operations import Operations
from gui.qt_language import use_qt_language
from gui.theme import apply_theme
from station import language
from station.opening import OpenedInspection
from station.settings import Settings
from tests.gui.test_accessibility import DIALOGS

OWN_WORDS = (
    "AnomalyGPT", "Inspector", "gear", "Flange", "Ada", "spot", "good", "root", "dummy", "cpu", "CPU", "CUDA", "MPS",
    "GPU", "SHA", "hash", "Ctrl", "Shift", "Enter", "Esc", "SQLite", "Python", "PySide", "Linux", "GNU", "Debian",
    "Strg",
    "English", "Deutsch", "px", "crack", "scratch", "dent", "hole", "stain", "burr", "missing part", "other", "torch",
    "openvino", "numpy", "GB", "MB", "kB", "Apache", "MIT", "AM", "PM", "Nov", "PNG", "Open", "DINOv", "ViT", "dinov",
    "PySide6-Essentials", "opencv-python-headless", "SQLAlchemy", "reportlab", "transformers", "pyqtgraph", "pillow",
    "vits", "EfficientNet", "efficientnet", "lite", "Lite", "smollm", "SmolLM",
)  # fmt: skip
"""Names, data and units: what is the same in every language, or was put in by the test."""
RECORDED = ("Judged by the dummy backbone", "Aims to reject")
"""Sentences that records keep in English and that are shown as they were recorded."""


@pytest.fixture(autouse=True)
def in_brackets(qapp: QApplication) -> Iterator[None]:
    use_qt_language(qapp, "en")
    language.use_language(language.PSEUDO)
    yield
    language.use_language("en")


def list_texts(root: QWidget) -> Iterator[tuple[str, str]]:
    """Every text that `root` shows, offers as a tool tip or says to a screen reader, with where it is from."""
    for widget in (root, *root.findChildren(QWidget)):
        if is_of_qt(widget) or is_data(widget):
            continue
        kind = type(widget).__name__
        yield from ((kind, text) for text in (widget.toolTip(), widget.accessibleName(), widget.windowTitle()))
        yield from ((kind, text) for text in _read_texts(widget))
        for action in widget.actions():
            yield from ((f"action of {kind}", text) for text in (action.text(), action.toolTip()))


READERS: dict[type[QWidget], Callable[[Any], list[str]]] = {
    QLabel: lambda label: [label.text()],
    QAbstractButton: lambda button: [button.text()],
    QGroupBox: lambda box: [box.title()],
    QMenu: lambda menu: [menu.title()],
    QComboBox: lambda choice: [choice.itemText(index) for index in range(choice.count())],
    QLineEdit: lambda field: [field.placeholderText()],
    QPlainTextEdit: lambda field: [field.placeholderText()],
    QTabWidget: lambda tabs: [tabs.tabText(index) for index in range(tabs.count())],
    QHeaderView: lambda header: [
        str(header.model().headerData(n, header.orientation()) or "") for n in range(header.count())
    ],
}
"""The texts of each kind of widget."""


def _read_texts(widget: QWidget) -> list[str]:
    return [text for kind, read in READERS.items() if isinstance(widget, kind) for text in read(widget)]


def is_of_qt(widget: QWidget) -> bool:
    """Arrows beside tabs and hidden buttons of panes, which Qt makes and translates itself."""
    return isinstance(widget.parentWidget(), QTabBar) or widget.objectName().startswith("qt_")


def is_data(widget: QWidget) -> bool:
    """Labels whose text can be selected hold values: versions, names of packages, licences."""
    flags = widget.textInteractionFlags() if isinstance(widget, QLabel) else Qt.TextInteractionFlag.NoTextInteraction
    return bool(flags & Qt.TextInteractionFlag.TextSelectableByMouse)


def find_untranslated(root: QWidget) -> list[tuple[str, str]]:
    return sorted({(kind, text) for kind, text in list_texts(root) if is_untranslated(text)})


def is_untranslated(text: str) -> bool:
    """Whether words are left when what stands in brackets, markup, paths, names and data are taken away."""
    if any(sentence in text for sentence in RECORDED):
        return False
    left = re.sub(r"⟦.*⟧|<[^>]*>|\S*[/\\]\S*|\S*\.\w{2,4}\b|\b[0-9a-f]{12,}\b", " ", text, flags=re.DOTALL)
    left = re.sub("|".join(sorted(OWN_WORDS, key=len, reverse=True)), " ", left)
    return bool(re.search(r"[A-Za-z]{3}", left))


@pytest.fixture
def window(qtbot, operations: Operations, home: Path, opened: OpenedInspection, qapp) -> Iterator[MainWindow]:
    apply_theme(qapp, "light")
    window = MainWindow(operations, home, Settings(backbone="dummy", user="Ada"), "Ada")
    window.show()
    window.start()
    window.show_inspection(opened)
    for page in range(3):
        window.show_page(page)
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=20_000)
    yield window
    window.leave()
    window.deleteLater()


def test_the_window_says_nothing_untranslated(window: MainWindow):
    assert find_untranslated(window) == []


@pytest.mark.parametrize("name", sorted(set(DIALOGS) - {"about", "crash"}))
def test_a_dialog_says_nothing_untranslated(
    qtbot, name: str, operations: Operations, opened: OpenedInspection, home: Path
):
    """Not looked at here: the texts of licences, and reports of faults, which are for developers."""
    if name == "product":
        from gui.product_dialog import ProductDialog

        dialog: QWidget = ProductDialog(operations, "gear")
    else:
        dialog = DIALOGS[name](operations, opened, home)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=20_000)

    assert find_untranslated(dialog) == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("⟦Open photos…⟧", False),
        ("Open photos…", True),
        ("⟦Score⟧ 43", False),
        ("/a/b/settings.toml", False),
        ("<b>⟦Yes⟧</b>", False),
        ("spot.png", False),
        ("⟦Version 1⟧ and more", True),
    ],
)
def test_this_test_finds_what_is_untranslated(text: str, is_found: bool):
    assert is_untranslated(text) == is_found
