"""What can go wrong with an archive, as sentences for a person; none of them ever holds a password."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from sqlalchemy.engine import ExceptionContext

from storage.errors import KnownError


class ArchiveFailed(KnownError):
    """The archive's server cannot be reached, or refuses what was asked of it."""


class NotAnArchive(KnownError):
    """The database is there, but no archive was made in it."""


class UnknownStation(KnownError):
    """The archive holds no station of this name."""


class ForkedChain(KnownError):
    """A home folder's chain is not the continuation of what the archive holds of it."""


class UnverifiedBatch(KnownError):
    """What the archive read back does not match its chain; nothing of the batch was kept."""


_REFUSED_LOG_ON = frozenset({"28000", "28P01"})
_FORBIDDEN = frozenset({"42501", "25006"})
_MISSING = frozenset({"42P01", "3F000"})
_FULL = frozenset({"53100", "53200", "53300"})
_NO_DATABASE = "3D000"
_REFUSED_CHANGE = "P0001"
_SIGNS = {"authentication failed": "28P01", "no password supplied": "28P01", "does not exist": _NO_DATABASE}
_LOST_CLASSES = ("08", "57")
"""Connection failures, and a server that is stopped or ends our session."""


def explain_error(context: ExceptionContext, server: str) -> KnownError | None:
    """Return the sentence for what the driver reported; None when it is our bug."""
    error = context.original_exception
    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate or _guess_state(str(error))
    for states, sentence in _make_sentences(server).items():
        if state in states:
            return NotAnArchive(sentence) if states is _MISSING else ArchiveFailed(sentence)
    is_lost = state.startswith(_LOST_CLASSES) or (not state and isinstance(error, psycopg.OperationalError))
    if is_lost or context.is_disconnect:
        return ArchiveFailed(
            f"The archive at {server} cannot be reached; check the network, the server and the user's name and"
            " password, then sync again: it goes on where it stopped."
        )
    return None


def _guess_state(message: str) -> str:
    """Return the state of a failed log-on from its English text: libpq hands out no state before it is connected."""
    return next((state for sign, state in _SIGNS.items() if sign in message), "")


def _make_sentences(server: str) -> Mapping[frozenset[str], str]:
    return {
        _REFUSED_LOG_ON: f"The archive at {server} refuses the user name or the password; check both, then try again.",
        _FORBIDDEN: f"The user may not do this in the archive at {server}; ask whoever runs the server for the right.",
        _MISSING: f"There is no archive at {server}; make one with 'archive create', or check the address.",
        _FULL: f"The server at {server} has no room left; ask whoever runs it for room, then sync again.",
        frozenset({_NO_DATABASE}): f"There is no database at {server}; ask whoever runs the server to make it.",
        frozenset({_REFUSED_CHANGE}): f"The archive at {server} refuses to change or delete what it holds.",
    }
