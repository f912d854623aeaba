"""The two large signs of the verdict banner: a verdict as shape and word, and a score on a bar with its limit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.icons import paint_verdict
from gui.theme import colour, theme_notifier
from gui.translated import format_number, tr, verdict_word
from inference.results import LIMIT

HIGHEST = 100.0


def format_score(score: float, limit: float = LIMIT) -> str:
    """Return a score in whole points; one just below the limit is not rounded up to it."""
    if score < limit <= round(score):
        return format_number(min(score, limit - 0.1), 1)
    return format_number(score)


class VerdictSign(QWidget):
    """A block in the verdict's colour with its shape and its word, to be read from two metres."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict: str | None = None
        self._word = ""
        self._scale = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme_notifier().changed.connect(self.update)
        self.show_verdict(None)

    def show_verdict(self, verdict: str | None, word: str = "") -> None:
        """Show a verdict, or a state that has none under a word of its own."""
        self._verdict = verdict
        self._word = word or verdict_word(verdict)
        if verdict is not None:
            self._word = self._word.upper()
        self.setAccessibleName(tr("Verdict: {verdict}", verdict=self._word))
        self.updateGeometry()
        self.update()

    @property
    def word(self) -> str:
        """The word on show."""
        return self._word

    def set_scale(self, scale: float) -> None:
        """Show it this many times as large."""
        self._scale = scale
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Leave room for shape and word; short words take as much, so that the banner does not jump."""
        advance = QFontMetricsF(self._font()).horizontalAdvance
        word = max(advance(self._word), advance("MMMMMM"))
        return QSize(round(self._side() + word + 52 * self._scale), round(96 * self._scale))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never be cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint block, shape and word."""
        name = self._verdict or "none"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = self._verdict is None
        ground, ink = (colour("none_soft"), colour("text")) if quiet else (colour(f"{name}_fill"), colour(f"on_{name}"))
        painter.fillRect(self.rect(), ground)
        side, margin = self._side(), 18 * self._scale
        sign = QRectF(margin, (self.height() - side) / 2, side, side)
        if quiet:
            paint_verdict(painter, sign, None, colour("none_fill"), ground)
        else:
            # The shape stands out from its block by being its negative.
            paint_verdict(painter, sign, self._verdict, ink, ground)
        painter.setFont(self._font())
        painter.setPen(ink)
        word = QRectF(sign.right() + 14 * self._scale, 0, self.width(), self.height())
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._word)

    def _side(self) -> float:
        return (56 if self._verdict else 36) * self._scale

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF((25 if self._verdict else 15) * self._scale)
        font.setWeight(QFont.Weight.DemiBold)
        return font


class ScoreBar(QWidget):
    """A score in large figures above a bar from 0 to 100 with the limit marked at its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score = 0.0
        self._limit = LIMIT
        self._verdict: str | None = None
        self._scale = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme_notifier().changed.connect(self.update)

    def show_score(self, score: float, limit: float, verdict: str | None) -> None:
        """Show a score of 0 to 100 against its limit."""
        self._score, self._limit, self._verdict = score, limit, verdict
        text = tr("Score {score}, limit {limit}", score=format_score(score, limit), limit=format_number(limit))
        self.setAccessibleName(text)
        self.setToolTip(f"{text}. " + tr("At the limit and above, a part is rejected."))
        self.update()

    def set_scale(self, scale: float) -> None:
        """Show it this many times as large."""
        self._scale = scale
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Leave room for three figures and a bar."""
        return QSize(round(176 * self._scale), round(92 * self._scale))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never be cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint figures, bar, limit and what is beyond it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        unit = self._scale
        top = (self.height() - 76 * unit) / 2
        self._paint_figures(painter, QRectF(10 * unit, top, self.width() - 20 * unit, 42 * unit))
        self._paint_bar(painter, QRectF(10 * unit, top + 46 * unit, self.width() - 20 * unit, 10 * unit))

    def _paint_figures(self, painter: QPainter, room: QRectF) -> None:
        text = format_score(self._score, self._limit)
        painter.setFont(self._font(27, QFont.Weight.DemiBold))
        painter.setPen(colour("text"))
        bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(room, bottom, text)
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.setFont(self._font(10, QFont.Weight.Normal))
        painter.setPen(colour("muted"))
        beside = room.adjusted(width + 8 * self._scale, 0, 0, -7 * self._scale)
        painter.drawText(beside, bottom, tr("of 100"))

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        unit = self._scale
        limit_x = bar.left() + bar.width() * self._limit / HIGHEST
        painter.setPen(QPen(colour("border_strong"), 1))
        painter.setBrush(colour("none_soft"))
        painter.drawRoundedRect(bar, 4 * unit, 4 * unit)
        filled = QRectF(bar.left(), bar.top(), bar.width() * min(self._score, HIGHEST) / HIGHEST, bar.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill())
        if filled.width() >= 1:
            painter.drawRoundedRect(filled, 4 * unit, 4 * unit)
        painter.setPen(QPen(colour("text"), 2 * unit))
        painter.drawLine(QPointF(limit_x, bar.top() - 3 * unit), QPointF(limit_x, bar.bottom() + 3 * unit))
        painter.setFont(self._font(8.5, QFont.Weight.Normal))
        painter.setPen(colour("muted"))
        below = QRectF(bar.left(), bar.bottom() + 4 * unit, bar.width(), 16 * unit)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tr("limit {limit}", limit=format_number(self._limit)))

    def _fill(self) -> QColor:
        return colour(f"{self._verdict or 'none'}_fill")

    def _font(self, points: float, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(points * self._scale)
        font.setWeight(weight)
        return font
