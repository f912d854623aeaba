"""How long work on model packs reports progress and hears that it is to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inference.errors import Cancelled


@dataclass(frozen=True)
class Watcher:
    """Who is waiting for the work: told a fraction 0 to 1 and what is being done, asked whether to stop."""

    on_progress: Callable[[float, str], None] | None = None
    is_cancelled: Callable[[], bool] | None = None
    first: float = 0.0
    last: float = 1.0
    """The share of the whole that this watcher's own 0 to 1 stands for."""

    def report(self, fraction: float, doing: str) -> None:
        """Tell how far the work is and what comes now; raises Cancelled when it is to stop."""
        if self.is_cancelled is not None and self.is_cancelled():
            raise Cancelled(doing)
        if self.on_progress is not None:
            self.on_progress(self.first + (self.last - self.first) * min(fraction, 1.0), doing)

    def narrow(self, first: float, last: float) -> Watcher:
        """A watcher for the part of this work between two fractions."""
        span = self.last - self.first
        return Watcher(self.on_progress, self.is_cancelled, self.first + span * first, self.first + span * last)
