"""Work in small steps between two paintings of the window, for what is too short for a thread and too long at once."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_SECONDS = 0.008
"""Steps are taken for as long in a row, then the window has its turn."""


class IdleWork(QObject):
    """Takes the steps of iterators, one iterator after the other."""

    finished = Signal()
    """One iterator came to its end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Iterator[None]] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        return not self._waiting

    def add(self, steps: Iterator[None]) -> None:
        """Begin with these steps once those before them are taken."""
        self._waiting.append(steps)
        self._timer.start()

    def clear(self) -> None:
        """Drop whatever is left."""
        self._waiting.clear()
        self._timer.stop()

    def _work(self) -> None:
        until = perf_counter() + SLICE_SECONDS
        while self._waiting and perf_counter() < until:
            if next(self._waiting[0], self) is self:
                self._waiting.pop(0)
                self.finished.emit()
        if not self._waiting:
            self._timer.stop()
