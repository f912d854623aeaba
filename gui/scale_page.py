"""How many millimetres a pixel is: typed, or measured by drawing a line of known length on the reference."""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QLocale, QPointF, QRegularExpression, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.photo_canvas import PhotoCanvas
from gui.theme import SPACING
from gui.translated import format_number, tr
from station.product_history import write_scale
from station.product_overview import ProductOverview
from station.product_settings import LARGEST_SCALE, SMALLEST_SCALE

LEAST_LINE = 5.0
"""Pixels a line needs to tell anything."""


class LineCanvas(PhotoCanvas):
    """The reference with one line drawn on it."""

    line_drawn = Signal(float)
    """Length of the line in pixels of the reference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends: tuple[QPointF, QPointF] | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def length(self) -> float:
        """Length of the line in pixels of the reference; 0 without one."""
        if self._ends is None:
            return 0.0
        between = self._ends[1] - self._ends[0]
        return hypot(between.x(), between.y())

    def clear_line(self) -> None:
        """Take the line away."""
        self._ends = None
        self.update()

    def press(self, point: QPointF) -> None:
        """Begin a line."""
        self.drag(point) if self._ends is None else self._set(point, point)

    def drag(self, point: QPointF) -> None:
        """Move its end."""
        self._set(self._ends[0] if self._ends else point, point)

    def release(self, point: QPointF) -> None:
        """Finish it."""
        self.drag(point)

    def _set(self, start: QPointF, end: QPointF) -> None:
        self._ends = (start, end)
        self.line_drawn.emit(self.length)
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Paint the line with its ends."""
        if self._ends is None:
            return
        for tint, width in ((QColor(0, 0, 0, 190), 5), (QColor("#5fd0ff"), 2)):
            pen = QPen(tint, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(*self._ends)
            for end in self._ends:
                painter.drawEllipse(end, 5 / self.scale, 5 / self.scale)


class ScalePage(QWidget):
    """The page of a product's settings that sets its scale."""

    change_wanted = Signal(object)
    """Mapping of changed settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_force: float | None = None
        self._shown = ""
        self.canvas = LineCanvas(self)
        self.canvas.setAccessibleName(tr("Reference to draw a line on"))
        self.scale_edit = self._make_edit(tr("Millimetres per pixel"))
        self.length_edit = self._make_edit(tr("Length of the line in mm"))
        self._build()
        self.canvas.line_drawn.connect(self._measure)
        self.length_edit.textChanged.connect(self._measure)
        self.scale_edit.textChanged.connect(self._enable)

    @property
    def mm_per_px(self) -> float | None:
        """What was typed or measured; None when there is nothing or nothing that is a scale."""
        return self._read(self.scale_edit)

    def show_overview(self, overview: ProductOverview) -> None:
        """Show what is in force."""
        self._in_force = overview.settings.mm_per_px
        self._shown = "" if self._in_force is None else self._write(self._in_force)
        self.scale_edit.setText(self._shown)
        self.setEnabled(not overview.version.retired)
        self._enable()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        text = tr("With a scale, sizes are shown in millimetres. Type it, or draw a line and give its length.")
        self.scale_note = QLabel(self)
        self.scale_note.setProperty("role", "muted")
        self.line_note = QLabel(tr("no line drawn"), self)
        self.line_note.setProperty("role", "muted")
        self.save_button = QPushButton(tr("Save scale…"), self)
        self.save_button.clicked.connect(lambda: self.change_wanted.emit({"mm_per_px": self.mm_per_px}))
        self.remove_button = QPushButton(tr("Remove scale…"), self)
        self.remove_button.clicked.connect(lambda: self.change_wanted.emit({"mm_per_px": None}))
        fields = QGridLayout()
        fields.setHorizontalSpacing(SPACING)
        for row, (edit, note) in enumerate(((self.length_edit, self.line_note), (self.scale_edit, self.scale_note))):
            label = QLabel(edit.accessibleName(), self)
            label.setBuddy(edit)
            fields.addWidget(label, row, 0)
            fields.addWidget(edit, row, 1)
            fields.addWidget(note, row, 2)
        fields.setColumnStretch(2, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        buttons.addWidget(self.save_button)
        intro = QLabel(text, self)
        intro.setWordWrap(True)
        layout.addWidget(intro)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(fields)
        layout.addLayout(buttons)

    def _make_edit(self, name: str) -> QLineEdit:
        edit = QLineEdit(self)
        edit.setAccessibleName(name)
        edit.setFixedWidth(130)
        edit.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,6}([.,]\d{0,8})?"), edit))
        return edit

    def _read(self, edit: QLineEdit) -> float | None:
        """What stands in a field, with a point or a comma before the decimals."""
        value, is_number = QLocale.c().toDouble(edit.text().replace(",", "."))
        return value if is_number and value > 0 else None

    def _write(self, value: float) -> str:
        plain = f"{value:.8f}" if value < 1 else f"{value:.6g}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", self.locale().decimalPoint())

    def _measure(self) -> None:
        pixels, length = self.canvas.length, self._read(self.length_edit)
        if pixels:
            self.line_note.setText(tr("the line is {count} pixels long", count=format_number(pixels, 1)))
        if length is not None and pixels >= LEAST_LINE:
            self.scale_edit.setText(self._write(length / pixels))

    def _enable(self) -> None:
        value = self.mm_per_px
        is_possible = value is None or SMALLEST_SCALE <= value <= LARGEST_SCALE
        is_changed = value is not None and self.scale_edit.text() != self._shown
        self.save_button.setEnabled(is_possible and is_changed)
        self.remove_button.setEnabled(self._in_force is not None)
        if is_possible:
            self.scale_note.setText(tr("Now: {scale}", scale=write_scale(self._in_force)))
        else:
            least, most = format_number(SMALLEST_SCALE, 5), format_number(LARGEST_SCALE)
            self.scale_note.setText(tr("Give a number from {least} to {most}.", least=least, most=most))
