"""Lets the station do what is due for its records, now and then and in the background: checks, signatures, backups.

Says only what a person must know: damage, and a backup that failed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.messages import Message
from gui.operations import Control, Lane, Operation, Operations
from gui.translated import tr
from station.station import Station

if TYPE_CHECKING:
    from station.upkeep import DueWork

FIRST_MS = 15_000
"""After the start, so that nothing is slower for it."""
EVERY_MS = 3_600_000


class Upkeep(QObject):
    """One per window."""

    message = Signal(object)
    done = Signal()
    """Due work was done; something was recorded perhaps."""

    def __init__(self, operations: Operations, open_database: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._operations = operations
        self._open_database = open_database
        self._running: Operation | None = None
        self._first = QTimer(self, singleShot=True, interval=FIRST_MS)
        self._every = QTimer(self, interval=EVERY_MS)
        for timer in (self._first, self._every):
            timer.timeout.connect(self.do_now)

    def start(self) -> None:
        """Begin to look for what is due."""
        self._first.start()
        self._every.start()

    def do_now(self) -> None:
        """Do what is due, unless that is under way. What cannot be done now is tried again at the next time."""

        def work(station: Station, control: Control) -> DueWork:
            from station.upkeep import do_due_work  # noqa: PLC0415 - brings SQLAlchemy, which the start need not wait for

            return do_due_work(station, lambda share, what: control.progress(share))

        if self._running is None:
            self._running = self._operations.run(
                tr("Doing what is due for the records"),
                work,
                lane=Lane.UPKEEP,
                owner=self,
                on_success=self._tell,
                on_failure=lambda failure: self._say(failure.sentence),
            )
            self._running.finished.connect(self._end)

    def stop(self) -> None:
        """Look no more."""
        self._first.stop()
        self._every.stop()
        if self._running is not None:
            self._running.cancel()

    def _tell(self, found: DueWork) -> None:
        if any(not check.ok for check in (found.quick, found.full) if check is not None):
            self._say(
                tr("A check of the records found damage. Keep the data folder as it is and look at the database.")
            )
        elif found.failure:
            self._say(tr("The backup that was due failed: {why}", why=found.failure))
        self.done.emit()

    def _say(self, text: str) -> None:
        self.message.emit(Message(text, "error", tr("Database…"), self._open_database))

    def _end(self) -> None:
        self._running = None
