"""Short messages in the window's own message area: a sentence, and where there is one, a button for the next step.

Nothing pops up and nothing has to be clicked away. Information vanishes by itself, warnings and errors stay until they
are closed; several stand one behind the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from gui.icons import icon
from gui.theme import SPACING, colour, theme_notifier
from gui.translated import tr, trn

MessageKind = Literal["info", "success", "warning", "error"]

SECONDS_SHOWN = 8.0
"""How long information and successes stay."""
MOST_WAITING = 50
"""Messages kept behind the one on show; the oldest information goes first."""
_ICONS: dict[MessageKind, str] = {
    "info": "information-outline",
    "success": "check-circle-outline",
    "warning": "alert-outline",
    "error": "alert-octagon-outline",
}
_ROLES: dict[MessageKind, str] = {"info": "accent", "success": "success", "warning": "warning", "error": "danger"}
_GROUNDS: dict[MessageKind, str] = {
    "info": "accent_soft",
    "success": "accept_soft",
    "warning": "review_soft",
    "error": "reject_soft",
}


@dataclass(frozen=True)
class Message:
    """One sentence for a person, already translated, and what its button does."""

    text: str
    kind: MessageKind = "info"
    action_text: str = ""
    action: Callable[[], object] | None = None


class MessageArea(QWidget):
    """The bar that shows one message at a time; hidden when there is none."""

    shown = Signal(object)
    """A `Message` came to the front."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue: list[Message] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.close_message)
        self._build()
        theme_notifier().changed.connect(self._paint_sign)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown, then what waits behind it."""
        return tuple(self._queue)

    @property
    def current(self) -> Message | None:
        """What is shown."""
        return self._queue[0] if self._queue else None

    def show_message(self, message: Message) -> None:
        """Show a message now; what is on show and not information waits behind it. Never the same twice."""
        earlier = [other for other in self._queue if other.text != message.text]
        staying = [other for other in earlier if other.kind in ("warning", "error")]
        self._queue = [message, *staying][:MOST_WAITING]
        self._refresh()

    def close_message(self) -> None:
        """Close the message on show and show the next."""
        self._queue = self._queue[1:]
        self._refresh()

    def withdraw(self, message: Message) -> None:
        """Close a message that is not true any more, wherever it stands."""
        if message in self._queue:
            self._queue.remove(message)
            self._refresh()

    def clear(self, *kinds: MessageKind) -> None:
        """Close all messages, or those of some kinds."""
        self._queue = [message for message in self._queue if kinds and message.kind not in kinds]
        self._refresh()

    def _build(self) -> None:
        self.setAccessibleName(tr("Messages"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING + 4)
        self._sign = QLabel(self)
        self._text = _Sentence(self)
        self._waiting = QLabel(self)
        self._waiting.setProperty("role", "muted")
        self._button = QPushButton(self)
        self._button.clicked.connect(self._act)
        self._button.hide()
        self._close = QToolButton(self)
        self._close.setIcon(icon("close"))
        self._close.setAccessibleName(tr("Close message"))
        self._close.setToolTip(tr("Close message"))
        self._close.clicked.connect(self.close_message)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        for widget in (self._waiting, self._button, self._close):
            layout.addWidget(widget)

    def _refresh(self) -> None:
        message = self.current
        self.setVisible(message is not None)
        self._timer.stop()
        if message is None:
            return
        self._text.setText(message.text)
        self.setAccessibleDescription(message.text)
        waiting = len(self._queue) - 1
        self._waiting.setText(trn("{count} more", "{count} more", waiting) if waiting else "")
        self._waiting.setVisible(bool(waiting))
        self._button.setText(message.action_text)
        self._button.setVisible(message.action is not None)
        if message.kind in ("info", "success"):
            self._timer.start(int(1000 * SECONDS_SHOWN))
        self._paint_sign()
        self.shown.emit(message)

    def _paint_sign(self) -> None:
        if self.current is not None:
            sign = icon(_ICONS[self.current.kind], _ROLES[self.current.kind])
            self._sign.setPixmap(sign.pixmap(QSize(20, 20), self.devicePixelRatioF()))
        self.update()

    def _act(self) -> None:
        message = self.current
        self.close_message()
        if message is not None and message.action is not None:
            message.action()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close the message with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Stay while somebody is reading with the mouse on it."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with the clock."""
        if self.current is not None and self.current.kind in ("info", "success"):
            self._timer.start(int(1000 * SECONDS_SHOWN))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground and edge in the colours of the kind of message."""
        if self.current is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(_GROUNDS[self.current.kind]))
        edge: QColor = colour(_ROLES[self.current.kind])
        painter.fillRect(0, 0, 4, self.height(), edge)


class _Sentence(QLabel):
    """Wraps, and can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
