"""How strict a product is judged: one slider in words, the promise in a sentence, and what it rests on as a plot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from gui.calibration_plot import CalibrationPlot
from gui.theme import SPACING
from gui.translated import format_number, format_share, mark, tr
from gui.work_progress import WorkProgress
from station.product_history import write_rate
from station.product_overview import ProductOverview
from station.product_settings import REJECT_RATES, STANDARD_RATE

_WORDS = (
    mark("Very tolerant: hardly a good part is rejected; faint defects may pass."),
    mark("Tolerant: few good parts are rejected; faint defects may pass."),
    mark("Standard: a balance for most products."),
    mark("Strict: fainter defects are found; more good parts are rejected."),
    mark("Very strict: the faintest defects are found; many good parts are rejected."),
)
_REVIEW_FACTOR = 5
"""So many times as many good parts go to a person or are rejected, as calibration has it."""


class SensitivityPage(QWidget):
    """The first page of a product's settings."""

    change_wanted = Signal(object)
    """Mapping of changed settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = STANDARD_RATE
        self._build()
        self.slider.valueChanged.connect(self._describe)
        self._describe()

    @property
    def rate(self) -> float:
        """The share of good parts rejected that the slider stands for."""
        return REJECT_RATES[self.slider.value()]

    def show_overview(self, overview: ProductOverview) -> None:
        """Show what is in force."""
        self._rate = overview.settings.false_reject_rate
        self.slider.setValue(REJECT_RATES.index(self._rate))
        self.setEnabled(not overview.version.retired)
        self._describe()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, len(REJECT_RATES) - 1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setValue(REJECT_RATES.index(STANDARD_RATE))
        self.slider.setAccessibleName(tr("Sensitivity"))
        self.words = QLabel(self)
        self.words.setProperty("role", "heading")
        self.words.setWordWrap(True)
        self.promise = QLabel(self)
        self.promise.setWordWrap(True)
        self.save_button = QPushButton(tr("Save sensitivity…"), self)
        self.save_button.clicked.connect(lambda: self.change_wanted.emit({"false_reject_rate": self.rate}))
        ends = QHBoxLayout()
        ends.addWidget(_muted(tr("Fewer false alarms"), self))
        ends.addStretch(1)
        ends.addWidget(_muted(tr("Finds fainter defects"), self))
        saving = QHBoxLayout()
        saving.addWidget(self.promise, 1)
        saving.addSpacing(SPACING)
        saving.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        title = QLabel(tr("What verdicts rest on now"), self)
        title.setProperty("role", "heading")
        self.plot = CalibrationPlot(self)
        self.plot_progress = WorkProgress(self)
        self.plot_note = _muted("", self)
        self.plot_note.setWordWrap(True)
        self.plot_note.hide()
        layout.addWidget(self.words)
        layout.addWidget(self.slider)
        layout.addLayout(ends)
        layout.addLayout(saving)
        layout.addSpacing(SPACING)
        layout.addWidget(title)
        layout.addWidget(self.plot_note)
        layout.addWidget(self.plot_progress)
        layout.addWidget(self.plot, 1)

    def _describe(self) -> None:
        rate = self.rate
        self.words.setText(tr(_WORDS[self.slider.value()]))
        self.promise.setText(
            tr(
                "Aims to reject at most {share} of good parts, about 1 in {count}; at most {review} are not accepted "
                "at once.",
                share=write_rate(rate),
                count=format_number(round(1 / rate)),
                review=format_share(_REVIEW_FACTOR * rate, 1 if rate < 0.01 else 0),
            )
        )
        self.slider.setAccessibleDescription(f"{self.words.text()} {self.promise.text()}")
        self.save_button.setEnabled(rate != self._rate)


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    return label
