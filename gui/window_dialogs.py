"""Opens the dialogs and windows that stand above the main window, each with what it says connected to it.

They are imported when they are opened, so that the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from gui.operations import Operations
from gui.single_instance import bring_to_front
from gui.translated import tr
from inference.images import SUPPORTED_SUFFIXES
from station.opening import OpenedInspection

if TYPE_CHECKING:
    from gui.help_window import HelpWindow


class WindowDialogs(QObject):
    """One per main window."""

    reviewed = Signal(int)
    """A decision on this inspection was recorded."""
    reference_added = Signal(int)
    """The part of this inspection became a reference."""
    settings_changed = Signal(object)
    models_changed = Signal()
    database_changed = Signal()
    """A check, a rule, a purge was recorded."""
    days_wanted = Signal(object, object)
    """First and last day whose inspections shall be shown."""
    message = Signal(object)

    def __init__(self, operations: Operations, window: QWidget) -> None:
        super().__init__(window)
        self._operations = operations
        self._window = window
        self._help: HelpWindow | None = None

    def open_review(self, opened: OpenedInspection, codes: Sequence[str]) -> None:
        """Let a person decide on an inspection."""
        from gui.review_dialog import ReviewDialog  # noqa: PLC0415 - see above

        dialog = ReviewDialog(self._operations, opened, codes, self._window)
        dialog.recorded.connect(self.reviewed)
        dialog.added.connect(self.reviewed)
        self._open(dialog)

    def open_mask_editor(self, opened: OpenedInspection) -> None:
        """Let a person correct the mask of an inspection."""
        from gui.mask_editor import MaskEditor  # noqa: PLC0415 - see above

        editor = MaskEditor(self._operations, opened, self._window)
        editor.saved.connect(lambda made, _: self.reviewed.emit(made.inspection_id))
        self._open(editor)

    def open_was_good(self, opened: OpenedInspection) -> None:
        """Make the part of an inspection one more reference."""
        from gui.was_good_dialog import offer_was_good  # noqa: PLC0415 - see above

        number = opened.record.id
        offer_was_good(
            self._operations,
            opened,
            self._window,
            on_recorded=lambda _: self.reference_added.emit(number),
            on_message=self.message.emit,
        )

    def open_report(self, inspection_ids: Sequence[int]) -> None:
        """Preview the report of one inspection or of a lot."""
        from gui.report_dialog import ReportDialog  # noqa: PLC0415 - see above

        if inspection_ids:
            self._open(ReportDialog(self._operations, list(inspection_ids), self._window))

    def open_comparison(self, first: int, second: int) -> None:
        """Show two inspections beside each other."""
        from gui.comparison_dialog import ComparisonDialog  # noqa: PLC0415 - see above

        self._open(ComparisonDialog(self._operations, first, second, self._window))

    def open_settings(self) -> None:
        """Open the settings."""
        from gui.settings_dialog import SettingsDialog  # noqa: PLC0415 - see above

        dialog = SettingsDialog(self._operations, self._window)
        dialog.settings_changed.connect(self.settings_changed)
        self._open(dialog)

    def open_models(self) -> None:
        """Open the model packs."""
        from gui.model_dialog import ModelDialog  # noqa: PLC0415 - see above

        dialog = ModelDialog(self._operations, self._window)
        dialog.settings_changed.connect(self.settings_changed)
        dialog.finished.connect(lambda _: self.models_changed.emit())
        self._open(dialog)

    def open_diagnostics(self) -> None:
        """Open what is known of machine, models and database."""
        from gui.diagnostics_dialog import DiagnosticsDialog  # noqa: PLC0415 - see above

        self._open(DiagnosticsDialog(self._operations, self._window))

    def open_database(self) -> None:
        """Open checks, backups, retention and purges of the audit database."""
        from gui.database_dialog import DatabaseDialog  # noqa: PLC0415 - see above

        dialog = DatabaseDialog(self._operations, self._window)
        dialog.changed.connect(self.database_changed)
        self._open(dialog)

    def open_statistics(self) -> None:
        """Show how many parts were rejected over time."""
        from gui.statistics_dialog import StatisticsDialog  # noqa: PLC0415 - see above

        dialog = StatisticsDialog(self._operations, self._window)
        dialog.period_picked.connect(self.days_wanted)
        self._open(dialog)

    def open_about(self) -> None:
        """Say which program this is and whose work is in it."""
        from gui.about_dialog import AboutDialog  # noqa: PLC0415 - see above

        self._open(AboutDialog(self._window))

    def open_first_run(self, on_finished: Callable[[object], object]) -> None:
        """Lead through the first start; `on_finished` is called however it ends."""
        from gui.first_run import FirstRunDialog  # noqa: PLC0415 - see above

        dialog = FirstRunDialog(self._operations, self._window)
        dialog.finished_setup.connect(on_finished)
        self._open(dialog)

    def open_help(self, page: str = "") -> None:
        """Open the bundled tutorial, or bring it to the front where it was left."""
        from gui.help_window import HelpWindow  # noqa: PLC0415 - see above

        if self._help is None or not isValid(self._help):
            self._help = HelpWindow(self._window)
        if page:
            self._help.show_page(page)
        bring_to_front(self._help)

    def open_shortcuts(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        """List what every key does."""
        from gui.shortcuts_dialog import ShortcutsDialog  # noqa: PLC0415 - see above

        self._open(ShortcutsDialog(shortcuts, self._window))

    def ask_photos(self, folder: str = "") -> list[Path]:
        """Let a person choose photos."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUPPORTED_SUFFIXES))
        title, kind = tr("Photos of parts to inspect"), tr("Photos ({kinds})", kinds=kinds)
        return [Path(name) for name in QFileDialog.getOpenFileNames(self._window, title, folder, kind)[0]]

    def ask_folder(self, folder: str = "") -> list[Path]:
        """Let a person choose a folder of photos."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Folder with photos of parts"), folder)
        return [Path(name)] if name else []

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        message = getattr(dialog, "message", None)
        if message is not None:
            message.connect(self.message)
        dialog.open()
