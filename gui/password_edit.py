"""A field for a password, with a small button that shows what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from gui.icons import icon
from gui.translated import tr
from station.people import LONGEST_PASSWORD


class PasswordEdit(QLineEdit):
    """Hides its text until somebody asks for it (also by Alt+Down)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMaxLength(LONGEST_PASSWORD)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_action = QAction(icon("eye-outline", "muted"), tr("Show the password"), self)
        self.show_action.setCheckable(True)
        self.show_action.setToolTip(tr("Show the password (Alt+Down)"))
        self.show_action.setShortcut("Alt+Down")
        self.show_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.show_action.toggled.connect(self._show)
        self.addAction(self.show_action, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr("Show the password"))

    def _show(self, is_shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
        self.show_action.setIcon(icon("eye-off-outline" if is_shown else "eye-outline", "muted"))
