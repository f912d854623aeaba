"""The bar above the history that narrows it: text, period, product, verdict, decision, severity, serial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from PySide6.QtCore import QDate, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gui.icon_button import make_icon_button
from gui.icons import icon
from gui.theme import SPACING, verdict_icon
from gui.translated import decision_word, severity_word, tr, verdict_word
from storage.records import InspectionFilter, Reviewed, Severity, Verdict

TYPING_PAUSE_MS = 250
"""How long a person must not have typed before the history is searched."""
_DECISIONS: tuple[Reviewed, ...] = ("accept", "use-as-is", "rework", "scrap", "return")
_CUSTOM = "custom"


class HistoryFilters(QWidget):
    """Says what the history is narrowed to."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._timer.timeout.connect(self.changed)
        self._build()
        self._lay_out()
        self._connect()

    @property
    def matching(self) -> InspectionFilter:
        """What the controls say."""
        since, until = self._read_period()
        return InspectionFilter(
            product=self.product.currentData(),
            verdicts=self.verdict.currentData() or (),
            since=since,
            until=until,
            text=self.text.text().strip(),
            serial=self.serial.text().strip(),
            disposition=self.decision.currentData(),
            severity=self.severity.currentData(),
        )

    @property
    def wants_failures(self) -> bool:
        """Whether the photos that could not be judged are wanted."""
        return self.failures.isChecked()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.matching != InspectionFilter() or self.wants_failures

    def show_products(self, names: Sequence[str]) -> None:
        """Offer these products; the chosen one stays."""
        chosen = self.product.currentData()
        with QSignalBlocker(self.product):
            self.product.clear()
            self.product.addItem(tr("Every product"), None)
            for name in names:
                self.product.addItem(name, name)
            self.product.setCurrentIndex(max(0, self.product.findData(chosen)))

    def show_days(self, first: date, last: date) -> None:
        """Narrow to these days alone."""
        self.clear()
        for edit, day in ((self.since, first), (self.until, last)):
            with QSignalBlocker(edit):
                edit.setDate(QDate(day.year, day.month, day.day))
        self.period.setCurrentIndex(self.period.findData(_CUSTOM))

    def clear(self) -> None:
        """Narrow nothing."""
        for control in (self.text, self.serial, *self._choices, self.failures):
            with QSignalBlocker(control):
                if isinstance(control, QLineEdit):
                    control.clear()
                elif isinstance(control, QComboBox):
                    control.setCurrentIndex(0)
                else:
                    control.setChecked(False)
        self._tell()

    def say_count(self, sentence: str) -> None:
        """Say how many there are."""
        self.count.setText(sentence)

    def _build(self) -> None:
        self.text = QLineEdit(self)
        self.text.setPlaceholderText(tr("Search file, product, person, reason"))
        self.text.setAccessibleName(tr("Search the history"))
        self.text.setClearButtonEnabled(True)
        self.text.addAction(icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.serial = QLineEdit(self)
        self.serial.setPlaceholderText(tr("Serial number"))
        self.serial.setAccessibleName(tr("Serial number begins with"))
        self.serial.setClearButtonEnabled(True)
        self.period = self._make_choice(tr("Period"))
        self.product = self._make_choice(tr("Product"))
        self.verdict = self._make_choice(tr("Verdict"))
        self.decision = self._make_choice(tr("Decision"))
        self.severity = self._make_choice(tr("Severity"))
        self._choices = (self.period, self.product, self.verdict, self.decision, self.severity)
        self._fill_choices()
        today = QDate.currentDate()
        self.since = self._make_date(tr("From this day on"), today.addDays(-7))
        self.until = self._make_date(tr("Up to and including this day"), today)
        self.failures = QCheckBox(tr("Photos without a verdict"), self)
        self.failures.setToolTip(tr("List the photos that could not be judged, with the reason"))
        self.clear_button = make_icon_button("filter-remove-outline", tr("Clear"), self)
        self.clear_button.setToolTip(tr("Show the whole history again"))
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")

    def _fill_choices(self) -> None:
        for text, days in ((tr("Any time"), None), (tr("Today"), 1), (tr("Last 7 days"), 7), (tr("Last 30 days"), 30)):
            self.period.addItem(text, days)
        self.period.addItem(tr("From … to …"), _CUSTOM)
        self.show_products(())
        verdicts: tuple[Verdict, ...] = ("accept", "review", "reject")
        self.verdict.addItem(tr("Any verdict"), ())
        self.verdict.addItem(tr("Not accepted"), ("review", "reject"))
        for verdict in verdicts:
            self.verdict.addItem(verdict_icon(verdict), verdict_word(verdict), (verdict,))
        self.decision.addItem(tr("Any decision"), None)
        self.decision.addItem(tr("Not yet reviewed"), "none")
        self.decision.addItem(tr("Reviewed"), "any")
        for decision in _DECISIONS:
            self.decision.addItem(decision_word(decision), decision)
        self.severity.addItem(tr("Any severity"), None)
        for severity in get_args(Severity):
            self.severity.addItem(severity_word(severity), severity)

    def _make_choice(self, name: str) -> QComboBox:
        choice = QComboBox(self)
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(9)
        return choice

    def _make_date(self, name: str, day: QDate) -> QDateEdit:
        edit = QDateEdit(day, self)
        edit.setCalendarPopup(True)
        edit.setAccessibleName(name)
        edit.setToolTip(name)
        edit.hide()
        return edit

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(SPACING)
        first.addWidget(self.text, 3)
        first.addWidget(self.serial, 1)
        first.addWidget(self.failures)
        first.addWidget(self.clear_button)
        for choice in (self.period, self.since, self.until, *self._choices[1:]):
            second.addWidget(choice, 1)
        second.addStretch(1)
        second.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(first)
        layout.addLayout(second)

    def _connect(self) -> None:
        self.text.textChanged.connect(lambda _: self._timer.start())
        self.serial.textChanged.connect(lambda _: self._timer.start())
        for choice in self._choices:
            choice.currentIndexChanged.connect(lambda _: self._tell())
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda _: self._tell())
        self.failures.toggled.connect(lambda _: self._tell())
        self.clear_button.clicked.connect(self.clear)

    def _tell(self) -> None:
        """Show what goes with the choices, and say at once that they changed."""
        is_custom = self.period.currentData() == _CUSTOM
        for day in (self.since, self.until):
            day.setVisible(is_custom)
        for control in (self.verdict, self.decision, self.severity, self.serial):
            control.setEnabled(not self.wants_failures)
        self._timer.stop()
        self.changed.emit()

    def _read_period(self) -> tuple[str | None, str | None]:
        """Return first and last moment in UTC; days are those of this place."""
        chosen = self.period.currentData()
        if chosen is None:
            return None, None
        if chosen == _CUSTOM:
            return _to_utc(_read_day(self.since)), _to_utc(_read_day(self.until) + timedelta(days=1))
        today = datetime.now().astimezone().date()
        return _to_utc(today - timedelta(days=chosen - 1)), None


def _read_day(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())


def _to_utc(day: date) -> str:
    """Return when a day begins here, as records write moments."""
    start = datetime.combine(day, time()).astimezone()
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
