"""The long-lived threads behind the window: each a QThread, with a worker object that owns one open station.

The engine's thread is the one whose station loads models. What runs here is handed over by `operations`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from gui.error_words import tell_error
from station.errors import KNOWN_ERRORS
from station.station import Station

if TYPE_CHECKING:
    from gui.operations import Operation


class _Worker(QObject):
    """Lives in the lane's thread and does one operation after the other."""

    def __init__(self, open_station: Callable[[], Station]) -> None:
        super().__init__()
        self._open_station = open_station
        self._station: Station | None = None

    @Slot(object)
    def work(self, operation: Operation) -> None:
        """Run one operation with the lane's station."""
        from gui.operations import Failure  # noqa: PLC0415 - the two modules need each other

        try:
            station = self._station = self._station or self._open_station()
        except KNOWN_ERRORS as error:
            operation.refuse(Failure(tell_error(error), error=error))
            return
        operation.run(station)

    @Slot()
    def close(self) -> None:
        """Close the station; the next work opens it anew."""
        if self._station is not None:
            self._station.close()
            self._station = None

    @Slot()
    def end(self) -> None:
        """Close the station and leave the thread's event loop."""
        self.close()
        self.thread().quit()


class LaneThread(QObject):
    """One thread and the queue in front of it. Use it from the window's thread."""

    _submitted = Signal(object)
    _reopening = Signal()
    _ending = Signal()

    def __init__(self, name: str, open_station: Callable[[], Station]) -> None:
        super().__init__()
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._worker = _Worker(open_station)
        self._worker.moveToThread(self._thread)
        self._submitted.connect(self._worker.work, Qt.ConnectionType.QueuedConnection)
        self._reopening.connect(self._worker.close, Qt.ConnectionType.QueuedConnection)
        self._ending.connect(self._worker.end, Qt.ConnectionType.QueuedConnection)

    def submit(self, operation: Operation) -> None:
        """Queue an operation; the thread starts with the first."""
        if not self._thread.isRunning():
            self._thread.start()
        self._submitted.emit(operation)

    def reopen(self) -> None:
        """Close the station after what is queued now."""
        if self._thread.isRunning():
            self._reopening.emit()

    def request_end(self) -> None:
        """End the thread after what is queued now."""
        if self._thread.isRunning():
            self._ending.emit()

    def wait_for_end(self, patience_ms: int) -> bool:
        """Wait until the thread has ended; whether it has."""
        return self._thread.wait(patience_ms)
