"""A conversation as the pane shows it: questions with their answers, and highlighted words, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from station.conversation import Exchange, arrange_conversation
from storage.records import NewRegion, RecordedQuery, RecordedTurn

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult
    from inference.results import Region


class _Box(Protocol):
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


@dataclass(frozen=True)
class ShownExchange:
    """One question with its answers."""

    exchange: Exchange
    is_answering: bool = False
    """Whether a further answer is coming."""

    @property
    def key(self) -> tuple[str, int]:
        """What stays the same while the exchange goes on."""
        return "question", self.exchange.question.id

    @property
    def moment(self) -> str:
        """When it began."""
        return self.exchange.question.recorded_at


@dataclass(frozen=True)
class ShownQuery:
    """Highlighted words and what came of them."""

    number: int
    """Its number in the record; negative until the record was read."""
    text: str
    outcome: str
    sentence: str
    places: tuple[tuple[str, int | None], ...]
    """Each region's word of the grid, and the index of the inspection's region that lies there."""
    moment: str
    author: str = ""
    is_compared: bool = True
    style: int | None = None
    """Position among the queries that are on the photo now."""

    @property
    def key(self) -> tuple[str, int]:
        """What stays the same."""
        return "query", self.number


Entry = ShownExchange | ShownQuery


def arrange_entries(
    turns: Sequence[RecordedTurn], queries: Sequence[ShownQuery], answering: int | None
) -> tuple[Entry, ...]:
    """Return the conversation in the order of time; `answering` is the question that is being answered now."""
    exchanges = arrange_conversation(turns)
    shown: list[Entry] = [ShownExchange(each, each.question.id == answering) for each in exchanges]
    return tuple(sorted([*shown, *queries], key=lambda entry: entry.moment))


def show_recorded(query: RecordedQuery, regions: Sequence[NewRegion], style: int | None) -> ShownQuery:
    """Return a recorded query as it is shown; `regions` are those of the inspection."""
    outcome = query.outcome or ("found" if query.found else "not found")
    places = tuple((region.place, find_overlapping(region, regions)) for region in query.regions)
    compared = bool(query.details.get("compared", True))
    author = query.recorded_by.name
    return ShownQuery(query.id, query.text, outcome, query.sentence, places, query.recorded_at, author, compared, style)


def show_result(result: QueryResult, regions: Sequence[NewRegion], moment: str, style: int) -> ShownQuery:
    """Return what highlighting just found, before its record was read back."""
    places = tuple((region.place, find_overlapping(region, regions)) for region in result.regions)
    compared = bool(result.details.get("compared", True))
    return ShownQuery(-1 - style, result.query, result.outcome, result.sentence, places, moment, "", compared, style)


def find_overlapping(box: Region | NewRegion, regions: Sequence[NewRegion]) -> int | None:
    """Return the index of the inspection's region that shares most with a box; None when none does."""
    shared = [(_share(box, region), -index) for index, region in enumerate(regions)]
    most, index = max(shared, default=(0, 0))
    return -index if most > 0 else None


def _share(one: _Box, other: _Box) -> int:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)
