"""A button with the reasons that were given before, to take one of them over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.icon_button import BESIDE_WORDS
from gui.icons import icon
from gui.translated import tr

_LONGEST_REASON = 60
"""Characters of an earlier reason that the menu shows."""


class EarlierReasons(QToolButton):
    """Takes no room while there are none."""

    picked = Signal(str)
    """The whole reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(tr("Earlier reasons"))
        self.setAccessibleName(tr("Earlier reasons"))
        self.setToolTip(tr("Take a reason that was given before"))
        self.setIcon(icon("history"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(BESIDE_WORDS)
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.hide()

    def offer(self, reasons: Sequence[str]) -> None:
        """Offer these reasons, in their order."""
        menu = self.menu()
        menu.clear()
        for reason in reasons:
            short = " ".join(reason.split())
            words = short if len(short) <= _LONGEST_REASON else f"{short[:_LONGEST_REASON]}…"
            action = QAction(words.replace("&", "&&"), menu)
            action.triggered.connect(partial(self.picked.emit, reason))
            menu.addAction(action)
        self.setVisible(bool(reasons))
