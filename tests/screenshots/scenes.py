"""What is photographed: each scene brings the window into a state and returns the widgets to take a picture of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.compare_view import CompareMode
from gui.crash_dialog import CrashDialog
from gui.crash_handling import CrashReport
from gui.main_window import MainWindow
from gui.messages import Message
from gui.overlay import OverlayMode
from gui.page_bar import Page
from gui.sign_dialog import SignDialog
from station.people import Person
from tests.screenshots.seeding import LONG_NAME, SAMPLES

Scene = Callable[[MainWindow, Callable[[], None]], None]


def _open_newest(window: MainWindow, settle: Callable[[], None]) -> None:
    window.page.references.choose_product("Flange DN50")
    settle()
    window.flow.open(_newest(window))
    settle()


def _newest(window: MainWindow) -> int:
    from station.station import Station

    with Station(window.home, window.settings) as station:
        return station.store.list_inspections(limit=1)[0].id


def _inspect(name: str) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        window.page.references.choose_product("Flange DN50")
        settle()
        window.steering.inspect([SAMPLES / name])
        settle()

    return scene


def _page(page: Page) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        window.show_page(page)

    return scene


def _dialog(open_it: Callable[[MainWindow], object]) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        open_it(window)

    return scene


def _overlay(mode: OverlayMode) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        window.page.viewer.set_overlay_mode(mode)

    return scene


def _compare(mode: CompareMode) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        window.page.viewer.set_compare_mode(mode)

    return scene


def _batch(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.show_page(Page.BATCH)
    window.batch.take_folder(SAMPLES / "test" / "good")
    settle()


def _messages(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.show_message(Message("The photo part.png cannot be read; save it anew.", "error", "Settings…", print))


def _ask(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.page.chat.ask("Where is it?")
    settle()
    window.page.select_region(0)


def _talk(window: MainWindow, settle: Callable[[], None]) -> None:
    """What the README shows: a cracked part, asked about and looked for by its word."""
    _inspect("test/crack/000.jpg")(window, settle)
    for question in ("Is there any anomaly?", "How large is it, and how sure is that?"):
        window.page.chat.ask(question)
        settle()
    window.page.chat.query_asked.emit("crack")
    settle()


def _query(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.page.chat.query_asked.emit("scratch")
    settle()


def _operator(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.set_operator_mode(True)


def _long_name(window: MainWindow, settle: Callable[[], None]) -> None:
    window.page.references.choose_product(LONG_NAME)
    settle()
    window.steering.inspect([SAMPLES / "test" / "crack" / "000.jpg"])
    settle()


def _crash(window: MainWindow) -> None:
    report = CrashReport("division by zero", "Traceback (most recent call last):\n  ...\nZeroDivisionError", None)
    CrashDialog(report, window.home, window).open()


def _database_page(number: int) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        window.dialogs.open_database()
        settle()
        QApplication.activeModalWidget().tabs.setCurrentIndex(number)

    return scene


def _answerers(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.dialogs.open_models()
    settle()
    dialog = QApplication.activeModalWidget()
    dialog.tabs.setCurrentWidget(dialog.answers)


def _engine_settings(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.dialogs.open_settings()
    settle()
    QApplication.activeModalWidget().groups.setCurrentRow(1)


def _sign(window: MainWindow) -> None:
    person = Person("Anna Meier", "engineer")
    SignDialog(window.operations, window.page.opened.record, person, window).open()


def _edit_areas(window: MainWindow, settle: Callable[[], None]) -> None:
    _open_newest(window, settle)
    window.page.references.open_settings()
    settle()
    dialog = QApplication.activeModalWidget()
    dialog.tabs.setCurrentIndex(2)
    settle()
    dialog.areas.edit_button.click()


def _product_page(number: int) -> Scene:
    def scene(window: MainWindow, settle: Callable[[], None]) -> None:
        _open_newest(window, settle)
        window.page.references.open_settings()
        settle()
        dialog = QApplication.activeModalWidget()
        tabs = dialog.tabs if dialog is not None and hasattr(dialog, "tabs") else None
        if tabs is not None:
            tabs.setCurrentIndex(number)

    return scene


SCENES: dict[str, Scene] = {
    "window-empty": lambda window, settle: None,
    "window-reject": _open_newest,
    "window-accept": _inspect("test/good/000.jpg"),
    "window-crack": _inspect("test/crack/000.jpg"),
    "window-review": _inspect("test/chip/000.jpg"),
    "window-broken": _inspect("../README.md"),
    "window-long-name": _long_name,
    "window-asked": _ask,
    "window-query": _query,
    "window-talk": _talk,
    "window-message": _messages,
    "window-operator": _operator,
    "overlay-fill": _overlay(OverlayMode.FILL),
    "overlay-contour": _overlay(OverlayMode.CONTOUR),
    "compare-side": _compare(CompareMode.SIDE),
    "compare-swipe": _compare(CompareMode.SWIPE),
    "history": _page(Page.HISTORY),
    "batch-empty": _page(Page.BATCH),
    "batch": _batch,
    "dialog-review": _dialog(lambda window: window.steering.review()),
    "dialog-was-good": _dialog(lambda window: window.steering.mark_as_good()),
    "dialog-report": _dialog(lambda window: window.steering.report()),
    "dialog-lot": _dialog(lambda window: window.dialogs.open_report([1, 2, 3, 4, 5])),
    "dialog-compare": _dialog(lambda window: window.dialogs.open_comparison(1, 2)),
    "dialog-settings": _dialog(lambda window: window.dialogs.open_settings()),
    "dialog-models": _dialog(lambda window: window.dialogs.open_models()),
    "dialog-answers": _answerers,
    "dialog-settings-engine": _engine_settings,
    "dialog-diagnostics": _dialog(lambda window: window.dialogs.open_diagnostics()),
    "dialog-about": _dialog(lambda window: window.dialogs.open_about()),
    "dialog-first-run": _dialog(lambda window: window.dialogs.open_first_run(lambda _: None)),
    "dialog-help": _dialog(lambda window: window.dialogs.open_help()),
    "dialog-shortcuts": _dialog(lambda window: window.steering.open_shortcuts()),
    "dialog-crash": _dialog(_crash),
    "dialog-new-product": _dialog(
        lambda window: window.page.references.new_product_from([SAMPLES / "test" / "good" / "001.jpg"])
    ),
    "dialog-add-references": _dialog(
        lambda window: window.page.references.add_references_from(
            [SAMPLES / "test" / "good" / "001.jpg", SAMPLES / "test" / "crack" / "000.jpg"]
        )
    ),
    "dialog-which-product": _dialog(lambda window: window.steering.ask_product([Path("part.png")])),
    "dialog-mask": _dialog(lambda window: window.steering.correct_mask()),
    "dialog-areas": _edit_areas,
    "dialog-log-on": _dialog(lambda window: window.shift_change.log_on()),
    "dialog-statistics": _dialog(lambda window: window.dialogs.open_statistics()),
    "dialog-accounts": _dialog(lambda window: window.shift_change.open_accounts()),
    "dialog-sign": _dialog(_sign),
    **{f"database-{number}": _database_page(number) for number in range(5)},
    **{f"product-{number}": _product_page(number) for number in range(6)},
}


def find_pictured(window: MainWindow) -> Sequence[QWidget]:
    """Return what a scene shows: the window, or what stands above it."""
    above = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and widget is not window and isinstance(widget, QDialog | QWidget) and widget.isWindow()
    ]
    dialogs = [widget for widget in above if widget.windowTitle()]
    return dialogs or [window]
