"""What was said and highlighted about the inspection on show, put together from its record and from what just came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gui.chat_timeline import Entry, ShownQuery, arrange_entries, show_recorded, show_result
from gui.conversation_work import RecordedConversation
from station.conversation import QUESTION_KEY
from station.conversing import KEYS_ON_SHOW
from storage.records import NewRegion, RecordedInspection, RecordedTurn

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult


class ChatContent:
    """Turns and queries of one inspection. Nothing that is known is lost when an older reading comes late."""

    def __init__(self, record: RecordedInspection | None) -> None:
        self.record = record
        self._regions: Sequence[NewRegion] = record.regions if record is not None else ()
        self._turns: dict[int, RecordedTurn] = {}
        self._queries: tuple[ShownQuery, ...] = ()
        self._words: tuple[str, ...] = ()
        """What is highlighted on the photo now, in the order of its colours."""
        if record is not None:
            self._queries = tuple(show_recorded(each, self._regions, None) for each in record.queries)
            self.add_turns(*record.turns)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return not self._turns and not self._queries

    @property
    def places(self) -> list[str]:
        """The word of the grid of each of the inspection's regions."""
        return [region.place for region in self._regions]

    def add_turns(self, *turns: RecordedTurn) -> None:
        """Take turns that are recorded, also those that are known."""
        self._turns |= {turn.id: _lighten(turn) for turn in turns}

    def add_results(self, results: Sequence[QueryResult]) -> None:
        """Take what highlighting just found; only this is on the photo from now on."""
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        known = tuple(replace(query, style=None) for query in self._queries if query.number >= 0)
        new = tuple(show_result(result, self._regions, now, style) for style, result in enumerate(results))
        self._queries = (*known, *new)
        self._words = tuple(result.query for result in results)

    def take_recorded(self, recorded: RecordedConversation) -> None:
        """Take what was read back: more turns, and the queries with who asked and when."""
        self.add_turns(*recorded.turns)
        split = len(recorded.queries) - len(self._words)
        newest = recorded.queries[max(split, 0) :]
        is_complete = tuple(query.text for query in newest) == self._words
        styles = [index - split if is_complete and index >= split else None for index in range(len(recorded.queries))]
        pairs = zip(recorded.queries, styles, strict=True)
        shown = [show_recorded(query, self._regions, style) for query, style in pairs]
        waiting = () if is_complete else tuple(query for query in self._queries if query.number < 0)
        self._queries = (*shown, *waiting)

    def list_entries(self, answering: int | None) -> tuple[Entry, ...]:
        """Return everything in the order of time; `answering` is the question that is being answered now."""
        turns = [self._turns[number] for number in sorted(self._turns)]
        return arrange_entries(turns, self._queries, answering)


def _lighten(turn: RecordedTurn) -> RecordedTurn:
    """Leave out what only the record needs, such as the facts: hundreds of turns stay in memory."""
    kept = {key: value for key, value in turn.decoding.items() if key in (QUESTION_KEY, *KEYS_ON_SHOW)}
    return replace(turn, decoding=kept, system_prompt="")
