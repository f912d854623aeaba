"""Shows what a product's verdicts rest on: known good parts, where good parts are expected, the two limits.

Everything is on the score's scale of 0 to 100. Recent inspections stand below as signs of their verdicts' shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPolygonF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.theme import SPACING, colour, theme_notifier
from gui.translated import format_number, promise_sentence, tr, trn, verdict_word
from station.calibration_view import CalibrationView, RecentScore

_KNOWN_ROW, _RECENT_ROW = -0.11, -0.27
"""Heights of the two rows of signs, in shares of the curve's height."""
_BOTTOM, _TOP = -0.38, 1.18
_FILL = 46
"""Opacity of the coloured grounds, 0 to 255."""


class CalibrationPlot(QWidget):
    """The plot and the sentence below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: CalibrationView | None = None
        self.plot = pg.PlotWidget(self)
        self.plot.setMinimumHeight(200)
        self.plot.setAccessibleName(tr("Calibration"))
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(False, False)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.key = QLabel(self)
        self.key.setWordWrap(True)
        self.key.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.sentence)
        layout.addWidget(self.key)
        self.setAccessibleName(tr("Calibration"))
        theme_notifier().changed.connect(self._draw)
        self._draw()

    def show_calibration(self, view: CalibrationView) -> None:
        """Show a product's calibration."""
        self._view = view
        self._draw()

    def clear(self) -> None:
        """Show nothing."""
        self._view = None
        self._draw()

    def _draw(self) -> None:
        self.plot.clear()
        self._style_axes()
        view = self._view
        if view is None:
            self.sentence.setText("")
            self.key.setText("")
            return
        self._draw_grounds(view)
        self._draw_curve(view)
        self._draw_known(view.known_scores.tolist())
        self._draw_recent(view.recent)
        self.sentence.setText(promise_sentence(view.calibration))
        self.key.setText(_describe_key(view))
        self.setAccessibleDescription(f"{self.sentence.text()} {self.key.text()}")

    def _style_axes(self) -> None:
        self.plot.setBackground(colour("panel"))
        axis = self.plot.getAxis("bottom")
        axis.setPen(colour("border_strong"))
        axis.setTextPen(colour("muted"))
        axis.setTicks([[(value, format_number(value)) for value in (0, 25, 50, 75, 100)], []])
        axis.setLabel(tr("score"), color=colour("muted").name())
        self.plot.hideAxis("left")
        self.plot.setXRange(0, 100, padding=0.03)
        self.plot.setYRange(_BOTTOM, _TOP, padding=0)

    def _draw_grounds(self, view: CalibrationView) -> None:
        """Three grounds with their words, and a line at each limit."""
        edges = (0.0, view.review_limit, view.reject_limit, 100.0)
        for verdict, (left, right) in zip(("accept", "review", "reject"), pairwise(edges), strict=True):
            tint = QColor(colour(verdict))
            tint.setAlpha(_FILL)
            ground = pg.LinearRegionItem((left, right), movable=False, brush=tint, pen=pg.mkPen(None))
            ground.setZValue(-10)
            self.plot.addItem(ground)
            if right - left > 1:
                word = pg.TextItem(verdict_word(verdict), color=colour(verdict), anchor=(0.5, 0))
                word.setPos((left + right) / 2, _TOP)
                self.plot.addItem(word)
        for verdict, limit in (("review", view.review_limit), ("reject", view.reject_limit)):
            line = pg.InfiniteLine(limit, angle=90, pen=pg.mkPen(colour(verdict), width=2))
            self.plot.addItem(line)

    def _draw_curve(self, view: CalibrationView) -> None:
        scores, density = view.curve
        height = density / density.max()
        tint = QColor(colour("accent"))
        tint.setAlpha(_FILL)
        pen = pg.mkPen(colour("accent"), width=2)
        self.plot.addItem(pg.PlotDataItem(scores, height, pen=pen, fillLevel=0.0, fillBrush=tint))

    def _draw_known(self, scores: Sequence[float]) -> None:
        ink = colour("accent")
        self.plot.addItem(
            pg.ScatterPlotItem(
                x=list(scores), y=[_KNOWN_ROW] * len(scores), symbol="d", size=10, pen=pg.mkPen(ink), brush=ink
            )
        )

    def _draw_recent(self, recent: Sequence[RecentScore]) -> None:
        """Signs in the shapes of the verdicts; those of earlier versions, judged by other limits, are hollow."""
        spots = [
            {
                "pos": (score.score, _RECENT_ROW),
                "symbol": _SYMBOLS[score.verdict],
                "size": 12,
                "pen": pg.mkPen(colour(score.verdict), width=1.5),
                "brush": pg.mkBrush(colour(score.verdict)) if score.of_this_version else pg.mkBrush(None),
            }
            for score in recent
        ]
        self.plot.addItem(pg.ScatterPlotItem(spots=spots))


def _describe_key(view: CalibrationView) -> str:
    """Say what the curve and the two rows of signs are."""
    lines = [tr("Curve: where good parts are expected to score.")]
    if len(view.known_scores):
        lines.append(
            trn(
                "Diamonds: {count} known good part, judged by the others.",
                "Diamonds: {count} known good parts, each judged by the others.",
                len(view.known_scores),
            )
        )
    if view.recent:
        lines.append(
            trn(
                "Signs below: {count} recent inspection.",
                "Signs below: the {count} most recent inspections.",
                len(view.recent),
            )
        )
    if any(not score.of_this_version for score in view.recent):
        lines.append(tr("Hollow ones were judged by an earlier version."))
    return " ".join(lines)


def _polygon(points: Sequence[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


_SYMBOLS = {"accept": "o", "review": _polygon([(0.0, -0.5), (0.55, 0.45), (-0.55, 0.45)]), "reject": "x"}
"""Circle, triangle and cross, as in the verdicts' signs; an octagon this small looks like a circle."""
