"""The conversation about the inspection on show: questions, answers as they come, words to highlight.

It decides what may be asked now, and lets what comes back be shown. How turns look is `chat_turns`', what belongs to a
conversation `chat_content`', how an answer comes about `station.conversing`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gui.chat_bar import AskBar
from gui.chat_content import ChatContent
from gui.chat_export import save_conversation
from gui.chat_list import TurnList
from gui.chat_talks import Talk, Talks
from gui.chat_words import name_answerer
from gui.conversation_work import RecordedConversation, read_work
from gui.elided_label import ElidedLabel
from gui.empty_state import EmptyState
from gui.icons import icon
from gui.messages import Message
from gui.operations import Failure, Lane, Operations
from gui.theme import SPACING
from gui.translated import tr
from station.conversation import is_query
from station.conversing import check_question
from station.errors import RequestError
from storage.records import RecordedTurn

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult
    from station.opening import OpenedInspection

_PAUSE_MS = 30
"""Pieces of an answer are shown together at most this often."""
_ROOMY = QSize(230, 420)
"""Size from which there is room for the ready-made questions."""


class ChatPanel(QWidget):
    """Turns, ready-made questions, and the field."""

    region_selected = Signal(object)
    """Index of the region somebody clicked in a text."""
    query_asked = Signal(str)
    """Words to highlight."""
    message = Signal(object)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._content = ChatContent(None)
        self._talks = Talks(operations, self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._show_pieces)
        self._build()
        self._connect()
        self.show_inspection(None)

    # What the window calls

    def show_inspection(self, opened: OpenedInspection | None) -> None:
        """Show the conversation about an inspection; an answer that still comes for another goes on there."""
        self._forget_pending()
        record = opened.record if opened is not None else None
        self._content = ChatContent(record)
        self.turns.begin(self._content.places)
        self._pages.setCurrentIndex(0 if record is None else 1)
        self.about.setText(tr("About {name}", name=record.file_name) if record is not None else "")
        self.bar.say("")
        self._refresh()
        self._read_again()

    def ask(self, text: str) -> None:
        """Ask, or have short words such as "crack" highlighted; why that cannot be is said below the field."""
        if self._shown_id is None:
            self.message.emit(Message(tr("Inspect a part first, then ask about it.")))
        elif not is_query(text):
            self._ask_question(text)
        elif self._may_send(text):
            self.field.remember(text)
            self.bar.take_out(text)
            self.query_asked.emit(text.strip())

    def say_highlights(self, results: Sequence[QueryResult]) -> None:
        """Show what came of highlighting, each with its colour on the photo."""
        if self._shown_id is not None:
            self._content.add_results(results)
            self._refresh()
            self.turns.scroll_to_end()
            self._read_again()

    def stop(self) -> None:
        """Stop the answer about the inspection on show; what was said until then stays."""
        if self._talks.stop(self._shown_id):
            self.bar.say(tr("Stopping…"))

    # Building

    def _build(self) -> None:
        self.about = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self.about.setProperty("role", "muted")
        self.answerer = ElidedLabel(parent=self)
        self.answerer.setProperty("role", "muted")
        self.answerer.setAccessibleName(tr("Who answers the next question"))
        self.export_button = QToolButton(self)
        self.export_button.setIcon(icon("content-save-outline"))
        self.export_button.setAccessibleName(tr("Save the conversation to a file"))
        self.export_button.setToolTip(tr("Save the conversation to a file…"))
        self.turns = TurnList(self)
        self.bar = AskBar(self)
        self.ready, self.field = self.bar.ready, self.bar.field
        self._pages = QStackedWidget(self)
        self._pages.addWidget(
            EmptyState(
                "message-outline",
                tr("Nothing to talk about yet"),
                tr("Inspect a part first. Then ask here where the defect is, how large it is, or what to do next."),
                parent=self,
            )
        )
        self._pages.addWidget(self._build_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setFocusProxy(self.field)
        self.setAcceptDrops(True)

    def _build_page(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(SPACING, 0, SPACING, 0)
        head.setSpacing(SPACING // 2)
        head.addWidget(self.about, 1)
        head.addWidget(self.answerer, 1)
        head.addWidget(self.ready.menu_button)
        head.addWidget(self.export_button)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.turns, 1)
        layout.addWidget(self.bar)
        return page

    def _connect(self) -> None:
        self.turns.region_selected.connect(self.region_selected)
        self.turns.again_requested.connect(self._ask_again)
        self.bar.sent.connect(self.ask)
        self.bar.ready_asked.connect(self._ask_question)
        self.bar.stop_requested.connect(self.stop)
        self.export_button.clicked.connect(self._export)
        self._talks.asked.connect(self._show_asked)
        self._talks.said.connect(self._show_piece)
        self._talks.answered.connect(self._show_answer)
        self._talks.withdrawn.connect(self._take_back)
        self._talks.failed.connect(self._fail)
        self._operations.began.connect(self._enable)
        self._operations.ended.connect(self._enable)

    # Asking

    @property
    def _shown_id(self) -> int | None:
        return self._content.record.id if self._content.record is not None else None

    @property
    def _talk(self) -> Talk | None:
        """The answer that is coming about the inspection on show."""
        return self._talks.find(self._shown_id)

    def _ask_question(self, text: str) -> None:
        record = self._content.record
        if record is None or not self._may_send(text):
            return
        self.field.remember(text)
        self._talks.ask(record.id, record.file_name, text)
        self.turns.scroll_to_end()
        self._enable()

    def _ask_again(self, answer_id: int) -> None:
        record = self._content.record
        if record is not None and not self._find_reason():
            self._talks.ask(record.id, record.file_name, "", answer_id)
            self._enable()

    def _may_send(self, text: str) -> bool:
        """Whether a text can be asked now; else why not is said below the field."""
        if reason := self._find_reason():
            self.bar.say(reason)
            return False
        try:
            check_question(text)
        except RequestError as error:
            self.bar.say(str(error), is_error=True)
            return False
        self.bar.say("")
        return True

    def _find_reason(self) -> str:
        """Why nothing can be asked now; "" when it can."""
        if self._talk is not None:
            return tr("An answer is still coming; Esc stops it.")
        busy = [each for each in self._operations.active if each.lane == Lane.ENGINE]
        return tr("You can ask when this is done: {what}.", what=busy[0].title) if busy else ""

    # What comes back

    def _show_asked(self, talk: Talk) -> None:
        if talk is self._talk:
            self.bar.take_out(talk.typed)
            self._refresh()

    def _show_piece(self, talk: Talk) -> None:
        if talk is self._talk and not self._pause.isActive():
            self._pause.start()

    def _show_pieces(self) -> None:
        talk = self._talk
        if talk is not None and talk.question is not None:
            self.turns.show_answer(talk.question.id, talk.said)

    def _show_answer(self, talk: Talk, answer: RecordedTurn) -> None:
        if talk.inspection_id == self._shown_id:
            self._content.add_turns(answer)
            self.bar.say("")
            self._refresh()

    def _take_back(self, talk: Talk) -> None:
        if talk.inspection_id == self._shown_id:
            self.bar.say(tr("Stopped before it was asked; nothing was recorded."))
            self._refresh()

    def _fail(self, talk: Talk, failure: Failure) -> None:
        """Say why; what was typed is still in the field unless its question is recorded."""
        text = tr("There is no answer about {name}: {reason}", name=talk.name, reason=failure.sentence)
        if not failure.report:
            self.message.emit(Message(text, "error"))
        if talk.inspection_id == self._shown_id:
            self.bar.say(text, is_error=True)
            self._refresh()
            self._read_again()

    def _read_again(self) -> None:
        """Read what is recorded, which may be more than when the inspection was opened."""
        number = self._shown_id
        if number is not None:
            self._operations.run(
                tr("Reading the conversation"),
                read_work(number),
                lane=Lane.DATABASE,
                owner=self,
                on_success=self._take_recorded,
            )

    def _take_recorded(self, recorded: RecordedConversation) -> None:
        if recorded.inspection_id == self._shown_id:
            self._content.take_recorded(recorded)
            self.answerer.setText(name_answerer(recorded.answered_by))
            self._refresh()

    # Showing

    def _refresh(self) -> None:
        question = self._talk.question if self._talk is not None else None
        if question is not None:
            self._content.add_turns(question)
        self.turns.show_entries(self._content.list_entries(question.id if question is not None else None))
        self._show_pieces()
        self._enable()

    def _enable(self, _: object = None) -> None:
        """Let what can be done now be pressed, and say why the rest cannot."""
        reason = self._find_reason()
        self.bar.set_state(reason, self._talk is not None)
        self.turns.set_can_ask(not reason, reason)
        self.export_button.setEnabled(not self._content.is_empty)

    def _forget_pending(self) -> None:
        """Empty the field of a question that is on its way to the inspection that is left."""
        if self._talk is not None and self._talk.question is None:
            self.bar.take_out(self._talk.typed)

    def _export(self) -> None:
        if self._content.record is not None:
            save_conversation(self._operations, self._content.record, self, self.message.emit)

    # Keys, drops, size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the room to the turns where there is little."""
        super().resizeEvent(event)
        self.ready.set_roomy(self.width() >= _ROOMY.width() and self.height() >= _ROOMY.height())

    def event(self, event: QEvent) -> bool:
        """Claim Escape from the window's shortcuts while there is an answer to stop."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_stop(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape stops the answer."""
        if self._is_stop(event):
            self.stop()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take text."""
        if self.field.canInsertFromMimeData(event.mimeData()) and self._shown_id is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Put dropped text into the field."""
        self.field.insertFromMimeData(event.mimeData())
        self.field.setFocus()
        event.acceptProposedAction()

    def _is_stop(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self._talk is not None
