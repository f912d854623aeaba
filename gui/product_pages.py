"""The smaller pages of a product's settings: areas, notes, versions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.area_canvas import AreaCanvas, Tool
from gui.icon_button import make_icon_button
from gui.tables import prepare_rows
from gui.theme import SPACING
from gui.translated import format_moment, format_number, format_share, tr, trn
from station.product_overview import ProductOverview
from station.product_settings import MOST_NOTES
from station.references_check import PhotoPreview


class AreasPage(QWidget):
    """Shows what is inspected, and opens the editor."""

    edit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = AreaCanvas(self)
        self.canvas.choose_tool(Tool.SELECT)
        self.canvas.setAccessibleName(tr("Reference with areas"))
        self.canvas.setEnabled(False)
        self._overview: ProductOverview | None = None
        self._said = QLabel(self)
        self._said.setWordWrap(True)
        self.edit_button = make_icon_button("vector-square-edit", tr("Edit areas…"), self)
        self.edit_button.clicked.connect(self.edit_wanted)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        row.addWidget(self.edit_button)
        layout = _lay_out(self)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(row)

    def show_overview(self, overview: ProductOverview) -> None:
        """Show the areas in force."""
        self._overview = overview
        self.canvas.set_areas(overview.settings.areas)
        self.edit_button.setEnabled(bool(overview.version.approved) and not overview.version.retired)
        self._describe()

    def show_reference(self, preview: PhotoPreview) -> None:
        """Show the reference that areas are drawn on."""
        self.canvas.show_photo(preview)
        self.canvas.set_areas(self.canvas.areas)
        self._describe()

    def _describe(self) -> None:
        count = len(self.canvas.areas)
        if not count:
            self._said.setText(tr("All of the photo is inspected. Draw areas to leave something out."))
        elif self.canvas.photo_width:
            share = format_share(self.canvas.measure_inspected())
            self._said.setText(
                trn(
                    "{count} area; {share} of the reference is inspected, the shaded rest is ignored.",
                    "{count} areas; {share} of the reference is inspected, the shaded rest is ignored.",
                    count,
                    share=share,
                )
            )


class NotesPage(QWidget):
    """Free text for whoever works with the product."""

    change_wanted = Signal(object)
    """Mapping of changed settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_force = ""
        self.edit = QPlainTextEdit(self)
        self.edit.setAccessibleName(tr("Notes"))
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(
            tr("What whoever works with this product should know: fixture, light, known marks.")
        )
        self._count = QLabel(self)
        self._count.setProperty("role", "muted")
        self.save_button = QPushButton(tr("Save notes…"), self)
        self.save_button.clicked.connect(lambda: self.change_wanted.emit({"notes": self.notes}))
        self.edit.textChanged.connect(self._enable)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(self.save_button)
        layout = _lay_out(self)
        layout.addWidget(self.edit, 1)
        layout.addLayout(row)

    @property
    def notes(self) -> str:
        """What was typed, blanks at the end cut off."""
        return self.edit.toPlainText().rstrip()

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.notes != self._in_force

    def show_overview(self, overview: ProductOverview) -> None:
        """Show the notes in force; what is being typed is not overwritten."""
        is_typing = self.is_changed
        self._in_force = overview.settings.notes.rstrip()
        self.setEnabled(not overview.version.retired)
        if not is_typing:
            self.edit.setPlainText(self._in_force)
        self._enable()

    def _enable(self) -> None:
        count = len(self.notes)
        self._count.setText(
            tr("{count} of {most} characters", count=format_number(count), most=format_number(MOST_NOTES))
        )
        self.save_button.setEnabled(self.is_changed and count <= MOST_NOTES)


class VersionsPage(QWidget):
    """Every version of the product, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 5, self)
        prepare_rows(self.table, tr("Versions"))
        self.table.setHorizontalHeaderLabels([tr("Version"), tr("When"), tr("Who"), tr("What changed"), tr("Why")])
        self.table.setWordWrap(True)
        header = self.table.horizontalHeader()
        for column in range(3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (3, 4):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        _lay_out(self).addWidget(self.table)

    def show_overview(self, overview: ProductOverview) -> None:
        """Show the lineage."""
        self.table.setRowCount(len(overview.steps))
        for row, step in enumerate(overview.steps):
            version = step.version
            cells = (
                str(version.version),
                format_moment(version.created_at, "short"),
                version.created_by.name,
                "\n".join(step.changes),
                version.reason or "–",
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)


def _lay_out(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
    layout.setSpacing(SPACING)
    return layout
