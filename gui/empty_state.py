"""What a pane shows when there is nothing in it: a sign, a heading, what to do next, and a button that does it.

Low panes have no room for the sign; they give no name of an icon.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.icons import icon
from gui.theme import SPACING, theme_notifier

_SIGN = QSize(36, 36)


class EmptyState(QWidget):
    """A centred sign, title, text and, where there is something to do, a button."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        text: str,
        action_text: str = "",
        action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._sign = QLabel(self)
        self._title = _centred(QLabel(self), "heading")
        self._text = _centred(QLabel(self), "muted")
        self._action = action
        self.button = QPushButton(self)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._act)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(SPACING - 2)
        layout.addStretch(1)
        for widget in (self._sign, self._title, self._text):
            layout.addWidget(widget)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sign.setVisible(bool(icon_name))
        layout.addSpacing(SPACING // 2)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._paint_sign()
        theme_notifier().changed.connect(self._paint_sign)
        self.say(title, text, action_text, action)

    def say(self, title: str, text: str, action_text: str = "", action: Callable[[], object] | None = None) -> None:
        """Say something else."""
        self._action = action
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(action_text)
        self.button.setVisible(action is not None)

    def _act(self) -> None:
        if self._action is not None:
            self._action()

    def _paint_sign(self) -> None:
        if self._icon_name:
            self._sign.setPixmap(icon(self._icon_name, "border_strong").pixmap(_SIGN, self.devicePixelRatioF()))


def _centred(label: QLabel, role: str) -> QLabel:
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
