"""The two charts of the statistics: the share of rejects period by period with its limits, and the Pareto of codes.

Drawing only; what the numbers mean is `station.statistics`' affair.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labels import make_label
from gui.theme import SPACING, colour, theme_notifier
from gui.translated import format_share, tr
from station.statistics import CodeCount, Period, Statistics

_MOST_LABELS = 8
"""Days written below an axis."""
_MOST_CODES = 10
"""Bars of the Pareto; the table shows all codes."""
_SIGN = 9
"""Pixels of a period's sign."""
_LONGEST_NAME = 14


class _Chart(QWidget):
    """A plot in the window's colours that is looked at and not zoomed, under its name."""

    def __init__(self, name: str, left: int, parent: QWidget | None = None) -> None:
        """`left` is the room for words at the left, in pixels."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.plot = pg.PlotWidget(self)
        self.plot.setAccessibleName(name)
        self.plot.setMinimumHeight(150)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(False, False)
        self.plot.getAxis("left").setWidth(left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(make_label("muted", self, name))
        layout.addWidget(self.plot, 1)
        self._shown: Statistics | None = None
        theme_notifier().changed.connect(self._draw)

    def show_statistics(self, statistics: Statistics) -> None:
        """Show these."""
        self._shown = statistics
        self._draw()

    def _draw(self) -> None:
        self.plot.clear()
        self.plot.setBackground(colour("panel"))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(colour("border_strong"))
            axis.setTextPen(colour("muted"))
        if self._shown is not None:
            self._draw_statistics(self._shown)

    def _draw_statistics(self, statistics: Statistics) -> None:
        raise NotImplementedError


class RejectChart(_Chart):
    """Share of rejects of each period, the centre line and the limits; signals are larger and in another shape."""

    period_picked = Signal(object)
    """The `Period` whose sign was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Share of rejected parts over time"), 54, parent)

    def _draw_statistics(self, statistics: Statistics) -> None:
        filled = [(place, period) for place, period in enumerate(statistics.periods) if period.judged]
        self._write_days(statistics.periods)
        top = max([0.05, *(max(period.share or 0.0, period.upper) for _, period in filled)])
        self.plot.setYRange(0, min(1.0, 1.1 * top), padding=0.04)
        self.plot.setXRange(-0.5, max(len(statistics.periods) - 0.5, 0.5), padding=0.01)
        if not filled or statistics.centre is None:
            return
        self._draw_limits(filled)
        self.plot.addItem(pg.InfiniteLine(statistics.centre, angle=0, pen=pg.mkPen(colour("muted"), width=1)))
        self._draw_shares(filled)

    def _write_days(self, periods: Sequence[Period]) -> None:
        step = max(1, -(-len(periods) // _MOST_LABELS))
        days = [(place, period.first.strftime("%m-%d")) for place, period in enumerate(periods) if place % step == 0]
        self.plot.getAxis("bottom").setTicks([days, []])
        shares = [(value, format_share(value)) for value in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)]
        fine = [(value, format_share(value)) for value in (0.01, 0.02, 0.03, 0.05)]
        top = max((period.upper for period in periods), default=1.0)
        self.plot.getAxis("left").setTicks([shares if top > 0.12 else [shares[0], *fine, shares[1]], []])

    def _draw_limits(self, filled: Sequence[tuple[int, Period]]) -> None:
        """A step for each period, since limits vary with the number of parts."""
        pen = pg.mkPen(colour("review"), width=1, style=Qt.PenStyle.DashLine)
        for bounds in ([period.upper for _, period in filled], [period.lower for _, period in filled]):
            for (place, _), bound in zip(filled, bounds, strict=True):
                self.plot.addItem(pg.PlotDataItem([place - 0.5, place + 0.5], [bound, bound], pen=pen))

    def _draw_shares(self, filled: Sequence[tuple[int, Period]]) -> None:
        places = np.array([place for place, _ in filled], np.float64)
        shares = np.array([period.share for _, period in filled], np.float64)
        self.plot.addItem(pg.PlotDataItem(places, shares, pen=pg.mkPen(colour("accent"), width=1.5)))
        signs = pg.ScatterPlotItem()
        signs.addPoints([self._describe_sign(place, period) for place, period in filled])
        signs.sigClicked.connect(
            lambda _, points, *rest: self.period_picked.emit(points[0].data()) if len(points) else None
        )
        self.plot.addItem(signs)

    @staticmethod
    def _describe_sign(place: int, period: Period) -> dict[str, object]:
        is_signal = period.is_beyond or period.is_run
        ink = colour("reject" if period.is_beyond else "review" if period.is_run else "accent")
        return {
            "pos": (place, period.share),
            "size": 1.5 * _SIGN if is_signal else _SIGN,
            "symbol": "x" if period.is_beyond else "t1" if period.is_run else "o",
            "brush": QColor(ink),
            "pen": pg.mkPen(ink),
            "data": period,
        }


class ParetoChart(_Chart):
    """Defect codes, the most frequent first, with the share that they make together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Defect codes, and the share they make together"), 112, parent)

    def _draw_statistics(self, statistics: Statistics) -> None:
        codes = statistics.codes[:_MOST_CODES]
        names = [(-place, _shorten(code.code)) for place, code in enumerate(codes)]
        self.plot.getAxis("left").setTicks([names, []])
        self.plot.getAxis("bottom").setTicks([[(value, format_share(value)) for value in (0.0, 0.25, 0.5, 0.75, 1.0)]])
        self.plot.setXRange(0, 1.0, padding=0.05)
        self.plot.setYRange(min(-len(codes) + 0.3, -2.7), 0.7, padding=0.01)
        if codes:
            self._draw_codes(codes)

    def _draw_codes(self, codes: Sequence[CodeCount]) -> None:
        """Bars that lie, since names of codes are long."""
        places = -np.arange(len(codes), dtype=np.float64)
        shares = [code.share for code in codes]
        self.plot.addItem(
            pg.BarGraphItem(x0=0, y=places, width=shares, height=0.6, brush=colour("accent"), pen=pg.mkPen(None))
        )
        together = np.array([code.cumulative for code in codes], np.float64)
        ink = colour("review")
        pen = pg.mkPen(ink, width=1.5)
        self.plot.addItem(
            pg.PlotDataItem(together, places, pen=pen, symbol="o", symbolSize=6, symbolBrush=ink, symbolPen=pen)
        )


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
