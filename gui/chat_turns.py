"""The views of a conversation's entries: a question with its answers, and highlighted words with what was found.

Each is light enough that some dozens stand below each other; `chat_list` decides which do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.chat_text import TurnGround, TurnText
from gui.chat_timeline import ShownExchange, ShownQuery
from gui.chat_words import (
    describe_basis,
    describe_end,
    describe_query,
    ended_badly,
    list_places,
    name_author,
    tell_time,
)
from gui.elided_label import ElidedLabel
from gui.highlight_layers import choose_style
from gui.icons import icon
from gui.theme import SPACING
from gui.translated import format_moment, tr, trn
from storage.records import RecordedTurn

_BUTTON = QSize(16, 16)


def set_reachable(view: QWidget, is_reachable: bool) -> list[QWidget]:
    """Let Tab stop at a view's texts and buttons, or pass it by; returns those it stops at, from top to bottom."""
    by_key = Qt.FocusPolicy.StrongFocus if is_reachable else Qt.FocusPolicy.ClickFocus
    everything: list[QWidget] = view.findChildren(QWidget)
    stops = [widget for widget in everything if isinstance(widget, (TurnText, QToolButton))]
    for widget in stops:
        widget.setFocusPolicy(by_key)
    return [*stops] if is_reachable else []


class TurnHead(QWidget):
    """Who said it and when, and what can be done with it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.words = ElidedLabel(parent=self)
        self.words.setProperty("role", "muted")
        self._layout.addWidget(self.words, 1)

    def say(self, author: str, recorded_at: str) -> None:
        """Name author and time; the whole date is in the tool tip."""
        time = tell_time(recorded_at) if recorded_at else ""
        words = tr("{author} · {time}", author=author, time=time) if time else author
        self.words.setText(words)
        self.words.setToolTip(
            tr("{author}, {moment}", author=author, moment=format_moment(recorded_at)) if time else ""
        )

    def add_button(self, icon_name: str, name: str, action: Callable[[], object]) -> QToolButton:
        """Add a small button at the right."""
        button = QToolButton(self)
        button.setIcon(icon(icon_name, "muted"))
        button.setIconSize(_BUTTON)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(action)
        self._layout.addWidget(button)
        return button


class TurnView(TurnGround):
    """One turn: head, text, and how it ended."""

    region_selected = Signal(object)

    def __init__(self, role: str, parent: QWidget) -> None:
        super().__init__(role, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 2, SPACING // 2, SPACING // 2, SPACING)
        layout.setSpacing(2)
        self.head = TurnHead(self)
        self.text = TurnText(self)
        self.end = QLabel(self)
        self.end.setProperty("role", "error")
        self.end.setWordWrap(True)
        self.end.setTextFormat(Qt.TextFormat.PlainText)
        self.end.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget in (self.head, self.text, self.end):
            layout.addWidget(widget)
        self.copy_button = self.head.add_button("content-copy", tr("Copy this turn"), self.copy_text)
        self.text.region_clicked.connect(self.region_selected)
        self.end.hide()

    def show_turn(self, turn: RecordedTurn, places: Sequence[str] = ()) -> None:
        """Show a recorded turn."""
        author = name_author(turn)
        self.head.say(author, turn.recorded_at)
        self.text.setAccessibleName(author)
        self.text.setAccessibleDescription(turn.text)
        if self.text.text != turn.text:
            self.text.show_text(turn.text, places)
        self.text.setVisible(bool(turn.text))
        self._say_end(turn)

    def copy_text(self) -> None:
        """Put the text on the clipboard."""
        QApplication.clipboard().setText(self.text.text)

    def _say_end(self, turn: RecordedTurn) -> None:
        ended = describe_end(turn)
        self.end.setText(ended)
        self.end.setProperty("role", "error" if ended_badly(turn) else "muted")
        self.end.style().polish(self.end)
        self.end.setVisible(bool(ended))


class AnswerView(TurnView):
    """An answer, recorded or still coming."""

    again_requested = Signal(int)
    """Number of the answer that is to be given again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("panel", parent)
        self._turn_id: int | None = None
        self._places: Sequence[str] = ()
        self.again_button = self.head.add_button("refresh", tr("Answer again"), self._ask_again)

    def show_turn(self, turn: RecordedTurn, places: Sequence[str] = ()) -> None:
        """Show a recorded answer."""
        super().show_turn(turn, places)
        self._turn_id = turn.id
        self.again_button.show()
        self.copy_button.setVisible(bool(turn.text))

    def begin(self, places: Sequence[str]) -> None:
        """Wait for an answer."""
        self._turn_id = None
        self._places = places
        self.head.say(tr("Answering…"), "")
        self.text.setAccessibleName(tr("Answer that is still coming"))
        self.text.show_text("", places)
        self.text.show()
        for widget in (self.again_button, self.copy_button, self.end):
            widget.hide()

    def show_said(self, said: str) -> None:
        """Show what was said so far."""
        if said.startswith(self.text.text):
            self.text.append_text(said[len(self.text.text) :])
        else:
            self.text.show_text(said, self._places)

    def say_missing(self) -> None:
        """Say that there is no answer in the record."""
        self.head.say(tr("No answer was recorded."), "")
        for widget in (self.again_button, self.copy_button, self.end, self.text):
            widget.hide()

    def set_can_ask(self, can_ask: bool, reason: str) -> None:
        """Allow asking again, or say why not now."""
        self.again_button.setEnabled(can_ask)
        self.again_button.setToolTip(reason or tr("Answer again; this answer stays"))

    def _ask_again(self) -> None:
        if self._turn_id is not None:
            self.again_requested.emit(self._turn_id)


class ExchangeView(QWidget):
    """A question, its newest answer, and behind a button those that were replaced."""

    region_selected = Signal(object)
    again_requested = Signal(int)

    def __init__(self, shown: ShownExchange, places: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._places = places
        self._shown = shown
        self._earlier: list[AnswerView] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACING // 2)
        self.question = TurnView("accent_soft", self)
        self.answer = AnswerView(self)
        self.fold = QToolButton(self)
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setAccessibleName(tr("Earlier answers"))
        self.fold.toggled.connect(self._unfold)
        for widget in (self.question, self.answer, self.fold):
            self._layout.addWidget(widget)
        self.question.region_selected.connect(self.region_selected)
        self._connect(self.answer)
        self.answer.again_requested.connect(self.again_requested)
        self.question.show_turn(shown.exchange.question)
        self.show_entry(shown)

    @property
    def entry(self) -> ShownExchange:
        """What it shows."""
        return self._shown

    def show_entry(self, shown: ShownExchange) -> None:
        """Show how the exchange stands now."""
        self._shown = shown
        newest = shown.exchange.answer
        said = newest.text if newest is not None else ""
        self.setAccessibleDescription(f"{shown.exchange.question.text}\n{said}")
        if shown.is_answering:
            self.answer.begin(self._places)
        elif newest is None:
            self.answer.say_missing()
        else:
            self.answer.show_turn(newest, self._places)
        count = len(self._list_earlier())
        self.fold.setText(trn("{count} earlier answer", "{count} earlier answers", count))
        self.fold.setVisible(count > 0)
        self._unfold(self.fold.isChecked())

    def _list_earlier(self) -> tuple[RecordedTurn, ...]:
        answers = self._shown.exchange.answers
        return answers if self._shown.is_answering else answers[:-1]

    def _unfold(self, is_open: bool) -> None:
        self.fold.setIcon(icon("chevron-down" if is_open else "chevron-right", "muted"))
        for view in self._earlier:
            self._layout.removeWidget(view)
            view.deleteLater()
        self._earlier = [self._make_earlier(turn) for turn in self._list_earlier()] if is_open else []

    def _make_earlier(self, turn: RecordedTurn) -> AnswerView:
        view = AnswerView(self)
        view.show_turn(turn, self._places)
        view.again_button.hide()
        self._connect(view)
        self._layout.addWidget(view)
        view.show()
        return view

    def _connect(self, view: AnswerView) -> None:
        view.region_selected.connect(self.region_selected)


class QueryView(TurnGround):
    """Highlighted words: their colour while they are on the photo, the outcome, and places that lead to regions."""

    region_selected = Signal(object)

    def __init__(self, shown: ShownQuery, parent: QWidget) -> None:
        super().__init__("panel", parent)
        self._shown = shown
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 2, SPACING // 2, SPACING // 2, SPACING)
        layout.setSpacing(2)
        self.head = TurnHead(self)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.swatch = QLabel(self)
        self.text = TurnText(self)
        self.copy_button = self.head.add_button("content-copy", tr("Copy this outcome"), self.copy_text)
        row = QHBoxLayout()
        row.setSpacing(SPACING - 2)
        row.addWidget(self.swatch)
        row.addWidget(self.title, 1)
        layout.addWidget(self.head)
        layout.addLayout(row)
        layout.addWidget(self.text)
        self.text.region_clicked.connect(self.region_selected)
        self.show_entry(shown)

    @property
    def entry(self) -> ShownQuery:
        """What it shows."""
        return self._shown

    def show_entry(self, shown: ShownQuery) -> None:
        """Show what is known now."""
        self._shown = shown
        self.head.say(shown.author or tr("Highlighted"), shown.moment)
        self.title.setText(tr("Highlight “{text}”", text=shown.text))
        self.swatch.setVisible(shown.style is not None and shown.outcome == "found")
        if shown.style is not None:
            self.swatch.setPixmap(_paint_swatch(QColor(*choose_style(shown.style).colour), self.devicePixelRatioF()))
            self.swatch.setToolTip(tr("The colour of these words on the photo"))
        self.text.show_text(describe_query(shown))
        self._list_places(shown)
        self.text.setAccessibleName(tr("Outcome of highlighting “{text}”", text=shown.text))
        self.text.setAccessibleDescription(self.text.text)
        self.setAccessibleDescription(f"{self.title.text()}\n{self.text.text}")

    def copy_text(self) -> None:
        """Put words and outcome on the clipboard."""
        QApplication.clipboard().setText(f"{self.title.text()}\n{self.text.text}")

    def _list_places(self, shown: ShownQuery) -> None:
        for number, (place, index) in enumerate(list_places(shown)):
            self.text.append_text(" " if number == 0 else ", ")
            if index is None:
                self.text.append_text(place)
            else:
                self.text.add_link(place, index)
        if basis := describe_basis(shown):
            self.text.append_text(f".\n{basis}")


def _paint_swatch(tint: QColor, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(14 * ratio), round(14 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(tint)
    painter.setPen(QColor(20, 20, 24))
    painter.drawRoundedRect(1, 1, 12, 12, 3, 3)
    painter.end()
    return pixmap
