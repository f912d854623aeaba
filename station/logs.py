"""What the program writes down about itself: one log in `logs` of the home folder, small, no photos and no secrets.

A log is for finding faults. It is never evidence: what was decided is in the audit database. A folder that takes no log
never stops anybody.
"""

from __future__ import annotations

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from station.fault_reports import LOG_FOLDER

LogLevel = Literal["debug", "info", "warning", "error"]

LOG_FILE = "anomalygpt.log"
MOST_BYTES = 1_000_000
"""Size at which a log file is put aside and the next begun."""
OLD_FILES = 4
TAIL_LINES = 60
"""Lines of the log that are shown."""
LONGEST_MESSAGE = 4_000
"""Characters of one message; what is longer is data and does not belong here."""

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s [%(threadName)s] %(message)s"
_SECRET = re.compile(r"(?i)\b(pass(?:word|wd|phrase)?|secret|token|api[_-]?key|authorization)\b(\s*[=:]\s*)(\S+)")
_OURS = ("anomalygpt", "station", "gui", "inference", "storage", "qt", "py.warnings")
"""Loggers whose words are of use here; other packages are heard from warnings on."""


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))[:LONGEST_MESSAGE]


def start_logging(home: Path, level: LogLevel = "info") -> Path | None:
    """Write a log in `home` from now on, in place of one begun before; the file, or None where there can be none."""
    stop_logging()
    path = home / LOG_FOLDER / LOG_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(_Formatter(_FORMAT))
    handler.name = LOG_FILE
    logging.getLogger().addHandler(handler)
    # A disk that is full later on must not print traces into a terminal nobody reads.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    set_log_level(level)
    return path


def stop_logging() -> None:
    """Close the log file that `start_logging` opened."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == LOG_FILE]:
        root.removeHandler(handler)
        handler.close()


def set_log_level(level: LogLevel) -> None:
    """Say from which level on our own words are written down."""
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def hide_secrets(text: str) -> str:
    """Return a text without what follows words such as "password="."""
    return _SECRET.sub(r"\1\2***", text)


def read_log_tail(home: Path, most: int = TAIL_LINES) -> tuple[str, ...]:
    """Return the last lines of the log of a home folder, without secrets; none where there is no log."""
    try:
        with (home / LOG_FOLDER / LOG_FILE).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - most * LONGEST_MESSAGE))
            data = file.read()
    except OSError:
        return ()
    return tuple(hide_secrets(data.decode("utf-8", "replace")).splitlines()[-most:])


def list_log_files(home: Path) -> list[Path]:
    """Return the log files and fault reports of a home folder, by name."""
    try:
        paths = sorted((home / LOG_FOLDER).iterdir())
    except OSError:
        return []
    return [path for path in paths if path.suffix in {".log", ".txt"} or ".log." in path.name]
