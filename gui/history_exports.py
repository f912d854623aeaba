"""Writes inspections of the history to files: table, pictures, data set, proof. Each in the background, each an event.

A PDF is made by `report_dialog`, which shows it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.messages import Message
from gui.operations import Control, Lane, Operation, Operations, Work
from gui.translated import tr, trn
from station.station import Station
from storage.records import InspectionFilter

if TYPE_CHECKING:
    from station.coco import Masks


@dataclass(frozen=True)
class Exported:
    """Files that were written, and of how many inspections."""

    path: Path
    count: int


class HistoryExports(QObject):
    """Asks where to, writes, and says what came of it."""

    message = Signal(object)
    began = Signal(object)
    """An `Operation` that writes."""

    def __init__(self, operations: Operations, window: QWidget) -> None:
        super().__init__(window)
        self._operations = operations
        self._window = window

    def export_table(self, matching: InspectionFilter) -> None:
        """Write a table for spreadsheets."""
        path = self._ask_file(tr("Export table"), "inspections.csv", tr("Tables (*.csv)"))
        if path is not None:
            self._run(tr("Writing {name}", name=path.name), _table_work(matching, path))

    def export_images(self, numbers: Sequence[int]) -> None:
        """Write photos, overlays, masks and maps into a folder."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Folder for the pictures"))
        if name:
            self._run(tr("Writing pictures"), _images_work(numbers, Path(name)))

    def export_dataset(self, numbers: Sequence[int]) -> None:
        """Write photos and the machine's regions as a COCO data set."""
        self._export_dataset(numbers, "machine")

    def export_corrected_dataset(self, numbers: Sequence[int]) -> None:
        """Write photos and the masks that persons corrected, where they did, as a COCO data set."""
        self._export_dataset(numbers, "corrected")

    def _export_dataset(self, numbers: Sequence[int], masks: Masks) -> None:
        path = self._ask_file(tr("Export data set"), "inspections.json", tr("COCO data sets (*.json)"))
        if path is not None:
            self._run(tr("Writing {name}", name=path.name), _dataset_work(numbers, path, masks))

    def export_evidence(self, numbers: Sequence[int]) -> None:
        """Write a zip that proves inspections without this program."""
        path = self._ask_file(tr("Export evidence"), "evidence.zip", tr("Zip files (*.zip)"))
        if path is not None:
            self._run(tr("Writing {name}", name=path.name), _evidence_work(numbers, path))

    def _ask_file(self, title: str, name: str, kinds: str) -> Path | None:
        chosen = QFileDialog.getSaveFileName(self._window, title, name, kinds)[0]
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(name).suffix)

    def _run(self, title: str, work: Work[Exported]) -> Operation:
        operation = self._operations.run(
            title, work, lane=Lane.FILES, owner=self, on_success=self._say, on_cancelled=self._say_stopped
        )
        self.began.emit(operation)
        return operation

    def _say(self, exported: Exported) -> None:
        folder = exported.path if exported.path.is_dir() else exported.path.parent
        text = trn(
            "{count} inspection was written to {path}.",
            "{count} inspections were written to {path}.",
            exported.count,
            path=exported.path,
        )
        self.message.emit(Message(text, "success", tr("Open folder"), lambda: open_folder(folder)))

    def _say_stopped(self) -> None:
        self.message.emit(Message(tr("The export was stopped."), "info"))


def open_folder(folder: Path) -> None:
    """Show a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _table_work(matching: InspectionFilter, path: Path) -> Work[Exported]:
    def work(station: Station, control: Control) -> Exported:
        from station.exporting import export_csv  # noqa: PLC0415 - rarely needed

        return Exported(path, export_csv(station, matching, path, control.progress))

    return work


def _images_work(numbers: Sequence[int], folder: Path) -> Work[Exported]:
    def work(station: Station, control: Control) -> Exported:
        from station.exporting import export_images  # noqa: PLC0415 - rarely needed

        export_images(station, numbers, folder, control.progress)
        return Exported(folder, len(numbers))

    return work


def _dataset_work(numbers: Sequence[int], path: Path, masks: Masks) -> Work[Exported]:
    def work(station: Station, control: Control) -> Exported:
        from station.coco import export_coco  # noqa: PLC0415 - rarely needed

        export_coco(station, numbers, path, control.progress, masks)
        return Exported(path, len(numbers))

    return work


def _evidence_work(numbers: Sequence[int], path: Path) -> Work[Exported]:
    def work(station: Station, control: Control) -> Exported:
        from station.evidence import export_bundle  # noqa: PLC0415 - rarely needed

        export_bundle(station, numbers, path, control.progress)
        return Exported(path, len(numbers))

    return work
