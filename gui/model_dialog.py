"""Model packs and the device that computes with them: installed, imported, verified, tried out.

It joins pages and background. Licences are shown in full and accepted before anything is installed; what was accepted
is noted in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QTabWidget, QWidget

from gui.dialogs import BaseDialog
from gui.model_answers_page import ModelAnswersPage
from gui.model_device_page import ModelDevicePage
from gui.model_licence_dialog import ModelLicenceDialog
from gui.model_packs_page import ModelPacksPage
from gui.model_work import identify_work, import_work, install_work, verify_work, view_work
from gui.operations import Control, Failure, Lane, Operation, Operations, Work
from gui.translated import tr, trn
from station.changing_settings import SettingsState, change_settings, describe_settings
from station.device_test import DeviceTest, run_device_test
from station.models import PackInfo
from station.station import Station

VERIFIED_AT_ONCE = 500_000_000
"""Bytes of installed packs up to which they are verified as soon as the dialog opens: within two seconds."""


class ModelDialog(BaseDialog):
    """Shows model packs and devices."""

    message = Signal(object)
    settings_changed = Signal(object)
    """The `Settings` in force after another device was chosen."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Model packs and device"), (820, 660))
        self._operations = operations
        self._running: Operation | None = None
        self.packs = ModelPacksPage(self)
        self.device = ModelDevicePage(self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(tr("Model packs and device"))
        self.tabs.addTab(self.packs, tr("Model packs"))
        self.tabs.addTab(self.device, tr("Device"))
        self.answers = ModelAnswersPage(operations, self)
        self.tabs.addTab(self.answers, tr("Answers"))
        self.body.addWidget(self.tabs, 1)
        self.add_close_button()
        self._connect()
        self._look()

    def done(self, result: int) -> None:
        """Stop what is under way for this dialog alone."""
        if self._running is not None:
            self._running.cancel()
        super().done(result)

    def _connect(self) -> None:
        self.packs.install_wanted.connect(self._install)
        self.packs.licence_wanted.connect(self._show_licence)
        self.packs.import_wanted.connect(self._choose_and_import)
        self.packs.verify_wanted.connect(self.verify)
        self.device.device_wanted.connect(self._use_device)
        self.device.test_wanted.connect(self.test)
        self.answers.changed.connect(self.settings_changed)

    # Packs

    def _look(self) -> None:
        self._run_packs(tr("Looking for model packs"), view_work(), self._take_first_look)
        self._operations.run(
            tr("Reading the settings"),
            lambda station, control: describe_settings(station.home),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self.device.show_state,
        )

    def _take_first_look(self, packs: Sequence[PackInfo]) -> None:
        self.packs.show_packs(packs)
        size = sum(pack.size for pack in packs if pack.state == "installed")
        if 0 < size <= VERIFIED_AT_ONCE:
            self.verify()

    def verify(self) -> None:
        """Hash every installed pack."""
        self._run_packs(tr("Verifying the model packs"), verify_work(), self._take_verified)

    def _take_verified(self, packs: Sequence[PackInfo]) -> None:
        self.packs.show_packs(packs)
        self.answers.read()
        damaged = [pack for pack in packs if pack.state == "damaged"]
        intact = sum(pack.state == "verified" for pack in packs)
        if damaged:
            self.packs.say("\n".join(pack.problem for pack in damaged), "error")
        else:
            self.packs.say(
                trn("{count} model pack is verified.", "{count} model packs are verified.", intact) if intact else ""
            )

    def _install(self, pack: PackInfo) -> None:
        if self.ask_licences([pack]):
            self._change_packs(tr("Installing {name}", name=pack.title), install_work(pack.name))

    def _choose_and_import(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder with model packs"))
        if name:
            self.import_from(Path(name))

    def import_from(self, source: Path) -> None:
        """Find out what a folder or file holds, show the licences, then install it."""
        self._run_packs(
            tr("Looking into {name}", name=source.name),
            identify_work(source),
            lambda packs: self._import(source, packs),
        )

    def _import(self, source: Path, packs: Sequence[PackInfo]) -> None:
        if self.ask_licences(packs):
            names = [pack.name for pack in packs]
            self._change_packs(tr("Importing from {name}", name=source.name), import_work(source, names))

    def ask_licences(self, packs: Sequence[PackInfo]) -> bool:
        """Show the licences in full; whether the person accepts them."""
        dialog = ModelLicenceDialog(packs, self)
        accepted = bool(dialog.exec())
        dialog.deleteLater()
        return accepted

    def _show_licence(self, pack: PackInfo) -> None:
        dialog = ModelLicenceDialog([pack], self, asks=False)
        dialog.exec()
        dialog.deleteLater()

    def _change_packs(self, title: str, work: Work[tuple[PackInfo, ...]]) -> None:
        self._run_packs(title, work, self._take_changed)

    def _take_changed(self, packs: Sequence[PackInfo]) -> None:
        """What is loaded may be of packs that were replaced."""
        self._take_verified(packs)
        self._operations.reopen_stations()

    def _run_packs(self, title: str, work: Work[Any], on_success: Callable[[Any], object]) -> None:
        self.packs.say("")
        self.packs.set_busy(True)
        operation = self._operations.run(
            title,
            work,
            lane=Lane.FILES,
            owner=self,
            on_success=lambda value: self._end_packs(on_success, value),
            on_failure=self._fail_packs,
            on_cancelled=lambda: self._fail_packs(Failure(tr("Stopped; what was installed before is as it was."))),
        )
        self._running = operation
        self.packs.progress.follow(operation)

    def _end_packs(self, on_success: Callable[[Any], object], value: Any) -> None:
        self._running = None
        self.packs.set_busy(False)
        on_success(value)

    def _fail_packs(self, failure: Failure) -> None:
        self._running = None
        self.packs.set_busy(False)
        self.packs.say(failure.sentence, "error")

    # Device

    def test(self) -> None:
        """Try every device."""
        self.device.say("")
        self.device.test_button.setEnabled(False)

        def try_all(station: Station, control: Control) -> DeviceTest:
            return run_device_test(station, lambda share, what: control.progress(share))

        self._running = self._operations.run(
            tr("Testing the devices"),
            try_all,
            owner=self,
            on_success=self._take_test,
            on_failure=lambda failure: self._end_test(failure.sentence),
            on_cancelled=lambda: self._end_test(tr("The test was stopped.")),
        )
        self.device.progress.follow(self._running)

    def _take_test(self, test: DeviceTest) -> None:
        self._end_test("")
        self.device.show_test(test)

    def _end_test(self, sentence: str) -> None:
        self._running = None
        self.device.test_button.setEnabled(True)
        self.device.say(sentence, "error")

    def _use_device(self, device: str) -> None:
        def change(station: Station, control: Control) -> SettingsState:
            return change_settings(station, {"device": device})

        self._operations.run(
            tr("Saving the settings"),
            change,
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_device,
            on_failure=lambda failure: self.device.say(failure.sentence, "error"),
        )

    def _take_device(self, state: SettingsState) -> None:
        self.device.show_state(state)
        self._operations.reopen_stations()
        self.settings_changed.emit(state.settings)
