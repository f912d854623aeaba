"""Brightness and contrast of the photo on the screen: two sliders, automatic levels, and back to how it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui.icon_button import make_icon_button
from gui.theme import SPACING
from gui.translated import tr


class LevelsPanel(QWidget):
    """The sliders; what they do to the picture is `image_levels`' affair."""

    changed = Signal()
    auto_wanted = Signal()
    reset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brightness = _make_slider(tr("Brightness"))
        self.contrast = _make_slider(tr("Contrast"))
        self.auto = make_icon_button("auto-fix", tr("Automatic"), self)
        self.auto.setToolTip(tr("Spread the photo's own range from black to white; for dark and 16-bit photos"))
        self.reset = make_icon_button("restore", tr("Reset"), self)
        self.reset.setToolTip(tr("Show the photo as it is"))
        hint = QLabel(tr("Changes the picture on the screen only."), self)
        hint.setProperty("role", "muted")
        self._arrange(hint)
        for slider in (self.brightness, self.contrast):
            slider.valueChanged.connect(self.changed)
        self.auto.clicked.connect(self.auto_wanted)
        self.reset.clicked.connect(self.reset_wanted)

    def show_values(self, brightness: int, contrast: int) -> None:
        """Set the sliders without telling anybody."""
        for slider, value in ((self.brightness, brightness), (self.contrast, contrast)):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)

    def _arrange(self, hint: QLabel) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACING)
        for row, slider in enumerate((self.brightness, self.contrast)):
            label = QLabel(slider.accessibleName(), self)
            label.setBuddy(slider)
            grid.addWidget(label, row, 0)
            grid.addWidget(slider, row, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(self.auto)
        buttons.addWidget(self.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(grid)
        layout.addLayout(buttons)
        layout.addWidget(hint)


def _make_slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(-100, 100)
    slider.setPageStep(10)
    slider.setMinimumWidth(170)
    slider.setAccessibleName(name)
    return slider
