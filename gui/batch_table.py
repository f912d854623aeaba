"""The photos of a batch as a table that fills while they are inspected, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.icons import icon
from gui.tables import prepare_rows
from gui.theme import verdict_icon
from gui.translated import format_number, mark, tr, verdict_word
from station.batch_values import PhotoResult

_TITLES = (mark("Photo"), mark("Verdict"), mark("Score"), mark("Seconds"))
_Index = QModelIndex | QPersistentModelIndex


class BatchTable(QTableView):
    """Opens an inspection with Enter or a double click."""

    opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = _Model(self)
        self.setModel(self._photos)
        prepare_rows(self, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        for column, width in enumerate((0, 0, 80, 80)):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            )
            if width:
                self.setColumnWidth(column, width)
        self.doubleClicked.connect(self._open)

    @property
    def count(self) -> int:
        """Photos in the table."""
        return self._photos.rowCount()

    def show_photos(self, paths: Sequence[Path], results: Sequence[PhotoResult | None]) -> None:
        """Show these photos with what is known of each."""
        self._photos.show_photos(list(paths), list(results))

    def show_result(self, place: int, result: PhotoResult) -> None:
        """Show what became of a photo, and bring it into view unless a person looks elsewhere."""
        follows = not self.selectionModel().hasSelection()
        self._photos.show_result(place, result)
        if follows:
            self.scrollTo(self._photos.index(place, 0))

    def add_photo(self, path: Path, result: PhotoResult) -> None:
        """Put a photo at the top."""
        self._photos.add_photo(path, result)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: _Index) -> None:
        result = self._photos.result(index.row())
        if result is not None and result.inspection_id is not None:
            self.opened.emit(result.inspection_id)


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []
        self._results: list[PhotoResult | None] = []

    def show_photos(self, paths: list[Path], results: list[PhotoResult | None]) -> None:
        self.beginResetModel()
        self._paths, self._results = paths, results
        self.endResetModel()

    def show_result(self, place: int, result: PhotoResult) -> None:
        self._results[place] = result
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(_TITLES) - 1))

    def add_photo(self, path: Path, result: PhotoResult) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._paths.insert(0, path)
        self._results.insert(0, result)
        self.endInsertRows()

    def result(self, place: int) -> PhotoResult | None:
        return self._results[place] if 0 <= place < len(self._results) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self._paths)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        is_title = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return tr(_TITLES[section]) if is_title else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._paths):
            return None
        path, result, column = self._paths[index.row()], self._results[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _tell(path, result, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(path) if column == 0 else _tell(path, result, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            return _choose_sign(result)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


def _tell(path: Path, result: PhotoResult | None, column: int) -> str:
    if column == 0:
        return path.name
    if result is None:
        return tr("waits") if column == 1 else ""
    if column == 1:
        return result.failure or verdict_word(result.verdict)
    if column == 2:
        return format_number(result.score) if result.score is not None else ""
    return format_number(result.seconds, 1)


def _choose_sign(result: PhotoResult | None) -> QIcon:
    if result is None:
        return icon("clock-outline", "muted")
    return icon("alert-octagon-outline", "danger") if result.failure else verdict_icon(result.verdict, 18)
