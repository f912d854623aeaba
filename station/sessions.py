"""What surrounds every command: the console, the open station, and how an error becomes a sentence and a status.

A known error is one sentence; anything else is our bug, kept whole in a file that the sentence names. Nobody sees a
stack trace.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from station.command_options import AnswersName, ArchiveOptions, CommonOptions, ProfileName
from station.console import Console

if TYPE_CHECKING:
    from station.station import Station

PASSWORD = "ANOMALYGPT_PASSWORD"
"""Holds the password of whoever acts, for commands without a terminal."""
STATUS_OK = 0
STATUS_REJECT = 1
STATUS_ERROR = 2
STATUS_REVIEW = 3
STATUS_STOPPED = 130
"""What shells use for a program stopped by Ctrl-C: 128 and the number of the signal."""
STATUS_PIPE_CLOSED = 141
"""What shells use for a program whose reader went away: 128 and the number of the signal."""


class Session:
    """One command at work. Leave it by falling out, by `typer.Exit` or by any error."""

    def __init__(
        self,
        common: CommonOptions,
        profile: ProfileName | None = None,
        *,
        answers: AnswersName | None = None,
        empty_document: Mapping[str, object] | None = None,
        source: ArchiveOptions | None = None,
    ) -> None:
        """`empty_document` holds the keys that `--json` promises even when all fails.

        `source` says whether an archive is read in place of the home folder.
        """
        self._options = common
        self._profile = profile
        self._answers = answers
        self._source = source or ArchiveOptions()
        self._empty_document = dict(empty_document or {})
        self.console = Console(as_json=common.as_json, quiet=common.quiet)
        self._station: Station | None = None

    @property
    def station(self) -> Station:
        """The open home folder. Warnings about its settings are said when it is opened."""
        if self._station is None:
            from station.station import Station  # noqa: PLC0415 - reads settings, which `--help` need not wait for

            options = self._options
            self._station = Station.open(
                options.home,
                device=options.device,
                profile=self._profile,
                user=options.user,
                answers=self._answers,
                note=self.console.note,
            )
            for warning in self._station.warnings:
                self.console.warn(warning)
            self._log_on(self._station)
            if self._source.archive is not None:
                self._station.look_into_archive(self._source.archive, self._source.archived_station)
        return self._station

    def ask_password(self) -> str:
        """Return the password from ANOMALYGPT_PASSWORD, else typed; empty where nobody can be asked."""
        if password := os.environ.get(PASSWORD, ""):
            return password
        if not sys.stdin.isatty():
            return ""
        return str(typer.prompt("Password", hide_input=True, err=True))

    def _log_on(self, station: Station) -> None:
        """Log on whoever is named, where people have accounts; without a name only reading is possible."""
        if self._options.user is None or not station.home.is_dir() or not station.store.has_accounts():
            return
        from station.people import log_on  # noqa: PLC0415 - only where there are accounts

        log_on(station, self._options.user, self.ask_password())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._station is not None:
            self._log_off(self._station)
            self._station.close()
        if error is None or isinstance(error, (typer.Exit, SystemExit, GeneratorExit)):
            return
        raise typer.Exit(self._explain(error)) from None

    def _log_off(self, station: Station) -> None:
        """A record that cannot be written must not hide what the command has to say."""
        station.leave_archive()
        if not station.has_logged_on:
            return
        from station.errors import KNOWN_ERRORS  # noqa: PLC0415 - only where there are accounts
        from station.people import log_off  # noqa: PLC0415

        try:
            log_off(station)
        except KNOWN_ERRORS as error:
            self.console.warn(str(error))

    def _explain(self, error: BaseException) -> int:
        """Say what went wrong and return the exit status."""
        if isinstance(error, BrokenPipeError):
            return _leave_closed_pipe()
        if isinstance(error, KeyboardInterrupt):
            return self._fail("Stopped by the user; everything reported as recorded is kept.", STATUS_STOPPED)
        return self._fail(self._find_sentence(error), STATUS_ERROR)

    def _find_sentence(self, error: BaseException) -> str:
        from station.errors import KNOWN_ERRORS  # noqa: PLC0415 - see above

        return str(error) if isinstance(error, KNOWN_ERRORS) else self._report_fault(error)

    def _report_fault(self, error: BaseException) -> str:
        from station.fault_reports import write_fault_report  # noqa: PLC0415 - rarely needed
        from station.settings import choose_home  # noqa: PLC0415

        path = write_fault_report(error, choose_home(self._options.home))
        where = (
            f"the full report is in {path}; please send it to the developers" if path else "no report could be written"
        )
        return f"The program failed unexpectedly ({type(error).__name__}); {where}."

    def _fail(self, sentence: str, status: int) -> int:
        self.console.fail(sentence)
        self.console.document({**self._empty_document, "errors": [{"image": None, "sentence": sentence}]})
        return status


def _leave_closed_pipe() -> int:
    """Point stdout at nothing, so that Python's last flush does not complain about the reader that went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return STATUS_PIPE_CLOSED
