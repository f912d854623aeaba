"""Answers on their way: one operation each, which belongs to its inspection whatever is on show meanwhile.

It shows nothing. What was recorded and what was said so far is told by signals with the number of the inspection.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gui.conversation_work import ask_work
from gui.operations import Failure, Operation, Operations
from gui.translated import tr
from storage.records import RecordedTurn


@dataclass
class Talk:
    """One answer on its way."""

    inspection_id: int
    name: str
    """The photo's, for a person."""
    typed: str
    """What was asked; "" when an answer is given again."""
    operation: Operation | None = None
    question: RecordedTurn | None = None
    """Set once it is recorded."""
    said: str = ""


class Talks(QObject):
    """Asks, and keeps what comes back apart by inspection; one answer per inspection at a time."""

    asked = Signal(object)
    """A `Talk` whose question is recorded now."""
    said = Signal(object)
    """A `Talk` whose answer went on."""
    answered = Signal(object, object)
    """A `Talk` and the `RecordedTurn` of its answer."""
    withdrawn = Signal(object)
    """A `Talk` that was stopped before it began; nothing of it is recorded."""
    failed = Signal(object, object)
    """A `Talk` and its `Failure`."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._talks: dict[int, Talk] = {}

    def find(self, inspection_id: int | None) -> Talk | None:
        """Return what is on its way for an inspection."""
        return self._talks.get(inspection_id) if inspection_id is not None else None

    def ask(self, inspection_id: int, name: str, question: str, replaces_turn_id: int | None = None) -> Talk:
        """Ask about an inspection, or have an answer given again."""
        talk = Talk(inspection_id, name, question)
        self._talks[inspection_id] = talk
        talk.operation = self._operations.run(
            tr("Answering about {name}", name=name),
            ask_work(inspection_id, question, replaces_turn_id),
            owner=self,
            on_success=lambda turns: self._end(talk, turns[1]),
            on_failure=lambda failure: self._fail(talk, failure),
            on_stream=lambda piece: self._take(talk, piece),
            on_cancelled=lambda: self._withdraw(talk),
        )
        return talk

    def stop(self, inspection_id: int | None) -> bool:
        """Stop the answer about an inspection; what was said until then is kept. False when there is none."""
        talk = self.find(inspection_id)
        if talk is None or talk.operation is None:
            return False
        talk.operation.cancel()
        return True

    def _take(self, talk: Talk, piece: object) -> None:
        if isinstance(piece, RecordedTurn):
            talk.question = piece
            self.asked.emit(talk)
        else:
            talk.said += str(piece)
            self.said.emit(talk)

    def _end(self, talk: Talk, answer: RecordedTurn) -> None:
        self._talks.pop(talk.inspection_id, None)
        self.answered.emit(talk, answer)

    def _fail(self, talk: Talk, failure: Failure) -> None:
        self._talks.pop(talk.inspection_id, None)
        self.failed.emit(talk, failure)

    def _withdraw(self, talk: Talk) -> None:
        self._talks.pop(talk.inspection_id, None)
        self.withdrawn.emit(talk)
