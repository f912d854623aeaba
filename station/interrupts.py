"""Ctrl-C that is never lost: libraries sometimes turn it into an error of their own, and a batch would then go on."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self


class InterruptWatch:
    """While it is entered, remembers that Ctrl-C was pressed; it interrupts as always."""

    def __init__(self) -> None:
        self.was_pressed = False
        self._before: Any = None
        self._watches = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self._watches:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watches:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raise `KeyboardInterrupt` where it was pressed and did not come through."""
        if self.was_pressed:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.was_pressed = True
        raise KeyboardInterrupt
