"""Asking about a recorded inspection: the question is recorded, the answer streamed from a provider, then recorded too.

Nothing said in a conversation ever changes a verdict. What answers lies in `inference.dialogue`, how a conversation is
read in `conversation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import inference.errors
from inference.dialogue.correcting import CHECK_VERSION, AnswerCheck
from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.provider import LONGEST_QUESTION, AnswerControl, AnswerProvider, EarlierTurn
from station.conversation import QUESTION_KEY, Exchange, arrange_conversation, find_exchange, list_earlier_turns
from station.errors import KNOWN_ERRORS, RequestError
from station.fact_finding import gather_facts
from station.language import current_language, tr
from station.rights import Right
from station.seeing import make_sight
from storage.records import Actor, NewTurn, RecordedInspection, RecordedTurn

if TYPE_CHECKING:
    from station.station import Station

FAILURE_KEY = "failure"
"""Where the record of an answer keeps why it failed."""

CHECK_KEY = "check"
"""Where the record of a model's answer keeps by which version of the check it was held against the facts."""
CORRECTIONS_KEY = "corrections"
"""Where it keeps every sentence that was not shown as the model said it: what it said, and what was shown instead.

What the model left unsaid and was added stands there too; what it said of that is empty.
"""
SAID_KEY = "said"
"""Where it keeps all that the model said, verbatim, where that is not what was shown."""
LEFT_OUT_KEY = "turns_left_out"
"""Where a provider notes how many earlier turns did not fit into what its model reads."""
ANSWERED_BY_KEY = "answered_by"
"""Where a provider notes that another one answered in its place."""
PROBLEM_KEY = "problem"
"""Where it keeps why the model that was wanted did not answer."""
KEYS_ON_SHOW = (FAILURE_KEY, ANSWERED_BY_KEY, PROBLEM_KEY, LEFT_OUT_KEY)
"""What of all this a window shows."""

OnPiece = Callable[[str], object]
OnAsked = Callable[[RecordedTurn], object]


def check_question(question: str) -> None:
    """Raise `RequestError` with a sentence for a question that cannot be asked."""
    if not question.strip():
        raise RequestError(tr("The question is empty; write what you want to know."))
    if len(question) > LONGEST_QUESTION:
        count, most = len(question), LONGEST_QUESTION
        raise RequestError(
            tr("The question has {count} characters; at most {most} can be asked at once.", count=count, most=most)
        )
    if "\0" in question:
        raise RequestError(tr("The question holds a zero byte, which is no text; write it anew."))


def ask(
    station: Station,
    inspection_id: int,
    question: str,
    on_piece: OnPiece = lambda piece: None,
    is_cancelled: Callable[[], bool] = lambda: False,
    replaces_turn_id: int | None = None,
    on_asked: OnAsked = lambda turn: None,
) -> tuple[RecordedTurn, RecordedTurn]:
    """Ask about an inspection; return the question's turn and the answer's, both recorded.

    `on_asked` is told once the question is recorded, `on_piece` gets the answer in pieces. With `replaces_turn_id`, the
    number of an answer, its question is answered again and `question` may be empty; the earlier answer stays. A stopped
    answer is kept with the stop cause "stopped", one that failed for a known reason with "failed". Raises
    `RequestError`, storage's errors, and whatever else broke an answer, which is recorded as failed before.
    """
    actor = station.acting(Right.INSPECT)
    record = station.store.get_inspection(inspection_id)
    exchanges = arrange_conversation(record.turns)
    if replaces_turn_id is None:
        check_question(question)
        asked = station.store.add_turn(inspection_id, NewTurn("user", question), actor)
    else:
        position = _find_answered(exchanges, replaces_turn_id, question)
        asked, exchanges = exchanges[position].question, exchanges[:position]
    on_asked(asked)
    answering = _Answering(station, record, asked, AnswerControl(is_cancelled, language=current_language()))
    said = answering.listen(exchanges, on_piece)
    answer = answering.keep(said, replaces_turn_id)
    if said.error is not None and not isinstance(said.error, (*KNOWN_ERRORS, MemoryError)):
        raise said.error
    return asked, answer


def find_answered_by(turn: RecordedTurn) -> str:
    """Return what an answer was made by: a model may leave a question to the facts, and its record says so."""
    return str(turn.decoding.get(ANSWERED_BY_KEY, "") or turn.provider)


def find_problem(turn: RecordedTurn) -> str:
    """Return why the model that was wanted did not answer; "" where nothing was wrong."""
    return str(turn.decoding.get(PROBLEM_KEY, ""))


def count_left_out(turn: RecordedTurn) -> int:
    """Return how many earlier turns were not read for an answer, because they did not fit."""
    number = turn.decoding.get(LEFT_OUT_KEY, 0)
    return number if isinstance(number, int) else 0


def find_failure(turn: RecordedTurn) -> str:
    """Return the sentence on why an answer failed; "" for one that did not."""
    return str(turn.decoding.get(FAILURE_KEY, "")) if turn.stop_cause == "failed" else ""


def _find_answered(exchanges: Sequence[Exchange], answer_id: int, question: str) -> int:
    position = find_exchange(exchanges, answer_id)
    if position is None:
        raise RequestError(tr("There is no answer {number} here that could be given again.", number=answer_id))
    if question not in ("", exchanges[position].question.text):
        raise RequestError(tr("Only the same question can be answered again; ask the other one as a new question."))
    return position


@dataclass(frozen=True)
class _Said:
    """What came of one answer."""

    text: str
    stop_cause: str
    error: BaseException | None = None


class _Answering:
    """One answer on its way: asked of the provider, listened to, recorded."""

    def __init__(
        self, station: Station, record: RecordedInspection, asked: RecordedTurn, control: AnswerControl
    ) -> None:
        self._station = station
        self._record = record
        self._asked = asked
        self._control = control
        self._facts = gather_facts(station, record)
        self._sight = make_sight(station, record)
        self._provider: AnswerProvider = FactsProvider()
        self._problem = ""
        self._raw: list[str] = []
        self._broke: BaseException | None = None
        self._check: AnswerCheck | None = None

    def listen(self, before: Sequence[Exchange], on_piece: OnPiece) -> _Said:
        """Take the answer piece by piece until it ends, is stopped or breaks off."""
        pieces: list[str] = []
        try:
            self._open_provider()
            turns = list_earlier_turns(before)
            answer = self._provider.answer(self._facts, turns, self._asked.text, self._control, self._sight)
            for piece in self._check_claims(turns, self._take(answer)):
                pieces.append(piece)
                on_piece(piece)
            if self._broke is not None:
                raise self._broke
        except (KeyboardInterrupt, inference.errors.Cancelled) as error:
            is_ours = isinstance(error, inference.errors.Cancelled)
            return _Said("".join(pieces), "stopped", None if is_ours else error)
        except Exception as error:  # noqa: BLE001 - what was said until then is kept whatever broke it
            return _Said("".join(pieces), "failed", error)
        return _Said("".join(pieces), "stopped" if self._control.is_cancelled else self._control.stop_cause)

    def _open_provider(self) -> None:
        """Loading may take long, and be stopped or break as an answer may."""
        answerer = self._station.find_answerer(lambda: self._control.is_cancelled)
        self._provider, self._problem = answerer.provider, answerer.problem

    def _check_claims(self, turns: Sequence[EarlierTurn], answer: Iterator[str]) -> Iterator[str]:
        """Hold what a model says against the facts, sentence by sentence, and add what was asked and left unsaid.

        Templates have nothing else to say.
        """
        if isinstance(self._provider, FactsProvider):
            yield from answer
            return
        self._check = AnswerCheck(self._facts, turns, self._asked.text, self._control.language)
        yield from self._check.check(answer)
        if self._broke is None and not self._control.is_cancelled:
            yield from self._check.complete()

    def _take(self, answer: Iterator[str]) -> Iterator[str]:
        """Hand on what is said; where it breaks off, what was begun is checked and kept before that is raised."""
        try:
            for piece in answer:
                if self._control.is_cancelled:
                    return
                self._raw.append(piece)
                yield piece
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - raised by `listen`
            self._broke = error

    def keep(self, said: _Said, replaces_turn_id: int | None) -> RecordedTurn:
        """Record the answer as it is, with all that repeats it."""
        decoding = {
            **self._provider.describe(),
            "seed": self._control.seed,
            **self._control.notes,
            QUESTION_KEY: self._asked.id,
            "facts": self._facts.as_json(),
        }
        if self._check is not None:
            decoding[CHECK_KEY] = CHECK_VERSION
            decoding[CORRECTIONS_KEY] = [correction.as_json() for correction in self._check.corrections]
            if (verbatim := "".join(self._raw)) != said.text:
                decoding[SAID_KEY] = verbatim
        if self._problem:
            decoding[PROBLEM_KEY] = self._problem
        if said.stop_cause == "failed":
            decoding[FAILURE_KEY] = _explain(said.error)
        turn = NewTurn(
            "assistant",
            said.text,
            provider=self._provider.name,
            system_prompt=self._provider.make_system_prompt(self._facts),
            decoding=decoding,
            stop_cause=said.stop_cause,
            replaces_turn_id=replaces_turn_id,
        )
        agent = Actor(f"answers ({self._provider.name})", "agent")
        return self._station.store.add_turn(self._record.id, turn, agent)


def _explain(error: BaseException | None) -> str:
    if isinstance(error, MemoryError):
        return tr("The computer's memory is full; close other programs and try again.")
    return str(error) if isinstance(error, KNOWN_ERRORS) else f"{type(error).__name__}: {error}"
