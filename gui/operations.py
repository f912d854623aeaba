"""The one way to run something in the background: a few lanes, each one thread with its own open station.

Work is a plain function of a station and a `Control`; it never touches a widget. What it says (progress, pieces of an
answer, result, error) arrives in the window's thread, in order, and is dropped when the widget it was for is gone.
What the work does is the callers' affair; `engine_thread` holds the thread itself.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QDeadlineTimer, QObject, Qt, Signal
from shiboken6 import isValid

import inference.errors
from gui.engine_thread import LaneThread
from gui.error_words import tell_error
from gui.garbage import GarbageCollector
from station.errors import KNOWN_ERRORS
from station.station import Station
from storage.patience import limited_patience

LOCK_PATIENCE_AT_THE_END = 1.0
"""Seconds that are waited for another program's lock on the database once the window closes."""

Result = TypeVar("Result")


class Lane(StrEnum):
    """Which thread does the work. Work on one lane runs one after the other."""

    ENGINE = "engine"
    """Owns the models: learning, inspecting, answering, highlighting."""
    DATABASE = "database"
    """Short reads and writes of the audit database that a person is waiting for."""
    FILES = "files"
    """Long work without models: exports, reports, verification, backup, looking through folders."""
    UPKEEP = "upkeep"
    """What the program does by itself now and then, so that nobody who asks for something waits behind it."""


class Cancelled(Exception):
    """Raised inside work that a person stopped."""


@dataclass(frozen=True)
class Failure:
    """Why an operation failed: one sentence, and, for a fault of ours, the whole report."""

    sentence: str
    report: str = ""
    """Empty when the world was in the way; else the traceback for the crash dialog."""
    error: BaseException | None = None


class Control:
    """What running work holds in its hand: it says how far it is, hands out pieces, and learns that it must stop."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def progress(self, share: float, what: str = "") -> None:
        """Say which share, 0 to 1, is done; raises `Cancelled` when a person stopped the work."""
        self.check()
        self._operation._post("progressed", (share, what))

    def stream(self, piece: object) -> None:
        """Hand out a piece of the result; raises `Cancelled` when a person stopped the work."""
        self.check()
        self._operation._post("streamed", piece)

    def check(self) -> None:
        """Raise `Cancelled` when a person stopped the work."""
        if self._operation.is_cancelled:
            raise Cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether a person stopped the work; for work that ends by itself and keeps what it has."""
        return self._operation.is_cancelled


Work = Callable[[Station, Control], Result]


class Operation(QObject):
    """One piece of work, waiting, running or ended. All signals are emitted in the window's thread."""

    started = Signal()
    progressed = Signal(float, str)
    streamed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    """Carries a `Failure`."""
    cancelled = Signal()
    finished = Signal()
    """After any end."""
    _posted = Signal(str, object)

    def __init__(self, title: str, lane: Lane, work: Work[Any], owner: QObject | None) -> None:
        super().__init__()
        self.title = title
        self.lane = lane
        self.share = 0.0
        self.is_running = False
        self.is_finished = False
        self.is_cancelled = False
        self._work = work
        self._owner = owner
        self._started_at = 0.0
        # A queued signal is the only thing that crosses threads; everything else below runs in the window's.
        self._posted.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop; work that still waits never begins. `cancelled` follows."""
        self.is_cancelled = True

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the share that is done; None while there is nothing to estimate from."""
        if not self.is_running or self.share < 0.02:
            return None
        return (monotonic() - self._started_at) * (1.0 - self.share) / self.share

    def run(self, station: Station) -> None:
        """Do the work, in the thread of its lane."""
        if self.is_cancelled:
            self._post("cancelled", None)
            return
        self._post("started", None)
        try:
            self._post("succeeded", self._work(station, Control(self)))
        except (Cancelled, inference.errors.Cancelled):
            self._post("cancelled", None)
        except KNOWN_ERRORS as error:
            self._post("failed", Failure(tell_error(error), error=error))
        except MemoryError as error:
            self._post(
                "failed", Failure("The computer's memory is full; close other programs and try again.", "", error)
            )
        except Exception as error:  # noqa: BLE001 - the last place a fault of ours can be reported whole
            self._post("failed", Failure(str(error) or type(error).__name__, traceback.format_exc(), error))

    def give_up(self) -> None:
        """End without running, because the lanes have ended."""
        self.cancel()
        self._post("cancelled", None)

    def refuse(self, failure: Failure) -> None:
        """End without running, because the lane's station could not be opened."""
        self._post("failed", failure)

    def _post(self, kind: str, value: object) -> None:
        if isValid(self):
            self._posted.emit(kind, value)

    def _receive(self, kind: str, value: Any) -> None:
        owner_is_gone = self._owner is not None and not isValid(self._owner)
        if kind == "started":
            self.is_running, self._started_at = True, monotonic()
        if kind == "progressed":
            self.share = value[0]
        if not owner_is_gone:
            self._tell(kind, value)
        if kind in ("succeeded", "failed", "cancelled"):
            self.is_running, self.is_finished = False, True
            self.finished.emit()

    def _tell(self, kind: str, value: Any) -> None:
        if kind == "progressed":
            self.progressed.emit(*value)
        elif kind in ("started", "cancelled"):
            getattr(self, kind).emit()
        else:
            getattr(self, kind).emit(value)


class Operations(QObject):
    """Starts operations, knows which are under way, and ends them all when the window closes."""

    began = Signal(object)
    """An `Operation` was handed to its lane."""
    ended = Signal(object)
    failed = Signal(object, object)
    """An `Operation` and its `Failure`, when whoever started it gave no `on_failure`."""
    faulted = Signal(object)
    """A `Failure` that is our own fault, whoever else hears of it."""

    def __init__(self, open_station: Callable[[], Station], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Threads of lanes must not destroy widgets that they happen to collect.
        self._collector = GarbageCollector(self)
        self._lanes = {lane: LaneThread(lane.value, open_station) for lane in Lane}
        self._active: list[Operation] = []
        self._is_closed = False

    def run(  # noqa: PLR0913 - callbacks are named, and most calls need two
        self,
        title: str,
        work: Work[Result],
        *,
        lane: Lane = Lane.ENGINE,
        owner: QObject | None = None,
        on_success: Callable[[Result], object] | None = None,
        on_failure: Callable[[Failure], object] | None = None,
        on_progress: Callable[[float, str], object] | None = None,
        on_stream: Callable[[Any], object] | None = None,
        on_cancelled: Callable[[], object] | None = None,
    ) -> Operation:
        """Queue work on a lane and return at once. Callbacks run in the window's thread while `owner` exists.

        `title` is a few words for a person, already translated, such as "Learning flange". Without `on_failure` the
        window shows the failure's sentence in its message area.
        """
        operation = Operation(title, lane, work, owner)
        pairs = (
            (operation.succeeded, on_success),
            (operation.progressed, on_progress),
            (operation.streamed, on_stream),
            (operation.cancelled, on_cancelled),
            (operation.failed, on_failure or (lambda failure: self.failed.emit(operation, failure))),
        )
        for signal, callback in pairs:
            if callback is not None:
                signal.connect(callback)
        operation.failed.connect(self._tell_fault)
        operation.finished.connect(lambda: self._forget(operation))
        self._active.append(operation)
        self.began.emit(operation)
        if self._is_closed:
            operation.give_up()
        else:
            self._lanes[lane].submit(operation)
        return operation

    @property
    def active(self) -> tuple[Operation, ...]:
        """Operations that wait or run, oldest first."""
        return tuple(self._active)

    def is_busy(self, lane: Lane | None = None) -> bool:
        """Whether anything waits or runs, on one lane or on any."""
        return any(lane is None or operation.lane == lane for operation in self._active)

    def cancel_all(self) -> None:
        """Ask everything to stop."""
        for operation in self._active:
            operation.cancel()

    def reopen_stations(self) -> None:
        """Let every lane open its station anew before its next work, so that changed settings hold."""
        for thread in self._lanes.values():
            thread.reopen()

    def close(self, patience_ms: int = 10_000) -> bool:
        """Cancel everything and end the threads; False when one did not end in time, which all of them share.

        Work that comes later is cancelled at once. A database that another program has locked is hardly waited for.
        """
        self._is_closed = True
        self.cancel_all()
        for thread in self._lanes.values():
            thread.request_end()
        deadline = QDeadlineTimer(patience_ms)
        with limited_patience(LOCK_PATIENCE_AT_THE_END):
            ended = [thread.wait_for_end(deadline.remainingTime()) for thread in self._lanes.values()]
        if all(ended):
            self._collector.close()
        return all(ended)

    def _tell_fault(self, failure: Failure) -> None:
        if failure.report:
            self.faulted.emit(failure)

    def _forget(self, operation: Operation) -> None:
        if operation in self._active:
            self._active.remove(operation)
        self.ended.emit(operation)
        operation.deleteLater()
