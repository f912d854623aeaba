"""One run of the window on one home folder: operations, window, crash dialog, settings that change while it runs.

`app` makes it once there is an application; `main_window` shows what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from gui.crash_handling import CrashWatcher, guard
from gui.main_window import MainWindow
from gui.messages import Message
from gui.operations import Operations
from gui.qt_language import use_qt_language
from gui.shift import Shift
from gui.single_instance import bring_to_front
from gui.theme import apply_theme
from gui.translated import tell, tr
from station.crash_reports import CrashReport
from station.first_run import needs_first_run
from station.language import current_language, find_system_language, use_language
from station.logs import set_log_level
from station.settings import Device, Settings, read_settings
from station.station import Station, find_system_user

CLOSING_PATIENCE_MS = 10_000


class WindowSession(QObject):
    """Keeps the window; makes another when the language changes."""

    def __init__(self, app: QApplication, home: Path, device: Device | None = None, user: str | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._home = home
        self._user = user
        self._device = device
        self._is_first_run = needs_first_run(home)
        settings, self._warnings = read_settings(home)
        self.watcher = CrashWatcher(home, self)
        guard(self.watcher, self._show_crash)
        self.shift = Shift(self)
        self.operations = Operations(self._open_station, self)
        self.operations.faulted.connect(lambda failure: self.watcher.report(failure.sentence, failure.report))
        self.window = self._make_window(settings)

    def start(self, files: Sequence[Path] = ()) -> None:
        """Show the window; what it reads and loads begins once it is on the screen."""
        self.window.show()
        QTimer.singleShot(0, lambda: self._begin(list(files)))

    def take_files(self, files: Sequence[Path]) -> None:
        """Come to the front with the files of a second start."""
        bring_to_front(self.window)
        self.window.steering.inspect(files)

    def close(self) -> bool:
        """End everything that runs; False when something did not end in time."""
        self.window.flow.cancel()
        return self.operations.close(CLOSING_PATIENCE_MS)

    def _begin(self, files: list[Path]) -> None:
        for warning in self._warnings:
            action = self.window.dialogs.open_settings
            self.window.show_message(Message(tell(warning), "warning", tr("Settings…"), action))
        if self._is_first_run:
            self._is_first_run = False
            self.window.dialogs.open_first_run(lambda _: self._finish_first_run(files))
            return
        self.window.start()
        self.window.steering.inspect(files)

    def _finish_first_run(self, files: list[Path]) -> None:
        self._use_settings()
        self.window.start()
        self.window.steering.inspect(files)

    def _show_crash(self, report: CrashReport) -> None:
        from gui.crash_dialog import show_crash  # noqa: PLC0415 - rarely needed

        show_crash(report, self._home, self.window)

    def _open_station(self) -> Station:
        return self.shift.staff(Station.open(self._home, device=self._device, user=self._user))

    def _make_window(self, settings: Settings) -> MainWindow:
        window = MainWindow(self.operations, self._home, settings, self._name_user(settings), self.shift)
        window.settings_changed.connect(self._use_settings)
        window.closed.connect(self._app.quit)
        return window

    def _name_user(self, settings: Settings) -> str:
        return self._user or settings.user or find_system_user()

    def _use_settings(self, _: object = None) -> None:
        """Follow the settings as they are in the file now."""
        settings, _warnings = read_settings(self._home)
        apply_theme(self._app, settings.theme)
        set_log_level(settings.log_level)
        self.operations.reopen_stations()
        wanted = find_system_language() if settings.language == "system" else settings.language
        if wanted != current_language():
            self._change_language(settings)
        else:
            self.window.use_settings(settings, self._name_user(settings))

    def _change_language(self, settings: Settings) -> None:
        """Make the window anew; while something runs, only say that the next start will."""
        if self.operations.is_busy():
            self.window.use_settings(settings, self._name_user(settings))
            self.window.show_message(Message(tr("The language changes when the program is started again.")))
            return
        use_language(settings.language)
        use_qt_language(self._app, current_language())
        old = self.window
        opened = old.page.opened
        old.leave()
        self.window = self._make_window(settings)
        self.window.show()
        self.window.start()
        if opened is not None:
            self.window.show_inspection(opened)
        old.deleteLater()
