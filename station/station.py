"""A home folder in use: its settings, its audit database and its detectors, each opened when first needed.

Joins inference and storage and does nothing else; what a station does with them lies in the modules beside this one.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import storage.errors
from station.console import OnProgress, ignore_progress
from station.language import tr
from station.people import NOBODY
from station.rights import NotAllowed, Person, Right
from station.settings import AnswersName, Device, ProfileName, Settings, choose_home, read_settings
from station.version import application_version
from storage.records import Actor

if TYPE_CHECKING:
    from inference.detector import Detector
    from inference.highlighter.provider import HighlightProvider
    from station.answerers import Answerer
    from storage.store import Store


_opened_homes: set[Path] = set()
"""Homes whose audit database was open in this process."""


def _refuse_lost_home(home: Path) -> None:
    """A home that was there and is not any more was taken away; a new one in its place would take its records."""
    from storage.backup import DATABASE_NAME  # noqa: PLC0415 - see `store`

    if home.absolute() in _opened_homes and not (home / DATABASE_NAME).exists():
        raise storage.errors.StorageFailed(
            tr("The data folder {folder} is not there any more; connect its disk or bring it back.", folder=home)
        )


def _say_nothing(note: str) -> None:
    """Take the place of somebody who listens."""


class Station:
    """One person at one home folder. Use it as a context manager; not for two threads at once."""

    def __init__(
        self, home: Path, settings: Settings, warnings: tuple[str, ...] = (), note: Callable[[str], None] = _say_nothing
    ) -> None:
        self.home = home
        self.settings = settings
        self.warnings = warnings
        """Sentences about settings that could not be used."""
        self.note = note
        """Tells whoever is waiting what takes so long."""
        self._person: Person | None = None
        self._store: Store | None = None
        self._archive: Store | None = None
        self._detectors: dict[ProfileName, Detector] = {}
        self._answerers: dict[str, Answerer] = {}
        self._highlighter: HighlightProvider | None = None

    @classmethod
    def open(
        cls,
        home: Path | None = None,
        *,
        device: Device | None = None,
        profile: ProfileName | None = None,
        user: str | None = None,
        answers: AnswersName | None = None,
        note: Callable[[str], None] = _say_nothing,
    ) -> Self:
        """Open a home folder; what is given here outranks its settings. Nothing is read but the settings."""
        folder = choose_home(home)
        settings, warnings = read_settings(folder)
        said = (("device", device), ("profile", profile), ("user", user), ("answers", answers))
        given = {name: value for name, value in said if value}
        return cls(folder, settings.model_copy(update=given), warnings, note)

    @property
    def person(self) -> Person:
        """Who works here: who logged on; where there are no accounts, who the settings or the system name.

        Without a log-on it is asked anew each time: the first account may be made by another program meanwhile.
        """
        if self._person is not None and self._person.account_id is not None:
            return self._person
        return NOBODY if self.store.has_accounts() else Person(self.user_name)

    @person.setter
    def person(self, person: Person) -> None:
        self._person = person

    @property
    def user_name(self) -> str:
        """Who the settings or the system name, whoever has logged on."""
        return self.settings.user or find_system_user()

    @property
    def has_logged_on(self) -> bool:
        """Whether a person with an account works here now."""
        return self._person is not None and self._person.account_id is not None

    @property
    def actor(self) -> Actor:
        """The person as records name them, asked for no right; what is done by this program asks `acting`."""
        return Actor(self.person.name)

    def acting(self, right: Right | None) -> Actor:
        """Return who is about to do something that leaves a record; None is what everybody who has logged on may do.

        Raises `NotAllowed` when the person's role does not include it, or when nobody has logged on.
        """
        person = self.person
        if person is NOBODY:
            raise NotAllowed(
                tr(
                    "Nobody has logged on; log on with your name and password first (on the command line --user NAME,"
                    " with the password in ANOMALYGPT_PASSWORD or typed when it is asked)."
                )
            )
        if right is not None:
            person.require(right)
        return Actor(person.name)

    @property
    def store(self) -> Store:
        """The audit database, opened on first use, or the archive looked into. Raises the known errors of storage."""
        if self._archive is not None:
            return self._archive
        if self._store is None:
            from storage.store import Store  # noqa: PLC0415 - SQLAlchemy costs start-up time that `--help` need not pay

            _refuse_lost_home(self.home)
            self._store = Store.open(self.home, application_version=application_version())
            _opened_homes.add(self.home.absolute())
        return self._store

    def look_into_archive(self, address: str, name: str | None = None) -> None:
        """From now on read what the archive at an address holds of a station, by name where it holds several.

        Who works here, and what reports and exports leave as events, stay affairs of this home folder. Raises the known
        errors of storage.
        """
        from storage.archive.archive_store import ArchiveStore  # noqa: PLC0415 - brings the driver, rarely needed

        self._archive = ArchiveStore.look_into(address, name, self.store)

    def leave_archive(self) -> None:
        """Read this home folder again."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None

    def find_detector(self, profile: ProfileName | None = None, on_progress: OnProgress = ignore_progress) -> Detector:
        """Return the detector of a profile, opened on first use and kept; installs missing default packs first.

        Raises `ModelPackError`.
        """
        chosen = profile or self.settings.profile
        if chosen not in self._detectors:
            from station.engine import open_detector  # noqa: PLC0415 - loads the model runtimes

            self._detectors[chosen] = open_detector(self, chosen, on_progress)
        return self._detectors[chosen]

    def find_answerer(self, is_cancelled: Callable[[], bool] = lambda: False) -> Answerer:
        """Return what answers questions here, opened on first use and kept. Raises `Cancelled`."""
        wanted = self.settings.answers
        if wanted not in self._answerers:
            from station.answerers import open_answerer  # noqa: PLC0415 - may load a model

            self._answerers = {wanted: open_answerer(self, is_cancelled)}
        return self._answerers[wanted]

    def find_highlighter(self) -> HighlightProvider:
        """Return what answers queries here, opened on first use and kept."""
        if self._highlighter is None:
            from station.highlighters import open_highlighter  # noqa: PLC0415 - may load a model

            self._highlighter = open_highlighter(self)
        return self._highlighter

    def close(self) -> None:
        """Sign where the audit chain ends, close the audit database and let the models go."""
        self.leave_archive()
        if self._store is not None:
            self._anchor(self._store)
            self._store.close()
            self._store = None
        self._detectors.clear()
        self._answerers.clear()
        self._highlighter = None

    def _anchor(self, store: Store) -> None:
        """Closing must not fail for a missing signature: the records are safe, the next close signs them too."""
        try:
            store.anchor("close")
        except storage.errors.KnownError as error:
            self.note(f"The end of the audit chain could not be signed: {error}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def find_system_user() -> str:
    """Return the name of the system's user; a service without one is named by its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unnamed user"
