"""Text of one turn: shown whole, selectable, with the regions it names as links. Also the ground it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from gui.theme import colour, theme_notifier
from gui.translated import tr
from station.conversation import Mention, find_mentions

_SCHEME = "region:"
_RADIUS = 8.0


class TurnText(QTextBrowser):
    """Grows with its text; long words are broken rather than cut."""

    region_clicked = Signal(object)
    """Index of the region whose link was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: Sequence[str] = ()
        self._text = ""
        self._added: list[Mention] = []
        self.setStyleSheet("QTextBrowser, QTextBrowser:focus { border: none; background: transparent; padding: 0; }")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._follow)
        theme_notifier().changed.connect(self._mark_regions)

    @property
    def text(self) -> str:
        """What it shows."""
        return self._text

    def show_text(self, text: str, places: Sequence[str] = ()) -> None:
        """Show a text verbatim; `places` holds each region's word of the grid, to find what names one."""
        self._places = places
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._added = []
        self.setPlainText(self._text)
        self._mark_regions()
        self._fit()

    def append_text(self, piece: str) -> None:
        """Show more of a text that is still coming."""
        self._text += piece
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece, QTextCharFormat())
        self._mark_regions()
        self._fit()

    def add_link(self, words: str, index: int) -> None:
        """Append words that lead to a region."""
        start = len(self._text)
        self._added.append(Mention(start, start + len(words), index))
        self.append_text(words)

    @property
    def links(self) -> tuple[tuple[str, int], ...]:
        """The words that lead to a region, each with its index."""
        return tuple((self._text[each.start : each.end], each.index) for each in self._find_links())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the whole conversation scroll."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show on the ground that the focus is here."""
        super().focusInEvent(event)
        self._repaint_ground()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that it is gone."""
        super().focusOutEvent(event)
        self._repaint_ground()

    def _repaint_ground(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            parent.update()

    def _follow(self, url: QUrl) -> None:
        number = url.toString().removeprefix(_SCHEME)
        if number.isdigit():
            self.region_clicked.emit(int(number))

    def _find_links(self) -> list[Mention]:
        return [*find_mentions(self._text, self._places), *self._added]

    def _mark_regions(self) -> None:
        for mention in self._find_links():
            self._mark(mention)

    def _mark(self, mention: Mention) -> None:
        style = QTextCharFormat()
        style.setAnchor(True)
        style.setAnchorHref(f"{_SCHEME}{mention.index}")
        style.setForeground(colour("accent"))
        style.setFontUnderline(True)
        style.setToolTip(tr("Show region {number}", number=mention.index + 1))
        cursor = QTextCursor(self.document())
        cursor.setPosition(_count_units(self._text[: mention.start]))
        cursor.setPosition(_count_units(self._text[: mention.end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(style)

    def _fit(self) -> None:
        self.document().setTextWidth(max(self.viewport().width(), 1))
        self.setFixedHeight(max(ceil(self.document().size().height()), self.fontMetrics().height()))


class TurnGround(QFrame):
    """A rounded ground in the colour of a role, with a border while the focus is inside."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        theme_notifier().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.focusWidget()
        has_focus = isinstance(focused, TurnText) and focused.hasFocus()
        painter.setPen(QPen(colour("accent"), 2) if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._role))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)


def _count_units(text: str) -> int:
    """Qt counts UTF-16 code units, so that an emoji takes two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
