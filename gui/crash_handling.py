"""Catches what nobody caught: in the window, in its slots, in threads, and what Qt itself complains about.

All of it is logged; our own faults are kept as a report in the home folder and shown once, in `crash_dialog`. Nothing
is sent.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from station.crash_reports import CrashReport
from station.fault_reports import LOG_FOLDER, write_fault_report

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
NATIVE_FAULTS = "native-faults.txt"
_logger = logging.getLogger("gui.crash")
_qt_logger = logging.getLogger("qt")

ErrorTriple = tuple[type[BaseException], BaseException | None, TracebackType | None]


class CrashWatcher(QObject):
    """Hears of every uncaught error from any thread and says so in the window's thread."""

    crashed = Signal(object)
    """A `CrashReport`, in the window's thread."""
    _caught = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._native: TextIO | None = None
        self._earlier = (sys.excepthook, threading.excepthook)
        self._caught.connect(self.crashed)

    def install(self) -> None:
        """Catch from now on."""
        sys.excepthook = lambda kind, error, trace: self._catch((kind, error, trace), "window")
        threading.excepthook = lambda raised: self._catch(
            (raised.exc_type, raised.exc_value, raised.exc_traceback), raised.thread.name if raised.thread else "thread"
        )
        qInstallMessageHandler(_log_qt)
        warnings.simplefilter("default") if not sys.warnoptions else None
        logging.captureWarnings(True)
        self._watch_native_faults()

    def uninstall(self) -> None:
        """Leave everything as it was before `install`."""
        sys.excepthook, threading.excepthook = self._earlier
        qInstallMessageHandler(None)
        logging.captureWarnings(False)
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None

    def report(self, sentence: str, details: str) -> None:
        """Show a fault that an operation caught, as if nobody had."""
        _logger.error("%s\n%s", sentence, details)
        self._caught.emit(CrashReport(sentence, details, None))

    def _catch(self, error: ErrorTriple, where: str) -> None:
        kind, value, trace = error
        if value is None or issubclass(kind, KeyboardInterrupt):
            self._earlier[0](kind, value or kind(), trace)
            return
        _logger.critical("uncaught in %s", where, exc_info=(kind, value, trace))
        details = "".join(traceback.format_exception(kind, value, trace))
        path = write_fault_report(value.with_traceback(trace), self._home)
        self._caught.emit(CrashReport(str(value).split("\n")[0] or kind.__name__, details, path))

    def _watch_native_faults(self) -> None:
        """Let the interpreter leave a trace where the process dies of a fault in a library."""
        try:
            folder = self._home / LOG_FOLDER
            folder.mkdir(parents=True, exist_ok=True)
            self._native = (folder / NATIVE_FAULTS).open("a", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._native)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    _qt_logger.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "default", message)


def guard(watcher: CrashWatcher, show: Callable[[CrashReport], None]) -> None:
    """Show every crash, one dialog at a time; those that come meanwhile are only logged."""
    showing: list[CrashReport] = []

    def show_one(report: CrashReport) -> None:
        if showing:
            return
        showing.append(report)
        try:
            show(report)
        finally:
            showing.clear()

    watcher.crashed.connect(show_one)
