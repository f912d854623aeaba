"""Starts the window: the application and its look, one window per home folder, and an orderly end.

What the window is, `main_window` says; what it holds while it runs, `session`. Called by `main` and nobody else.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from gui.app_icon import DESKTOP_ID, application_icon
from gui.qt_language import use_qt_language
from gui.session import WindowSession
from gui.single_instance import SingleInstance, StartKind
from gui.theme import apply_theme
from gui.translated import tr
from station.language import current_language, use_language
from station.logs import start_logging
from station.settings import Device, choose_home, read_settings
from station.version import application_version

STATUS_OK = 0
STATUS_ERROR = 2
SIGNAL_CHECK_MS = 300


def run_window(
    home: Path | None = None, files: Sequence[Path] = (), device: Device | None = None, user: str | None = None
) -> int:
    """Open the window, or hand the files to the one that is open; return the exit status when it ends."""
    folder = choose_home(home)
    settings, _ = read_settings(folder)
    use_language(settings.language)
    app = make_application()
    use_qt_language(app, current_language())
    apply_theme(app, settings.theme)
    instance = SingleInstance(folder)
    try:
        kind = instance.start(files)
    except OSError as error:
        _say(tr("The home folder {folder} cannot be used: {reason}.", folder=folder, reason=error.strerror or error))
        return STATUS_ERROR
    if kind is StartKind.HANDED_OVER:
        return STATUS_OK
    if kind is StartKind.NO_ANSWER:
        _say(tr("Another window has {folder} open and does not answer; close it first.", folder=folder))
        return STATUS_ERROR
    start_logging(folder, settings.log_level)
    return _run(app, instance, WindowSession(app, folder, device, user), files)


def make_application() -> QApplication:
    """Return the application with its name and icon."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(sys.argv[:1])
    app.setApplicationName("AnomalyGPT Inspector")
    app.setApplicationVersion(application_version())
    app.setDesktopFileName(DESKTOP_ID)
    app.setWindowIcon(application_icon())
    return app


def _run(app: QApplication, instance: SingleInstance, session: WindowSession, files: Sequence[Path]) -> int:
    session.watcher.install()
    instance.files_received.connect(session.take_files)
    session.start(files)
    # Dialogs without a parent must not end the program when they close.
    app.setQuitOnLastWindowClosed(False)
    _end_on_signals(app, session)
    status = app.exec()
    instance.close()
    has_ended = session.close()
    session.watcher.uninstall()
    if not has_ended:
        _leave_at_once()
    return status


def _leave_at_once() -> NoReturn:
    """End although a thread hangs, as on a network share that is gone: Qt would abort with a core dump."""
    logging.shutdown()
    os._exit(STATUS_ERROR)


def _end_on_signals(app: QApplication, session: WindowSession) -> None:
    """End in an orderly way when the system or a terminal asks for it, with nobody there to answer questions."""

    def end(_number: int, _frame: object) -> None:
        session.window.leave()
        app.exit(STATUS_OK)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # Python hears of a signal only when it runs; Qt's event loop alone would sleep on.
    waking = QTimer(app, interval=SIGNAL_CHECK_MS)
    waking.timeout.connect(_stay_awake)
    waking.start()


def _stay_awake() -> None:
    """Give Python a moment."""


def _say(sentence: str) -> None:
    """Say something where there is no window to say it in."""
    QMessageBox.warning(None, "AnomalyGPT Inspector", sentence)
