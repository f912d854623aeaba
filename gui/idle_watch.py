"""Notices that nobody has touched mouse or keyboard for some minutes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class IdleWatch(QObject):
    """Looks at the events of the whole application while it is on."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.idle)

    def watch(self, milliseconds: int) -> None:
        """Wait for this long without a touch; 0 stops watching."""
        app = QApplication.instance()
        if app is None:
            return
        app.removeEventFilter(self)
        self._timer.stop()
        if milliseconds > 0:
            self._timer.setInterval(milliseconds)
            self._timer.start()
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Begin to wait anew; keeps nothing from anybody."""
        if event.type() in _TOUCHES:
            self._timer.start()
        return False
