"""What the colours and lines over the photo mean: the heat's fixed scale with the limit, the mask, and each query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.highlight_layers import HighlightStyle, choose_style
from gui.overlay import WHOLE, OverlayMode, make_legend_bar
from gui.theme import SPACING, colour, theme_notifier
from gui.translated import format_number, tr
from inference.heat_colours import HEAT_FROM, HEAT_FULL

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult

_BAR_WIDTH, _BAR_HEIGHT = 124, 10
_SIDE = 16
"""Room beside the bar for the numbers below its ends."""
_BESIDE = 15
"""Room for half of the first number, which the limit stands beside."""
_DARK = QColor(20, 20, 24)


class OverlayLegend(QWidget):
    """The heat's scale, or what filled and outlined areas are. Takes no room while nothing lies over the photo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = OverlayMode.NONE
        self._is_corrected = False
        self._bar = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_notifier().changed.connect(self.update)
        self.show_mode(OverlayMode.NONE, 0.5)

    def show_mode(self, mode: OverlayMode, opacity: float, *, is_corrected: bool = False) -> None:
        """Explain an overlay; `is_corrected` for the mask that a person drew."""
        self._mode = mode
        self._is_corrected = is_corrected
        self._bar = make_legend_bar(_BAR_WIDTH, _BAR_HEIGHT, opacity)
        self.setVisible(mode is not OverlayMode.NONE)
        self.setAccessibleName(self._describe())
        self.setToolTip(self._describe())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for what the legend takes."""
        metrics = QFontMetricsF(_small(self.font()))
        height = round(_BAR_HEIGHT + metrics.height() + 8)
        if self._mode is OverlayMode.HEAT:
            return QSize(_BAR_WIDTH + 2 * _SIDE, height)
        return QSize(round(metrics.horizontalAdvance(self._word()) + 40), height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_small(self.font()))
        if self._mode is OverlayMode.HEAT:
            self._paint_scale(painter)
        elif self._mode is not OverlayMode.NONE:
            swatch = QRectF(2, self.height() / 2 - 7, 24, 14)
            _paint_mask_swatch(painter, swatch, self._mode)
            painter.setPen(colour("text"))
            room = QRectF(34, 0, self.width() - 34, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._word())

    def _paint_scale(self, painter: QPainter) -> None:
        bar = QRectF(_SIDE, 3, _BAR_WIDTH, _BAR_HEIGHT)
        painter.drawImage(bar, self._bar)
        painter.setPen(QPen(colour("border_strong"), 1))
        painter.drawRect(bar)
        for value, words in (
            (HEAT_FROM, _number(HEAT_FROM)),
            (1.0, self._limit_word()),
            (HEAT_FULL, _number(HEAT_FULL)),
        ):
            x = bar.left() + (value - HEAT_FROM) / (HEAT_FULL - HEAT_FROM) * bar.width()
            is_limit = value == 1.0
            painter.setPen(QPen(colour("text"), 2 if is_limit else 1))
            painter.drawLine(QPointF(x, 0 if is_limit else bar.bottom()), QPointF(x, bar.bottom() + 3))
            least = bar.left() + _BESIDE if is_limit else 0.0
            self._write_centred(painter, QPointF(x, bar.bottom() + 3), words, least)

    def _write_centred(self, painter: QPainter, at: QPointF, words: str, least: float) -> None:
        width = painter.fontMetrics().horizontalAdvance(words) + 2
        left = min(max(at.x() - width / 2, least), self.width() - width)
        painter.setPen(colour("text" if words == self._limit_word() else "muted"))
        painter.drawText(QRectF(left, at.y(), width, self.height() - at.y()), Qt.AlignmentFlag.AlignHCenter, words)

    def _limit_word(self) -> str:
        return tr("limit {value}", value=_number(1.0))

    def _word(self) -> str:
        return tr("corrected by a person") if self._is_corrected else tr("above the limit")

    def _describe(self) -> str:
        if self._mode is OverlayMode.HEAT:
            return tr(
                "Anomaly in units of the limit: shown from {low}, limit {limit}, full colour from {high}",
                low=_number(HEAT_FROM),
                limit=_number(1.0),
                high=_number(HEAT_FULL),
            )
        if self._is_corrected:
            return tr("The marked areas are a defect as a person drew it")
        return tr("The marked areas are above the limit")


class QueryLegend(QWidget):
    """Each query with its colour, its line and whether something was found; in as many lines as it takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, HighlightStyle | None], ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_notifier().changed.connect(self.update)
        self.hide()

    @property
    def words(self) -> tuple[str, ...]:
        """What is listed."""
        return tuple(word for word, _ in self._entries)

    def show_results(self, results: Sequence[QueryResult]) -> None:
        """List these queries."""
        self._entries = tuple(_describe_result(index, result) for index, result in enumerate(results))
        self.setVisible(bool(results))
        self.setAccessibleName(tr("Highlighted: {words}", words=", ".join(self.words)))
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return how high the lines are together."""
        return round(self._arrange(width)[1])

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Break into lines."""
        return True

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the height of the lines."""
        width = max(self.width(), 200)
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Break anew."""
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint swatches and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_small(self.font()))
        for (word, style), room in zip(self._entries, self._arrange(self.width())[0], strict=True):
            left = 0.0
            if style is not None:
                _paint_line_swatch(painter, QRectF(room.left(), room.top() + 2, 30, room.height() - 4), style)
                left = 36.0
            painter.setPen(colour("text" if style is not None else "muted"))
            text = room.adjusted(left, 0, 0, 0)
            shown = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(text.width()) + 1)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)

    def _arrange(self, width: int) -> tuple[list[QRectF], float]:
        metrics = QFontMetricsF(_small(self.font()))
        line = metrics.height() + 6
        rooms, x, y = [], 0.0, 0.0
        for word, style in self._entries:
            needed = min(metrics.horizontalAdvance(word) + (36 if style else 0) + 2, max(width, 1))
            if x and x + needed > width:
                x, y = 0.0, y + line
            rooms.append(QRectF(x, y, needed, line))
            x += needed + 2 * SPACING
        return rooms, y + line


def _describe_result(index: int, result: QueryResult) -> tuple[str, HighlightStyle | None]:
    if result.outcome == "found":
        return result.query, choose_style(index)
    if result.outcome == "not found":
        return tr("{query}: not found", query=result.query), None
    return tr("{query}: failed", query=result.query), None


def _paint_mask_swatch(painter: QPainter, room: QRectF, mode: OverlayMode) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(226, 40, 110) if mode is OverlayMode.FILL else QColor(120, 126, 134))
    painter.drawRoundedRect(room, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tint, width in ((_DARK, 3.5), (QColor(255, 255, 255), 1.5)):
        painter.setPen(QPen(tint, width))
        painter.drawRoundedRect(room.adjusted(2, 2, -2, -2), 3, 3)


def _paint_line_swatch(painter: QPainter, room: QRectF, style: HighlightStyle) -> None:
    """Paint the line on a dark ground, as its halo has it on the photo."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_DARK)
    painter.drawRoundedRect(room, 3, 3)
    pen = QPen(QColor(*style.colour), 2.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if style.dash != WHOLE:
        pen.setDashPattern([part / 2.5 / 1.6 for part in style.dash])
    painter.setPen(pen)
    painter.drawLine(QPointF(room.left() + 3, room.center().y()), QPointF(room.right() - 3, room.center().y()))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(8.5)
    return small


def _number(value: float) -> str:
    return format_number(value, 1)
