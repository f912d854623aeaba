"""The conversation about the inspection on show: questions, answers as they come, words to highlight.

It keeps the turns in their order and decides what may be asked now. How turns look is `chat_turns`', how an answer
comes about `station.conversing`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gui.chat_export import save_conversation
from gui.chat_input import QuestionField
from gui.chat_list import TurnList
from gui.chat_ready import ReadyQuestions
from gui.chat_talks import Talk, Talks
from gui.chat_timeline import ShownQuery, arrange_entries, show_recorded, show_result
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
_PATIENCE_MS = 400
"""Work of the engine that takes longer is named as the reason why nothing can be asked."""
_ROOMY = 420
"""Height from which there is room for the ready-made questions."""


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
        self._opened: OpenedInspection | None = None
        self._turns: tuple[RecordedTurn, ...] = ()
        self._queries: tuple[ShownQuery, ...] = ()
        self._results: tuple[str, ...] = ()
        """The words that are on the photo now, in the order of their colours."""
        self._is_waiting = False
        """Whether the line below the field tells why nothing can be asked now."""
        self._talks = Talks(operations, self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._show_pieces)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._tell_why_not)
        self._build()
        self._connect()
        self.show_inspection(None)

    # What the window calls

    def show_inspection(self, opened: OpenedInspection | None) -> None:
        """Show the conversation about an inspection; an answer that still comes for another goes on there."""
        self._forget_pending()
        self._opened = opened
        self._results = ()
        record = opened.record if opened is not None else None
        regions = record.regions if record is not None else ()
        self.turns.begin([region.place for region in regions])
        self._pages.setCurrentIndex(0 if record is None else 1)
        self.about.setText(tr("About {name}", name=record.file_name) if record is not None else "")
        self._turns = record.turns if record is not None else ()
        self._queries = tuple(show_recorded(each, regions, None) for each in record.queries) if record else ()
        self._hint("")
        self._refresh()
        if record is not None:
            self._read_again()

    def ask(self, text: str) -> None:
        """Ask, or have short words such as "crack" highlighted; why that cannot be is said below the field."""
        if self._opened is None:
            self.message.emit(Message(tr("Inspect a part first, then ask about it.")))
        elif is_query(text) and self._may_send(text):
            self.field.remember(text)
            self._clear_if(text)
            self.query_asked.emit(text.strip())
        elif not is_query(text):
            self._ask_question(text)

    def say_highlights(self, results: Sequence[QueryResult]) -> None:
        """Show what came of highlighting, each with its colour on the photo."""
        if self._opened is None:
            return
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        regions = self._opened.record.regions
        known = tuple(replace(query, style=None) for query in self._queries if query.number >= 0)
        new = tuple(show_result(result, regions, now, style) for style, result in enumerate(results))
        self._queries = (*known, *new)
        self._results = tuple(result.query for result in results)
        self._refresh()
        self.turns.scroll_to_end()
        self._read_again()

    def stop(self) -> None:
        """Stop the answer about the inspection on show; what was said until then stays."""
        if self._talks.stop(self._shown_id):
            self._hint(tr("Stopping…"))

    # Building

    def _build(self) -> None:
        self.about = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self.about.setProperty("role", "muted")
        self.export_button = QToolButton(self)
        self.export_button.setIcon(icon("content-save-outline"))
        self.export_button.setAccessibleName(tr("Save the conversation to a file"))
        self.export_button.setToolTip(tr("Save the conversation to a file…"))
        self.turns = TurnList(self)
        self.ready = ReadyQuestions(self)
        self.field = QuestionField(self)
        self.send_button = QPushButton(self)
        self.send_button.setAutoDefault(False)
        self.hint = QLabel(self)
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
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
        self.field.setPlaceholderText(tr("Ask, or name what to highlight"))

    def _build_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(_in_row(self.about, self.ready.menu_button, self.export_button, margin=SPACING))
        layout.addWidget(self.turns, 1)
        below = QVBoxLayout()
        below.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING)
        below.setSpacing(SPACING - 2)
        below.addWidget(self.ready)
        below.addLayout(_in_row(self.field, self.send_button))
        below.addWidget(self.hint)
        layout.addLayout(below)
        return page

    def _connect(self) -> None:
        self.turns.region_selected.connect(self.region_selected)
        self.turns.again_requested.connect(self._ask_again)
        self.ready.asked.connect(self._ask_question)
        self.field.sent.connect(lambda: self.ask(self.field.text))
        self.field.textChanged.connect(self._enable)
        self.send_button.clicked.connect(self._press_button)
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
        return self._opened.record.id if self._opened is not None else None

    def _ask_question(self, text: str) -> None:
        if not self._may_send(text) or self._opened is None:
            return
        self.field.remember(text)
        self._hint("")
        record = self._opened.record
        self._talks.ask(record.id, record.file_name, text)
        self.turns.scroll_to_end()
        self._enable()

    def _ask_again(self, answer_id: int) -> None:
        if self._opened is None or self._find_reason():
            return
        record = self._opened.record
        self._talks.ask(record.id, record.file_name, "", answer_id)
        self._enable()

    def _may_send(self, text: str) -> bool:
        """Whether a text can be asked now; else why not is said below the field."""
        reason = self._find_reason()
        if reason:
            self._hint(reason)
            return False
        try:
            check_question(text)
        except RequestError as error:
            self._hint(str(error), is_error=True)
            return False
        self._hint("")
        return True

    def _tell_why_not(self) -> None:
        """Say below the field what the engine is busy with."""
        reason = self._find_reason()
        if reason and self._talks.find(self._shown_id) is None and not self.hint.text():
            self._hint(reason)

    def _find_reason(self) -> str:
        """Why nothing can be asked now; "" when it can."""
        if self._opened is None:
            return tr("Inspect a part first, then ask about it.")
        if self._talks.find(self._shown_id) is not None:
            return tr("An answer is still coming; Esc stops it.")
        busy = [each for each in self._operations.active if each.lane == Lane.ENGINE]
        return tr("You can ask when this is done: {what}.", what=busy[0].title) if busy else ""

    def _press_button(self) -> None:
        if self._talks.find(self._shown_id) is not None:
            self.stop()
        else:
            self.ask(self.field.text)

    def _enable(self, _: object = None) -> None:
        """Let what can be done now be pressed, and say why the rest cannot."""
        is_answering = self._talks.find(self._shown_id) is not None
        reason = self._find_reason()
        self.ready.set_can_ask(not reason, reason)
        self.turns.set_can_ask(not reason, reason)
        name = tr("Stop the answer (Esc)") if is_answering else tr("Send (Enter)")
        self.send_button.setIcon(icon("stop" if is_answering else "send", "text" if is_answering else "accent_text"))
        self.send_button.setProperty("kind", "" if is_answering else "primary")
        self.send_button.style().polish(self.send_button)
        self.send_button.setAccessibleName(name)
        self.send_button.setToolTip(name if is_answering or not reason else reason)
        self.send_button.setEnabled(is_answering or (not reason and bool(self.field.text.strip())))
        self.export_button.setEnabled(bool(self._turns or self._queries))
        self._follow_engine(reason)

    def _follow_engine(self, reason: str) -> None:
        if reason and not self._patience.isActive():
            self._patience.start()
        if not reason:
            self._patience.stop()
        if self._is_waiting and self.hint.text() != reason:
            self._hint(reason)

    # What comes back

    def _show_asked(self, talk: Talk) -> None:
        if talk.inspection_id == self._shown_id and talk.question is not None:
            self._turns = _join(self._turns, [talk.question])
            self._clear_if(talk.typed)
            self._refresh()

    def _show_piece(self, talk: Talk, _piece: str) -> None:
        if talk.inspection_id == self._shown_id and not self._pause.isActive():
            self._pause.start()

    def _show_pieces(self) -> None:
        talk = self._talks.find(self._shown_id)
        if talk is not None and talk.question is not None:
            self.turns.show_answer(talk.question.id, talk.said)

    def _show_answer(self, talk: Talk, answer: RecordedTurn) -> None:
        if talk.inspection_id != self._shown_id:
            return
        asked = [talk.question] if talk.question is not None else []
        self._turns = _join(self._turns, [*asked, answer])
        self._hint("")
        self._refresh()

    def _take_back(self, talk: Talk) -> None:
        if talk.inspection_id == self._shown_id:
            self._hint(tr("Stopped before it was asked; nothing was recorded."))
            self._refresh()

    def _fail(self, talk: Talk, failure: Failure) -> None:
        """Say why; what was typed is still in the field unless its question is recorded."""
        text = tr("There is no answer about {name}: {reason}", name=talk.name, reason=failure.sentence)
        if not failure.report:
            self.message.emit(Message(text, "error"))
        if talk.inspection_id == self._shown_id:
            self._hint(text, is_error=True)
            self._refresh()
            self._read_again()

    def _read_again(self) -> None:
        """Read what is recorded, which may be more than when the inspection was opened."""
        if self._opened is not None:
            self._operations.run(
                tr("Reading the conversation"),
                read_work(self._opened.record.id),
                lane=Lane.DATABASE,
                owner=self,
                on_success=self._take_recorded,
            )

    def _take_recorded(self, recorded: RecordedConversation) -> None:
        if self._opened is None or recorded.inspection_id != self._opened.record.id:
            return
        regions, count = self._opened.record.regions, len(self._results)
        old, new = recorded.queries[: len(recorded.queries) - count], recorded.queries[len(recorded.queries) - count :]
        is_complete = tuple(query.text for query in new) == self._results
        shown = [show_recorded(query, regions, None) for query in old]
        shown += [show_recorded(query, regions, style if is_complete else None) for style, query in enumerate(new)]
        waiting = () if is_complete else tuple(query for query in self._queries if query.number < 0)
        self._queries = (*shown, *waiting)
        self._turns = _join(self._turns, recorded.turns)
        self._refresh()

    # Showing

    def _refresh(self) -> None:
        talk = self._talks.find(self._shown_id)
        question = talk.question if talk is not None else None
        if question is not None:
            self._turns = _join(self._turns, [question])
        answering = question.id if question is not None else None
        self.turns.show_entries(arrange_entries(self._turns, self._queries, answering))
        self._show_pieces()
        self._enable()

    def _hint(self, text: str, *, is_error: bool = False) -> None:
        self.hint.setText(text)
        self.hint.setProperty("role", "error" if is_error else "muted")
        self.hint.style().polish(self.hint)
        self.hint.setVisible(bool(text))
        self._is_waiting = bool(text) and text == self._find_reason()

    def _clear_if(self, text: str) -> None:
        if text and self.field.text == text:
            self.field.clear()

    def _forget_pending(self) -> None:
        """Empty the field of a question that is on its way to the inspection that is left."""
        talk = self._talks.find(self._shown_id)
        if talk is not None and talk.question is None:
            self._clear_if(talk.typed)

    def _export(self) -> None:
        if self._opened is not None:
            save_conversation(self._operations, self._opened.record, self, self.message.emit)

    # Keys, drops, size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the room to the turns where there is little."""
        super().resizeEvent(event)
        self.ready.set_roomy(self.height() >= _ROOMY)

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
        if self.field.canInsertFromMimeData(event.mimeData()) and self._opened is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Put dropped text into the field."""
        self.field.insertFromMimeData(event.mimeData())
        self.field.setFocus()
        event.acceptProposedAction()

    def _is_stop(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self._talks.find(self._shown_id) is not None


def _join(turns: Sequence[RecordedTurn], more: Sequence[RecordedTurn]) -> tuple[RecordedTurn, ...]:
    """Return turns of both, in the order of their numbers."""
    by_number = {turn.id: turn for turn in (*turns, *more)}
    return tuple(by_number[number] for number in sorted(by_number))


def _in_row(widget: QWidget, *buttons: QWidget, margin: int = 0) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(margin, 0, margin, 0)
    row.setSpacing(SPACING - 2)
    row.addWidget(widget, 1)
    for button in buttons:
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
    return row
