"""The first start: name, language and look, a test of the devices, one inspection of a sample part.

Every step can be skipped and nothing that fails stands in the way: what went wrong is said, and the window opens all
the same. It joins pages and background.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QWidget

from gui.dialogs import BaseDialog
from gui.first_run_pages import DevicePage, SamplePage, WelcomePage
from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.theme import apply_theme
from gui.translated import tr
from station.changing_settings import SettingsState, change_settings, describe_settings
from station.device_test import DeviceTest, run_device_test
from station.first_run import SampleInspection, inspect_sample
from station.language import current_language, use_language
from station.settings import Settings
from station.station import Station

PATIENCE_MS = 3000
"""How long closing waits for work that was told to stop."""


@dataclass(frozen=True)
class _Found:
    state: SettingsState
    home: Path


class FirstRunDialog(BaseDialog):
    """Leads through three pages."""

    finished_setup = Signal(object)
    """The `Settings` that were chosen, or None when it was skipped before any were; emitted once, at every end."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Welcome"), (720, 620))
        self._operations = operations
        self._language_before: str | None = None
        self._settings: Settings | None = None
        self._found: _Found | None = None
        self._running: list[Operation] = []
        self._saving: Operation | None = None
        self._inspects_after_saving = False
        self._result = 0
        self._is_closing = self._has_closed = False
        self._stack = QStackedWidget(self)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setProperty("role", "error")
        self.outcome.hide()
        self._where = QLabel(self)
        self._where.setProperty("role", "muted")
        self.body.addWidget(self._where)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.outcome)
        self._add_buttons()
        self._make_pages()
        self._read()

    @property
    def step(self) -> int:
        """The page on show, from 0 to 2."""
        return self._stack.currentIndex()

    def done(self, result: int) -> None:
        """Stop what runs, then close; work that does not stop soon is left to itself."""
        if self._is_closing:
            return
        self._is_closing = True
        self._result = result
        if not self._running:
            self._close()
            return
        self.setEnabled(False)
        for operation in self._running:
            if operation is not self._saving:
                operation.cancel()
        QTimer.singleShot(PATIENCE_MS, self, self._close)

    def _close(self) -> None:
        if self._has_closed:
            return
        self._has_closed = True
        super().done(self._result)
        # The window follows the kept language by itself, and makes itself anew where it differs from what it speaks.
        if self._language_before is not None:
            use_language(self._language_before)
        self.finished_setup.emit(self._settings)

    # Building

    def _add_buttons(self) -> None:
        self.skip_button = self.add_button("", is_left=True)
        self.back_button = self.add_button("")
        self.next_button = self.add_button("", "primary", is_default=True)
        self.skip_button.clicked.connect(self.reject)
        self.back_button.clicked.connect(lambda: self._go_to(self.step - 1))
        self.next_button.clicked.connect(self._go_on)

    def _make_pages(self) -> None:
        """Make the pages in the language in use."""
        while (page := self._stack.widget(0)) is not None:
            self._stack.removeWidget(page)
            page.deleteLater()
        self._has_tested = self._has_inspected = False
        self.welcome, self.device, self.sample = WelcomePage(self), DevicePage(self), SamplePage(self)
        for page in (self.welcome, self.device, self.sample):
            self._stack.addWidget(page)
        self.welcome.language_chosen.connect(self._speak)
        self.welcome.look_chosen.connect(self._look)
        self.device.test_wanted.connect(self.test)
        self.sample.inspection_wanted.connect(self.inspect)
        self.setWindowTitle(tr("Welcome"))
        self.skip_button.setText(tr("Skip the set-up"))
        self.back_button.setText(tr("Back"))
        self._show_step()

    def _show_step(self) -> None:
        count = self._stack.count()
        is_last = self.step == count - 1
        self._where.setText(tr("Step {step} of {count}", step=self.step + 1, count=count))
        self.back_button.setEnabled(self.step > 0)
        self.skip_button.setVisible(not is_last)
        self.next_button.setText(tr("Start") if is_last else tr("Next"))

    # Steps

    def _go_on(self) -> None:
        if self.step == 0:
            self._save()
        if self.step == self._stack.count() - 1:
            self.accept()
        else:
            self._go_to(self.step + 1)

    def _go_to(self, step: int) -> None:
        self._stack.setCurrentIndex(step)
        self._show_step()
        self.next_button.setFocus()
        if step == 1 and not self._has_tested:
            self.test()
        if step == 2 and not self._has_inspected:
            self.inspect()

    def _read(self) -> None:
        self._operations.run(
            tr("Reading the settings"),
            lambda station, control: _Found(describe_settings(station.home), station.home),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show_found,
            on_failure=lambda failure: self._say(failure.sentence),
        )

    def _show_found(self, found: _Found) -> None:
        self._found = found
        self.welcome.show_state(found.state, found.home)
        self.welcome.name_edit.setFocus()

    def _speak(self, language: str) -> None:
        """Say everything in another language at once; what was typed stays."""
        self._language_before = self._language_before or current_language()
        use_language(language)
        choices = self.welcome.choices
        self._make_pages()
        if self._found is not None:
            state = self._found.state
            settings = state.settings.model_copy(update=choices)
            self.welcome.show_state(SettingsState(settings, state.path, state.fixed, state.warnings), self._found.home)
        self.welcome.language_box.setFocus()

    def _look(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, name)

    def _save(self) -> None:
        choices = self.welcome.choices

        def keep(station: Station, control: Control) -> SettingsState:
            return change_settings(station, choices)

        self._saving = self._operations.run(
            tr("Saving the settings"),
            keep,
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take,
            on_failure=self._say_not_saved,
        )
        self._follow(self._saving)

    def _take(self, state: SettingsState) -> None:
        """What is recorded from now on is recorded under the name that was typed."""
        self._settings = state.settings
        self.outcome.hide()
        self._operations.reopen_stations()
        self._end_saving()

    def _say_not_saved(self, failure: Failure) -> None:
        self._say(failure.sentence)
        self._end_saving()

    def _end_saving(self) -> None:
        self._saving = None
        if self._inspects_after_saving:
            self.inspect()

    def test(self) -> None:
        """Test the devices."""

        def try_all(station: Station, control: Control) -> DeviceTest:
            return run_device_test(station, lambda share, what: control.progress(share))

        self._has_tested = True
        self.device.show_waiting()
        operation = self._operations.run(
            tr("Testing the devices"),
            try_all,
            owner=self,
            on_success=self._show_test,
            on_failure=lambda failure: self.device.say(failure.sentence),
            on_cancelled=lambda: self.device.say(tr("The test was stopped.")),
        )
        self.device.progress.follow(operation)
        self._follow(operation)

    def inspect(self) -> None:
        """Inspect the sample part."""

        def try_it(station: Station, control: Control) -> SampleInspection:
            return inspect_sample(station, lambda share, what: control.progress(share))

        self._has_inspected = True
        self.sample.show_waiting()
        self._inspects_after_saving = self._saving is not None
        if self._inspects_after_saving:
            return  # else the sample would be recorded under the name of before
        operation = self._operations.run(
            tr("Inspecting the sample part"),
            try_it,
            owner=self,
            on_success=self._show_inspection,
            on_failure=self._say_not_inspected,
            on_cancelled=lambda: self.sample.say(tr("The inspection was stopped.")),
        )
        self.sample.progress.follow(operation)
        self._follow(operation)

    # The pages may have been made anew in another language since the work began, so each is looked up when it ends.

    def _show_test(self, test: DeviceTest) -> None:
        self.device.show_test(test)

    def _show_inspection(self, sample: SampleInspection) -> None:
        self.sample.show_inspection(sample)

    def _say_not_inspected(self, failure: Failure) -> None:
        self.sample.say(failure.sentence)

    def _follow(self, operation: Operation) -> None:
        self._running.append(operation)
        operation.finished.connect(self._forget)

    def _forget(self) -> None:
        self._running = [operation for operation in self._running if not operation.is_finished]
        if self._is_closing and not self._running:
            self._close()

    def _say(self, sentence: str) -> None:
        self.outcome.setText(sentence)
        self.outcome.show()
