"""Which device computes: a choice, and a test that says how long each needs and whether all see the same."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.settings_catalogue import SETTINGS
from gui.tables import prepare_rows
from gui.theme import SPACING, icon
from gui.translated import format_number, format_share, tr
from gui.work_progress import WorkProgress
from station.changing_settings import SettingsState
from station.device_test import DeviceTest, DeviceTrial

_CHOICES = dict(next(info for info in SETTINGS if info.name == "device").choices)


class ModelDevicePage(QWidget):
    """Shows the device in use and the last test."""

    device_wanted = Signal(str)
    """A person chose another device."""
    test_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.device_box = QComboBox(self)
        self.device_box.setAccessibleName(tr("Device"))
        for value, words in _CHOICES.items():
            self.device_box.addItem(tr(words), value)
        self.device_box.setEnabled(False)
        self.device_box.activated.connect(lambda: self.device_wanted.emit(self.device_box.currentData()))
        self.fixed = QLabel(self)
        self.fixed.setProperty("chip", "warning")
        self.fixed.hide()
        self.test_button = QPushButton(tr("Run the test"), self)
        self.test_button.setAutoDefault(False)
        self.test_button.clicked.connect(self.test_wanted.emit)
        self.progress = WorkProgress(self)
        self.table = self._make_table()
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self._build()

    def show_state(self, state: SettingsState) -> None:
        """Show the device that is set, and who fixed it where somebody did."""
        variable = state.fixed.get("device")
        self.device_box.setCurrentIndex(self.device_box.findData(state.settings.device))
        self.device_box.setEnabled(variable is None)
        self.fixed.setText(tr("Fixed by the variable {name} of this computer", name=variable))
        self.fixed.setVisible(variable is not None)

    def show_test(self, test: DeviceTest) -> None:
        """Show what each device did."""
        self.table.setRowCount(len(test.trials))
        for row, trial in enumerate(test.trials):
            self._fill_row(row, trial)
        self.table.resizeRowsToContents()
        name = tr(_CHOICES[test.automatic])
        self.say(tr("Automatic takes: {device}.", device=name))

    def say(self, text: str, role: str = "muted") -> None:
        """Show a sentence below the table."""
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)

    def _build(self) -> None:
        label = QLabel(tr("Compute with"), self)
        label.setBuddy(self.device_box)
        choice = QHBoxLayout()
        choice.setSpacing(SPACING)
        choice.addWidget(label)
        choice.addWidget(self.device_box)
        choice.addWidget(self.fixed)
        choice.addStretch(1)
        text = tr(
            "The test computes one photo on every device. Agreement says how alike the results are to those of the "
            "processor; verdicts are the same from 99 % on."
        )
        intro = QLabel(text, self)
        intro.setWordWrap(True)
        intro.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addLayout(choice)
        layout.addWidget(intro)
        row = QHBoxLayout()
        row.addWidget(self.test_button)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.outcome)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4, self)
        table.setHorizontalHeaderLabels([tr("Device"), tr("One photo"), tr("Agreement"), tr("Remark")])
        prepare_rows(table, tr("Results of the test"))
        table.setWordWrap(True)
        table.setIconSize(QSize(18, 18))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        return table

    def _fill_row(self, row: int, trial: DeviceTrial) -> None:
        seconds = "–" if trial.seconds is None else tr("{time} ms", time=format_number(1000 * trial.seconds, 1))
        agreement = "–" if trial.agreement is None else format_share(trial.agreement, 2)
        remark = trial.problem or (trial.name if trial.works else tr("Its results differ; do not use it."))
        sign = ("check-circle-outline", "success") if trial.works else ("close-circle-outline", "muted")
        for column, text in enumerate((tr(_CHOICES[trial.device]), seconds, agreement, remark)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        first = self.table.item(row, 0)
        if first is not None:
            first.setIcon(icon(*sign))
