"""Whoever does not see the window or has no mouse: every control has a name, can be reached, and shows the focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from gui.about_dialog import AboutDialog
from gui.crash_dialog import CrashDialog
from gui.database_dialog import DatabaseDialog
from gui.diagnostics_dialog import DiagnosticsDialog
from gui.first_run import FirstRunDialog
from gui.main_window import MainWindow
from gui.model_dialog import ModelDialog
from gui.operations import Operations
from gui.product_dialog import ProductDialog
from gui.product_needed_dialog import ProductNeededDialog
from gui.report_dialog import ReportDialog
from gui.restore_dialog import RestoreDialog
from gui.retention_form import HoldForm, RuleForm
from gui.review_dialog import ReviewDialog
from gui.settings_dialog import SettingsDialog
from gui.shortcuts_dialog import ShortcutsDialog
from station.crash_reports import CrashReport
from station.inspecting import inspect_photo
from station.opening import OpenedInspection, open_inspected
from station.products import Addition, add_product, prepare_product
from station.settings import Settings
from station.station import Station

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
)


def list_controls(root: QWidget) -> Iterator[QWidget]:
    """What a person can work with; not the scroll bars and inner parts that Qt puts into its own controls."""
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
            continue
        parent = widget.parentWidget()
        is_inner = isinstance(parent, (QAbstractSpinBox, QComboBox, QLineEdit)) or widget.objectName().startswith("qt_")
        is_popup = widget.window() is not root.window() and not isinstance(widget.window(), QDialog)
        if not is_inner and not is_popup and parent is not None and not _is_of_a_view(widget):
            yield widget


def _is_of_a_view(widget: QWidget) -> bool:
    """Headers and corner buttons of tables, and arrows of tab bars, belong to what they stand in."""
    kind = widget.metaObject().className()
    return kind in ("QHeaderView", "QTableCornerButton") or type(widget.parentWidget()).__name__ == "QTabBar"


def name_of(widget: QWidget) -> str:
    """What a screen reader says of a control."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


def find_nameless(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in list_controls(root)
        if not name_of(widget) and not _is_blank(widget)
    ]


def _is_reached_by_arrows(widget: QWidget) -> bool:
    """Of buttons that exclude each other, Tab reaches the one that is on and arrow keys the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not None


def _is_blank(widget: QWidget) -> bool:
    """A button that is hidden until it gets something to say, as in an empty state."""
    return widget.isHidden() and isinstance(widget, QAbstractButton) and widget.icon().isNull()


@pytest.fixture
def opened(station: Station, parts: Path) -> OpenedInspection:
    add_product(station, Addition("Flange", (parts / "good.png",)))
    return open_inspected(station, inspect_photo(station, parts / "spot.png", prepare_product(station, "Flange")))


@pytest.fixture
def window(qtbot, operations: Operations, home: Path, opened: OpenedInspection) -> Iterator[MainWindow]:
    window = MainWindow(operations, home, Settings(backbone="dummy", user="Ada"), "Ada")
    with qtbot.waitExposed(window):
        window.show()
    window.start()
    window.show_inspection(opened)
    for page in range(3):
        window.show_page(page)
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=20_000)
    yield window
    window.leave()
    window.deleteLater()


def test_every_control_of_the_window_has_a_name(window: MainWindow):
    assert find_nameless(window) == []


def test_every_button_of_the_window_can_be_reached_by_keyboard(window: MainWindow):
    unreachable = [
        name_of(widget)
        for widget in list_controls(window)
        if isinstance(widget, (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView))
        and widget.focusPolicy() == Qt.FocusPolicy.NoFocus
        and not _is_reached_by_arrows(widget)
    ]
    assert unreachable == []


def test_the_verdict_is_told_in_words(window: MainWindow):
    names = [widget.accessibleName() for widget in window.page.banner.findChildren(QWidget)]
    assert any("REJECT" in name for name in names)


DIALOGS = {
    "about": lambda operations, opened, home: AboutDialog(),
    "crash": lambda operations, opened, home: CrashDialog(CrashReport("oh", "details", None), home),
    "diagnostics": lambda operations, opened, home: DiagnosticsDialog(operations),
    "database": lambda operations, opened, home: DatabaseDialog(operations),
    "restore": lambda operations, opened, home: RestoreDialog(operations),
    "retention rule": lambda operations, opened, home: RuleForm(["gear"]),
    "legal hold": lambda operations, opened, home: HoldForm(["gear"]),
    "first run": lambda operations, opened, home: FirstRunDialog(operations),
    "models": lambda operations, opened, home: ModelDialog(operations),
    "product": lambda operations, opened, home: ProductDialog(operations, "Flange"),
    "product needed": lambda operations, opened, home: ProductNeededDialog("a.png", ["Flange"]),
    "report": lambda operations, opened, home: ReportDialog(operations, [opened.record.id]),
    "review": lambda operations, opened, home: ReviewDialog(operations, opened, ("crack",)),
    "settings": lambda operations, opened, home: SettingsDialog(operations),
    "shortcuts": lambda operations, opened, home: ShortcutsDialog([("Open", "Ctrl+O")]),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_a_dialog_has_a_name(
    qtbot, name, operations: Operations, opened: OpenedInspection, home: Path
):
    dialog = DIALOGS[name](operations, opened, home)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=20_000)
    assert find_nameless(dialog) == []
    dialog.reject()
