"""The words around a conversation: who said something and when, how an answer ended, what a query found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_time

from gui.chat_timeline import ShownQuery
from gui.translated import format_moment, place_word, tell, tr, trn
from station.conversing import count_left_out, find_answered_by, find_failure, find_problem
from station.language import language_locale
from storage.records import RecordedTurn

MOST_PLACES = 6
"""Places of a query's regions that are named; the viewer shows all."""


def list_ready_questions() -> tuple[tuple[str, str], ...]:
    """Return the ready-made questions: what the button says and what is asked."""
    return (
        (tr("Defect?"), tr("Is there a defect?")),
        (tr("Where?"), tr("Where is it?")),
        (tr("How large?"), tr("How large is it?")),
        (tr("How sure?"), tr("How sure is that?")),
        (tr("Why?"), tr("Why this verdict?")),
        (tr("What next?"), tr("What should I do next?")),
    )


def name_author(turn: RecordedTurn) -> str:
    """Return who said it: a person's name, or what an answer was made from."""
    if turn.role == "user":
        return turn.recorded_by.name if turn.recorded_by is not None else tr("Question")
    return name_answerer(find_answered_by(turn))


def name_answerer(who: str) -> str:
    """Return what answers are made from, for a person."""
    known = {
        "facts": tr("From the facts"),
        "mini": tr("Language model"),
        "anomalygpt-7b": tr("AnomalyGPT"),
        "vlm": tr("Vision model"),
    }
    return known.get(who) or tr("Answer by {name}", name=who)


def tell_time(recorded_at: str) -> str:
    """Return the time of today's turns, and date and time of older ones."""
    moment = datetime.fromisoformat(recorded_at.replace("Z", "+00:00")).astimezone()
    if moment.date() != datetime.now().astimezone().date():
        return format_moment(recorded_at, "short")
    return str(format_time(moment, "short", tzinfo=moment.tzinfo, locale=language_locale()))


def describe_end(turn: RecordedTurn) -> str:
    """Return how an answer ended where it did not end by itself; else ""."""
    if failure := find_failure(turn):
        return tr("Broke off: {reason}", reason=failure)
    ends = {
        "stopped": tr("Stopped: this is what was said until then."),
        "length": tr("Cut off: the answer became too long."),
    }
    return ends.get(turn.stop_cause, "") or find_problem(turn) or _describe_left_out(turn)


def ended_badly(turn: RecordedTurn) -> bool:
    """Whether something went wrong that a person should see at once."""
    return turn.stop_cause in ("failed", "length") or (turn.stop_cause != "stopped" and bool(find_problem(turn)))


def _describe_left_out(turn: RecordedTurn) -> str:
    count = count_left_out(turn)
    if not count:
        return ""
    return trn(
        "{count} earlier turn no longer fitted and was not read for this answer.",
        "{count} earlier turns no longer fitted and were not read for this answer.",
        count,
    )


def describe_query(query: ShownQuery) -> str:
    """Return what came of highlighting some words, without the places."""
    if query.outcome == "failed":
        return tell(query.sentence or "") or tr("The words could not be highlighted.")
    if query.outcome == "not found":
        return tr("Not found on this photo.") + _add_basis(query)
    return trn("Found in {count} place:", "Found in {count} places:", len(query.places))


def describe_basis(query: ShownQuery) -> str:
    """Return what a found query should be believed for."""
    return _add_basis(query).strip() if query.outcome == "found" else ""


def list_places(query: ShownQuery) -> Sequence[tuple[str, int | None]]:
    """Return the words for a found query's places, each with the region of the inspection that lies there, if any."""
    if query.outcome != "found":
        return ()
    named = [(place_word(place), index) for place, index in query.places]
    return tuple(dict.fromkeys(named))[:MOST_PLACES]


def _add_basis(query: ShownQuery) -> str:
    return "" if query.is_compared else " " + tr("No good part was compared: check it by eye.")
