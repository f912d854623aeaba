"""Collects cyclic garbage in the window's thread only.

Python collects in whichever thread happens to allocate, and widgets often hang in cycles with the functions that are
connected to them. A widget that is destroyed in a lane's thread ends the program with a segmentation fault, so nothing
is collected there: a timer of the window does it, as often as Python itself would.
"""

from __future__ import annotations

import gc
from time import monotonic

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 250
FULL_SECONDS = 60.0
"""Between two looks at all objects: with the models loaded one takes a tenth of a second, and the window waits."""

_OLDEST = 2


class GarbageCollector(QObject):
    """Takes collecting over from Python until it is closed. Make it in the window's thread."""

    _open = 0
    """Collectors at work; only the last one to close hands collecting back to Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_closed = False
        self._full_at = monotonic()
        GarbageCollector._open += 1
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the generations that are due, the youngest first, as Python does."""
        for generation, most in enumerate(gc.get_threshold()):
            if gc.get_count()[generation] <= most:
                return
            if generation == _OLDEST and monotonic() - self._full_at < FULL_SECONDS:
                return
            gc.collect(generation)
            if generation == _OLDEST:
                self._full_at = monotonic()

    def close(self) -> None:
        """Let Python collect by itself again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        GarbageCollector._open -= 1
        if GarbageCollector._open == 0:
            gc.enable()
