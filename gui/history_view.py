"""Every inspection ever made: found, sorted, opened, compared, decided on, exported. Nothing here can be changed.

Joins filters, table and exports; the pages of the table come from `history_model`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.empty_state import EmptyState
from gui.history_exports import HistoryExports
from gui.history_filters import HistoryFilters
from gui.history_model import HistoryModel, HistoryWish
from gui.history_table import HistoryTable
from gui.icon_button import make_icon_button
from gui.icons import icon
from gui.messages import Message
from gui.operations import Failure, Lane, Operations
from gui.theme import SPACING
from gui.thumbnails import Thumbnails
from gui.translated import tr, trn
from gui.work_progress import WorkProgress
from station.reviewing import next_unreviewed
from storage.records import InspectionFilter, InspectionSummary

MOST_EXPORTED = 10_000
"""Inspections that pictures, data sets and evidence are written of at once; tables have no such limit."""


class HistoryView(QWidget):
    """The page of past inspections."""

    open_requested = Signal(int)
    compare_requested = Signal(int, int)
    report_requested = Signal(list)
    review_requested = Signal(int)
    message = Signal(object)
    settled = Signal(object)
    """A `Message` that is not true any more."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._complaint: Message | None = None
        self.filters = HistoryFilters(self)
        self.model = HistoryModel(operations, self)
        self.table = HistoryTable(self.model, Thumbnails(operations, parent=self), self)
        self.exports = HistoryExports(operations, self)
        self._progress = WorkProgress(self)
        self._empty = EmptyState("history", "", "", parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._build_buttons()
        self._lay_out()
        self._connect()
        self._show_buttons()

    @property
    def selected(self) -> list[int]:
        """Numbers of the selected inspections, in the order of the table."""
        rows = (self.model.row(place) for place in self.table.selected_places())
        return [row.id for row in rows if isinstance(row, InspectionSummary)]

    def refresh(self) -> None:
        """Read again; what is selected and in view stays."""
        self._read_products()
        if self.model.rowCount():
            self.model.refresh()
        else:
            self._list()

    def _build_buttons(self) -> None:
        make = self._make_button
        self.open_button = make("open-in-app", tr("Open"), self.table.open_current)
        self.compare_button = make(
            "compare", tr("Compare"), self._compare, tr("Select two inspections to compare them")
        )
        self.review_button = make("gavel", tr("Overrule…"), self._review)
        self.next_button = make(
            "clipboard-check-outline", tr("Next unreviewed"), self.open_next_unreviewed, tr("Ctrl+J"), keys="Ctrl+J"
        )
        self.export_button = make("export-variant", tr("Export"), lambda: None)
        self.export_button.setMenu(self._make_export_menu())

    def _make_button(
        self, sign: str, text: str, do: Callable[[], object], hint: str = "", keys: str = ""
    ) -> QPushButton:
        button = make_icon_button(sign, text, self)
        button.setToolTip(hint)
        if keys:
            button.setShortcut(keys)
        button.clicked.connect(lambda _checked: do())
        return button

    def _make_export_menu(self) -> QMenu:
        menu = QMenu(self)
        entries: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("file-pdf-box", tr("Report (PDF)…"), self._report),
            ("table", tr("Table (CSV)…"), self._export_table),
            ("image-multiple-outline", tr("Pictures into a folder…"), partial(self._export, "export_images")),
            ("vector-square", tr("Data set (COCO)…"), partial(self._export, "export_dataset")),
            ("draw", tr("Data set with corrected masks (COCO)…"), partial(self._export, "export_corrected_dataset")),
            ("shield-check-outline", tr("Evidence bundle…"), partial(self._export, "export_evidence")),
        )
        for sign, text, do in entries:
            menu.addAction(icon(sign), text).triggered.connect(lambda _checked, do=do: do())
        return menu

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        for button in (self.open_button, self.compare_button, self.review_button):
            buttons.addWidget(button)
        buttons.addWidget(self._progress, 1)
        buttons.addStretch(0)
        for button in (self.next_button, self.export_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(self.filters)
        layout.addWidget(self._stack, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.filters.changed.connect(self._list)
        self.model.counted.connect(self._say_count)
        self.model.loaded.connect(self._show_table)
        self.model.failed.connect(self._say_failure)
        self.table.opened.connect(self.open_requested)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        self.model.modelReset.connect(self._show_buttons)
        self.exports.message.connect(self.message)
        self.exports.began.connect(self._progress.follow)

    def _list(self) -> None:
        """Show what the filters ask for, from the top."""
        wish = HistoryWish(self.filters.matching, self.model.wish.order, self.filters.wants_failures)
        self.table.set_sortable(not wish.failures)
        self.table.span_reasons(wish.failures)
        self._settle()
        self.model.list(wish)

    def _read_products(self) -> None:
        self._operations.run(
            tr("Reading the products"),
            lambda station, control: [version.name for version in station.store.list_products(include_retired=True)],
            lane=Lane.DATABASE,
            owner=self,
            on_success=self.filters.show_products,
        )

    def open_next_unreviewed(self) -> None:
        """Open the next inspection that waits for a person's decision."""
        current = self.selected[0] if self.selected else None
        self._operations.run(
            tr("Looking for the next part to review"),
            lambda station, control: next_unreviewed(station, current),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._open_unreviewed,
        )

    def _open_unreviewed(self, number: int | None) -> None:
        if number is None:
            self.message.emit(Message(tr("Every part that needs a person was reviewed."), "success"))
            return
        self.table.select_number(number)
        self.open_requested.emit(number)

    def _compare(self) -> None:
        if len(self.selected) == 2:
            self.compare_requested.emit(*self.selected)

    def _review(self) -> None:
        if self.selected:
            self.review_requested.emit(self.selected[0])

    def _report(self) -> None:
        self._with_numbers(self.report_requested.emit)

    def _export_table(self) -> None:
        """Write the selected ones; where less than two are selected, all that match."""
        chosen = self.selected
        self.exports.export_table(InspectionFilter(ids=tuple(chosen)) if len(chosen) > 1 else self.filters.matching)

    def _export(self, name: str) -> None:
        self._with_numbers(getattr(self.exports, name))

    def _with_numbers(self, do: Callable[[list[int]], object]) -> None:
        """Hand on the selected inspections; where none is, all that match, oldest first."""
        if self.selected:
            do(sorted(self.selected))
            return
        matching = self.filters.matching
        self._operations.run(
            tr("Reading the history"),
            lambda station, control: [row.id for row in station.store.list_inspections(matching, MOST_EXPORTED)][::-1],
            lane=Lane.DATABASE,
            owner=self,
            on_success=lambda numbers: self._hand_on(numbers, do),
        )

    def _hand_on(self, numbers: list[int], do: Callable[[list[int]], object]) -> None:
        if numbers:
            do(numbers)
        else:
            self.message.emit(Message(tr("There is no inspection to export.")))

    def _say_count(self, total: int) -> None:
        self._settle()
        if self.filters.wants_failures:
            text = trn("{count} photo without a verdict", "{count} photos without a verdict", total)
        else:
            text = trn("{count} inspection", "{count} inspections", total)
        self.filters.say_count(text)

    def _say_failure(self, failure: Failure) -> None:
        self._settle()
        self._complaint = Message(failure.sentence, "error", tr("Try again"), self._list)
        self.message.emit(self._complaint)

    def _settle(self) -> None:
        """What was complained about is over, or is found out anew."""
        complaint, self._complaint = self._complaint, None
        if complaint is not None:
            self.settled.emit(complaint)

    def _show_table(self) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
        elif self._complaint is not None:
            self._empty.say(tr("The history cannot be read"), self._complaint.text, tr("Try again"), self._list)
            self._stack.setCurrentWidget(self._empty)
        elif self.filters.is_narrowed:
            self._empty.say(
                tr("Nothing matches"),
                tr("No record fits what is asked for above."),
                tr("Show the whole history"),
                self.filters.clear,
            )
            self._stack.setCurrentWidget(self._empty)
        else:
            self._empty.say(
                tr("No inspection yet"), tr("Every part you inspect is kept here, with all that belongs to it.")
            )
            self._stack.setCurrentWidget(self._empty)
        self._show_buttons()

    def _show_buttons(self) -> None:
        count = len(self.selected)
        for button in (self.open_button, self.review_button):
            button.setEnabled(count == 1)
        self.compare_button.setEnabled(count == 2)
        self.export_button.setEnabled(self.model.rowCount() > 0 and not self.filters.wants_failures)
