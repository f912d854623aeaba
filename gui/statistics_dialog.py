"""How many parts were rejected over time, where that is unusual, and which defects people named: charts and a table.

Counting runs in the background; nothing here changes a record. A click on a sign shows its inspections in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog
from gui.empty_state import EmptyState
from gui.labels import make_label
from gui.listing import Listing
from gui.messages import Message
from gui.operations import Failure, Lane, Operations
from gui.statistics_charts import ParetoChart, RejectChart
from gui.theme import SPACING
from gui.translated import format_number, format_share, tr, trn
from station.statistics import By, Period, Statistics, describe_signals, measure, write_csv
from storage.records import ProductVersion

_SPANS: tuple[tuple[int, By], ...] = ((30, "day"), (90, "day"), (365, "week"), (0, "week"))
"""Days back from today, and how they are grouped; 0 is everything."""


class StatisticsDialog(BaseDialog):
    """Counts anew with every choice."""

    message = Signal(object)
    period_picked = Signal(object, object)
    """First and last day of a period whose inspections shall be shown."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Statistics"), (1020, 720))
        self._operations = operations
        self._shown: Statistics | None = None
        self.product, self.span = QComboBox(self), QComboBox(self)
        self.summary = make_label("heading", self)
        self.signals = make_label("muted", self)
        self.rejects, self.codes = RejectChart(self), ParetoChart(self)
        headers = (
            tr("From"),
            tr("Judged"),
            tr("Accept"),
            tr("Review"),
            tr("Reject"),
            tr("Share rejected"),
            tr("Limits"),
            tr("Signal"),
        )
        self.table = Listing(tr("Every period"), headers, 7, self)
        self._fill_choices()
        self._build()
        self.rejects.period_picked.connect(self._pick)
        self.table.itemActivated.connect(lambda _: self._pick_row())
        operations.run(
            tr("Reading the products"),
            lambda station, control: station.store.list_products(include_retired=True),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show_products,
        )
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        days, by = _SPANS[self.span.currentIndex()]
        product = self.product.currentData()
        first = datetime.now().astimezone().date() - timedelta(days=days - 1) if days else None
        self._operations.run(
            tr("Counting inspections"),
            lambda station, control: measure(station, product=product, first=first, by=by),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self.show_statistics,
            on_failure=self._fail,
        )

    def show_statistics(self, statistics: Statistics) -> None:
        """Show what was counted."""
        self._shown = statistics
        self.summary.setText(_summarise(statistics))
        self.signals.setText("\n".join(_list_signals(statistics)))
        self.rejects.show_statistics(statistics)
        self.codes.show_statistics(statistics)
        self.table.fill([_describe(period) for period in reversed(_list_filled(statistics))])
        self._stack.setCurrentWidget(self._charts if statistics.judged else self._empty)
        self.save_button.setEnabled(bool(statistics.judged))

    def save(self, path: Path) -> None:
        """Write every period to a CSV file."""
        shown = self._shown
        if shown is not None:
            self._operations.run(
                tr("Writing {name}", name=path.name),
                lambda station, control: write_csv(station, shown, path),
                lane=Lane.FILES,
                owner=self,
                on_success=lambda rows: self.message.emit(
                    Message(trn("{count} row was written.", "{count} rows were written.", rows), "success")
                ),
                on_failure=self._fail,
            )

    def _fill_choices(self) -> None:
        self.product.setAccessibleName(tr("Product"))
        self.product.addItem(tr("Every product"), None)
        self.product.setMinimumContentsLength(18)
        self.span.setAccessibleName(tr("Time"))
        for words in (tr("30 days"), tr("90 days"), tr("One year, by week"), tr("Everything, by week")):
            self.span.addItem(words)
        for choice in (self.product, self.span):
            choice.activated.connect(lambda _: self.refresh())

    def _show_products(self, products: Sequence[ProductVersion]) -> None:
        for product in products:
            self.product.addItem(product.name, product.name)

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(SPACING)
        choices.addWidget(self.product)
        choices.addWidget(self.span)
        choices.addStretch(1)
        self.body.addLayout(choices)
        self._charts = QWidget(self)
        beside = QHBoxLayout()
        beside.setSpacing(2 * SPACING)
        beside.addWidget(self.rejects, 3)
        beside.addWidget(self.codes, 2)
        layout = QVBoxLayout(self._charts)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.summary)
        layout.addWidget(self.signals)
        layout.addLayout(beside, 3)
        layout.addWidget(self.table, 2)
        title, text = tr("Nothing was judged in this time"), tr("Inspect parts, or choose another product or time.")
        self._empty = EmptyState("chart-line", title, text, parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._charts)
        self._stack.addWidget(self._empty)
        self._stack.setCurrentWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self.save_button = self.add_button(tr("Save as CSV…"), is_left=True)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._ask_where)
        self.add_close_button()

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV"), "statistics.csv", tr("CSV files (*.csv)"))
        if name:
            self.save(Path(name))

    def _pick_row(self) -> None:
        row = self.table.picked
        if row is not None and self._shown is not None:
            self._pick(list(reversed(_list_filled(self._shown)))[row])

    def _pick(self, period: Period) -> None:
        self.period_picked.emit(period.first, period.last)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self.message.emit(Message(failure.sentence, "error"))


def _list_filled(statistics: Statistics) -> list[Period]:
    return [period for period in statistics.periods if period.judged]


def _summarise(statistics: Statistics) -> str:
    judged = trn("{count} part judged", "{count} parts judged", statistics.judged)
    return tr(
        "{judged}, {share} rejected. People decided on {decided}: {taken} rejects taken, {missed} accepted refused.",
        judged=judged,
        share=format_share(statistics.centre or 0.0, 1),
        decided=format_number(statistics.decided),
        taken=format_number(statistics.false_rejects),
        missed=format_number(statistics.misses),
    )


def _list_signals(statistics: Statistics) -> list[str]:
    """The newest signals; the table marks all."""
    return describe_signals(statistics, lambda share: format_share(share, 1))[-2:]


def _describe(period: Period) -> tuple[str, ...]:
    signal = tr("beyond the limits") if period.is_beyond else tr("run on one side") if period.is_run else ""
    return (
        _format_day(period.first),
        format_number(period.judged),
        format_number(period.accepted),
        format_number(period.reviewed),
        format_number(period.rejected),
        format_share(period.share or 0.0, 1),
        f"{format_share(period.lower, 1)} – {format_share(period.upper, 1)}",
        signal,
    )


def _format_day(day: date) -> str:
    return day.isoformat()
