"""Where the commands stand in the menu bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.actions import Actions
from gui.translated import tr

_SEPARATOR = ""


def build_menus(bar: QMenuBar, actions: Actions, panes: Sequence[QAction], recent: QMenu) -> None:
    """Fill the menu bar; `panes` show and hide the docks, `recent` holds the files opened last."""
    file_menu = bar.addMenu(tr("&File"))
    _fill(file_menu, actions, ("file.open", "file.open-folder", "file.paste"))
    file_menu.addMenu(recent)
    _fill(file_menu, actions, (_SEPARATOR, "file.serial", _SEPARATOR, "part.report", _SEPARATOR, "file.quit"))
    product = ("file.new-product", "file.add-references", "file.product")
    _fill(bar.addMenu(tr("&Product")), actions, product)
    part = (
        "part.review",
        "part.correct-mask",
        "part.was-good",
        "part.sign",
        "part.report",
        _SEPARATOR,
        "part.ask",
        "part.next-unreviewed",
    )
    _fill(bar.addMenu(tr("P&art")), actions, (*part, _SEPARATOR, "part.cancel"))
    view = bar.addMenu(tr("&View"))
    _fill(view, actions, ("page.inspect", "page.history", "page.batch", _SEPARATOR))
    _fill(view, actions, ("view.zoom-in", "view.zoom-out", "view.fit", "view.actual", _SEPARATOR))
    overlay = [name for name in actions.names if name.startswith("view.overlay-")]
    _fill(view.addMenu(tr("&Overlay")), actions, (*overlay, _SEPARATOR, "view.mask", "view.blink"))
    _fill(view.addMenu(tr("&Compare")), actions, [name for name in actions.names if name.startswith("view.compare-")])
    _fill(view, actions, ("view.measure", _SEPARATOR))
    panes_menu = view.addMenu(tr("&Panes"))
    panes_menu.addActions(list(panes))
    _fill(view, actions, ("view.full-screen", "view.reset"))
    people = ("station.log-on", "station.log-off", "station.accounts")
    station = ("station.settings", "station.models", "station.database", "station.statistics", "station.diagnostics")
    _fill(bar.addMenu(tr("&Station")), actions, (*people, _SEPARATOR, *station))
    _fill(bar.addMenu(tr("&Help")), actions, ("help.tutorial", "help.shortcuts", _SEPARATOR, "help.about"))


class RecentMenu(QMenu):
    """The files and folders opened last, read when the menu opens."""

    def __init__(
        self, read: Callable[[], Sequence[Path]], run: Callable[[list[Path]], object], parent: QWidget
    ) -> None:
        super().__init__(tr("Open &recent"), parent)
        self._read = read
        self._run = run
        self.aboutToShow.connect(self._fill)
        # An empty submenu cannot be opened, so that it would never be filled.
        self.addAction(tr("Nothing opened yet")).setEnabled(False)

    def _fill(self) -> None:
        self.clear()
        paths = self._read()
        for number, path in enumerate(paths, 1):
            action = self.addAction(f"&{number % 10}  {path.name}")
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._run([path]))
        if not paths:
            self.addAction(tr("Nothing opened yet")).setEnabled(False)


def _fill(menu: QMenu, actions: Actions, names: Sequence[str]) -> None:
    for name in names:
        if name == _SEPARATOR:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])
