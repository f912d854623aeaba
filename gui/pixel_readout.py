"""The viewer's status line: position, samples and anomaly value under the pointer, the tape, what is compared with."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.elided_label import ElidedLabel
from gui.legend import OverlayLegend
from gui.theme import SPACING
from gui.translated import format_number, tr


class PixelReadout(QWidget):
    """The legend at the left, words at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = OverlayLegend(self)
        self.label = ElidedLabel()
        self.label.setAccessibleName(tr("Under the pointer"))
        self.label.setMinimumHeight(26)
        self.label.setStyleSheet("font-size: 9pt;")
        self._resting = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, 3, SPACING, 3)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(self.legend)
        layout.addWidget(self.label, 1)

    @property
    def words(self) -> str:
        """What is said."""
        return self.label.text()

    def rest(self, words: str) -> None:
        """Say this while the pointer is elsewhere."""
        self._resting = words
        self.label.setText(words)

    def show_pixel(self, x: int, y: int, samples: tuple[int, ...], anomaly: float | None, tape: str = "") -> None:
        """Say what is under the pointer."""
        parts = [tr("x {x}, y {y}", x=x, y=y), describe_samples(samples)]
        if anomaly is not None:
            parts.append(
                tr("anomaly {value} (limit {limit})", value=format_number(anomaly, 2), limit=format_number(1, 1))
            )
        parts.append(tape)
        self.label.setText("   ·   ".join(part for part in parts if part))

    def show_nothing(self) -> None:
        """The pointer left the photo."""
        self.label.setText(self._resting)


def describe_samples(samples: tuple[int, ...]) -> str:
    """Return a pixel's samples, as the file has them."""
    if not samples:
        return ""
    if len(samples) == 1:
        return tr("grey {value}", value=samples[0])
    red, green, blue = samples
    return tr("RGB {red}, {green}, {blue}", red=red, green=green, blue=blue)
