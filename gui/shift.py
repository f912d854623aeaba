"""Who works at the window now: one person for all its stations, those opened later too.

How somebody logs on is `log_on_dialog`'s affair, who asks for it `shift_change`'s; what a person may do is refused in
`station` whatever stands here.
"""

from __future__ import annotations

from threading import Lock
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from station.people import NOBODY
from station.rights import Person, Right
from station.station import Station


class Shift(QObject):
    """One per run of the window; outlives a window that is made anew."""

    changed = Signal()
    """Somebody logged on or off, or there are accounts now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._person: Person | None = None
        self._has_accounts = False
        self._stations: WeakSet[Station] = WeakSet()
        # Stations are opened in the threads of their lanes.
        self._lock = Lock()

    @property
    def person(self) -> Person | None:
        """Who has logged on."""
        return self._person

    @property
    def has_accounts(self) -> bool:
        """Whether people log on here; until it is known it counts as no."""
        return self._has_accounts

    @property
    def needs_log_on(self) -> bool:
        """Whether somebody must log on before anything can be recorded."""
        return self._has_accounts and self._person is None

    def may(self, right: Right) -> bool:
        """Whether the person may do this; without accounts everybody may."""
        return self._person.may(right) if self._person is not None else not self._has_accounts

    def staff(self, station: Station) -> Station:
        """Let the person work at a station that was just opened. Called in the thread of a lane."""
        with self._lock:
            self._stations.add(station)
            station.person = self._person or NOBODY
        return station

    def note_accounts(self, has_accounts: bool) -> None:
        """Learn whether people log on here."""
        if has_accounts != self._has_accounts:
            self._has_accounts = has_accounts
            self.changed.emit()

    def begin(self, person: Person) -> None:
        """Let a person who has logged on work at every station."""
        self._has_accounts = True
        self._set(person)

    def end(self) -> None:
        """Let nobody work any more."""
        self._set(None)

    def _set(self, person: Person | None) -> None:
        with self._lock:
            self._person = person
            for station in self._stations:
                station.person = person or NOBODY
        self.changed.emit()
