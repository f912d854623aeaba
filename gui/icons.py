"""Icons that are painted when they are shown: sharp at any size and scaling, and in the colours of the look in use.

Verdict icons differ in shape, so that nobody has to tell them by colour: a circle with a check, a triangle with an
exclamation mark, an octagon with a cross.
"""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPen, QPixmap, QPolygonF

from gui.glyphs import glyph, glyph_font


def icon(name: str, role: str = "text") -> QIcon:
    """Return an icon of the Material Design set, such as "history", in the colour of a role."""
    return QIcon(_GlyphEngine(name.removeprefix("mdi6."), role))


def verdict_icon(verdict: str | None, size: int = 24) -> QIcon:
    """Return the shape of a verdict; None is a ring. `size` is what a button asks for when it has no wish."""
    return QIcon(_VerdictEngine(verdict, size))


def paint_verdict(painter: QPainter, rect: QRectF, verdict: str | None, fill: QColor, mark: QColor) -> None:
    """Paint the shape of a verdict into the largest square of `rect`, filled with `fill`, its sign in `mark`."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center())
    painter.scale(side / 100, side / 100)
    draw = {"accept": _draw_accept, "review": _draw_review, "reject": _draw_reject}.get(verdict or "", _draw_none)
    draw(painter, fill, mark)
    painter.restore()


def _draw_accept(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(0, 0), 46, 46)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_round_pen(mark, 12))
    painter.drawPolyline(QPolygonF([QPointF(-21, 2), QPointF(-6, 18), QPointF(23, -16)]))


def _draw_review(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.setPen(_round_pen(fill, 10))
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([QPointF(0, -39), QPointF(43, 36), QPointF(-43, 36)]))
    painter.setPen(_round_pen(mark, 11))
    painter.drawLine(QPointF(0, -15), QPointF(0, 9))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mark)
    painter.drawEllipse(QPointF(0, 26), 6.5, 6.5)


def _draw_reject(painter: QPainter, fill: QColor, mark: QColor) -> None:
    corners = [QPointF(48 * cos(pi / 8 + n * pi / 4), 48 * sin(pi / 8 + n * pi / 4)) for n in range(8)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF(corners))
    painter.setPen(_round_pen(mark, 12))
    painter.drawLine(QPointF(-17, -17), QPointF(17, 17))
    painter.drawLine(QPointF(-17, 17), QPointF(17, -17))


def _draw_none(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.setPen(QPen(fill, 10))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(0, 0), 40, 40)


def _round_pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


class _Engine(QIconEngine):
    """Paints anew whenever asked, so that no pixmap of another size or look is left over."""

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


class _GlyphEngine(_Engine):
    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        from gui.theme import colour  # noqa: PLC0415 - the theme hands out icons

        role = "border_strong" if mode == QIcon.Mode.Disabled else self._role
        painter.save()
        painter.setFont(glyph_font(max(1, rect.height())))
        painter.setPen(colour(role))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph(self._name))
        painter.restore()


class _VerdictEngine(_Engine):
    def __init__(self, verdict: str | None, size: int) -> None:
        super().__init__()
        self._verdict = verdict
        self._size = size

    def clone(self) -> QIconEngine:
        return _VerdictEngine(self._verdict, self._size)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:  # noqa: N802 - Qt's name
        return size if size.isValid() else QSize(self._size, self._size)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        from gui.theme import colour  # noqa: PLC0415 - the theme hands out icons

        name = self._verdict or "none"
        paint_verdict(painter, QRectF(rect), self._verdict, colour(f"{name}_fill"), colour(f"on_{name}"))
