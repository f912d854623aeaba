"""The entries of a conversation below each other, the newest in view. Only some dozens have a view at any time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.chat_timeline import Entry, ShownExchange
from gui.chat_turns import ExchangeView, QueryView, set_reachable
from gui.theme import SPACING, colour
from gui.translated import tr, trn

PAGE = 12
"""Entries shown at first, and added by each wish for earlier ones."""


class TurnList(QScrollArea):
    """A column of exchanges and queries."""

    region_selected = Signal(object)
    again_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._places: Sequence[str] = ()
        self._most = PAGE
        self._views: dict[tuple[str, int], ExchangeView | QueryView] = {}
        self._follows = True
        self._current: tuple[str, int] | None = None
        """None is the newest."""
        self._can_ask = (True, "")
        self._page = _Column(self)
        self.setAccessibleName(tr("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._stay_at_end)
        bar.valueChanged.connect(self._note_position)

    @property
    def views(self) -> tuple[ExchangeView | QueryView, ...]:
        """What has a view now, oldest first."""
        return tuple(self._views.values())

    def begin(self, places: Sequence[str]) -> None:
        """Start another conversation; `places` holds the word of each of the inspection's regions."""
        self._drop(list(self._views))
        self._places = places
        self._most = PAGE
        self._follows = True
        self._current = None
        self._entries = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show how the conversation stands now; views of what did not change stay."""
        self._entries = tuple(entries)
        shown = self._entries[-self._most :]
        keys = [entry.key for entry in shown]
        self._drop([key for key in self._views if key not in keys])
        views = {entry.key: self._find_view(entry) for entry in shown}
        for position, view in enumerate(views.values()):
            if self._column.indexOf(view) != position:
                self._column.insertWidget(position, view)
        self._views = views
        hidden = len(self._entries) - len(shown)
        self.earlier_button.setText(trn("Show {count} earlier entry", "Show {count} earlier entries", hidden))
        self.earlier_button.setVisible(hidden > 0)
        self._order_focus()

    def show_answer(self, question_id: int, said: str) -> None:
        """Show what was said so far of the answer that is coming to a question."""
        view = self._views.get(("question", question_id))
        if isinstance(view, ExchangeView):
            view.answer.show_said(said)

    def set_can_ask(self, can_ask: bool, reason: str) -> None:
        """Allow asking again, or say why not now."""
        self._can_ask = (can_ask, reason)
        for view in self._views.values():
            if isinstance(view, ExchangeView):
                view.answer.set_can_ask(can_ask, reason)

    def scroll_to_end(self) -> None:
        """Bring the newest into view, and keep it there."""
        self._follows = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up, Down, Home and End choose the entry that Tab leads into."""
        last = len(self._views) - 1
        current = last if self._current is None else list(self._views).index(self._current)
        steps = {
            Qt.Key.Key_Up: max(current - 1, 0),
            Qt.Key.Key_Down: min(current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in steps and self._views:
            self._choose(list(self._views)[steps[Qt.Key(event.key())]])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show which entry Tab leads into."""
        super().focusInEvent(event)
        self._page.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hide it again."""
        super().focusOutEvent(event)
        self._page.update()

    @property
    def current_view(self) -> ExchangeView | QueryView | None:
        """The entry that Tab leads into: the newest unless another was chosen."""
        if not self._views:
            return None
        return self._views[self._current] if self._current is not None else next(reversed(self._views.values()))

    def _build(self) -> None:
        page = self._page
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        self.note = QLabel(
            tr(
                "Answers rest on the facts of this inspection; what a language model says is held against them first. "
                "Every question and answer is recorded."
            ),
            page,
        )
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.earlier_button = QPushButton(page)
        self.earlier_button.setProperty("kind", "quiet")
        self.earlier_button.clicked.connect(self._show_earlier)
        self.earlier_button.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACING + 4)
        layout.addWidget(self.note)
        layout.addWidget(self.earlier_button)
        layout.addLayout(self._column)
        layout.addStretch(1)
        self.setWidget(page)

    def _find_view(self, entry: Entry) -> ExchangeView | QueryView:
        view = self._views.get(entry.key)
        if view is None:
            return self._make_view(entry)
        if view.entry != entry:
            view.show_entry(entry)  # type: ignore[arg-type]  # the key tells the kind
        return view

    def _make_view(self, entry: Entry) -> ExchangeView | QueryView:
        page = self._page
        if not isinstance(entry, ShownExchange):
            query = QueryView(entry, page)
            query.region_selected.connect(self.region_selected)
            return query
        view = ExchangeView(entry, self._places, page)
        view.region_selected.connect(self.region_selected)
        view.again_requested.connect(self.again_requested)
        view.answer.set_can_ask(*self._can_ask)
        return view

    def _drop(self, keys: Sequence[tuple[str, int]]) -> None:
        for key in keys:
            view = self._views.pop(key)
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _show_earlier(self) -> None:
        self._follows = False
        bar = self.verticalScrollBar()
        below = bar.maximum() - bar.value()
        self._most += PAGE
        self.show_entries(self._entries)
        self._page.adjustSize()
        bar.setValue(bar.maximum() - below)

    def _choose(self, key: tuple[str, int]) -> None:
        self._current = None if key == next(reversed(self._views)) else key
        self._order_focus()
        self._page.update()
        view = self.current_view
        if view is not None:
            self.ensureWidgetVisible(view, 0, SPACING)
            self.setAccessibleDescription(view.accessibleDescription())

    def _order_focus(self) -> None:
        """Let Tab stop in one entry only: nobody wants to pass through all that was said."""
        if self._current not in self._views:
            self._current = None
        before: QWidget = self.earlier_button
        for view in self._views.values():
            for widget in set_reachable(view, view is self.current_view):
                QWidget.setTabOrder(before, widget)
                before = widget

    def _note_position(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - 2

    def _stay_at_end(self, _least: int, most: int) -> None:
        if self._follows:
            self.verticalScrollBar().setValue(most)


class _Column(QWidget):
    """The page below the entries; marks the one that was chosen while the list has the focus."""

    def __init__(self, turns: TurnList) -> None:
        super().__init__(turns)
        self._turns = turns

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint a frame around the chosen entry."""
        view = self._turns.current_view
        if view is None or not self._turns.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent"), 2))
        painter.drawRoundedRect(QRectF(view.geometry()).adjusted(-3, -3, 3, 3), 9, 9)
