"""A conversation as a file to read: who asked what and when, every answer, also those that were stopped or replaced.

Plain text, or Markdown for a path that ends so. It is a copy in the person's language; the record stays what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from station.conversation import Exchange, arrange_conversation
from station.conversing import find_failure
from station.errors import RequestError
from station.language import format_moment, format_number, mark, tr
from station.outputs import make_folder, write_whole
from station.rights import Right
from storage.records import Actor, RecordedInspection, RecordedQuery, RecordedTurn

if TYPE_CHECKING:
    from station.station import Station

MARKDOWN = (".md", ".markdown")
_FENCE = "```"
_VERDICTS = {"accept": mark("Accept"), "review": mark("Review"), "reject": mark("Reject")}


def export_conversation(station: Station, inspection_id: int, path: Path) -> int:
    """Write the conversation about an inspection and return how many turns it has; the export leaves an event.

    Raises `RequestError` when nothing was said, `OutputError`, and the known errors of storage.
    """
    actor = station.acting(Right.EXPORT)
    record = station.store.get_inspection(inspection_id)
    if not record.turns and not record.queries:
        raise RequestError(tr("Nothing was said about this part yet; ask something first."))
    make_folder(path.parent)
    write_whole(write_conversation(record, is_markdown=path.suffix.lower() in MARKDOWN).encode(), path)
    payload = {"file": path.name, "turns": len(record.turns), "queries": len(record.queries)}
    station.store.record_event("conversation.exported", "inspection", record.id, payload, actor)
    return len(record.turns)


def write_conversation(record: RecordedInspection, *, is_markdown: bool) -> str:
    """Return the conversation as text, oldest first, highlighted words between the turns where they were typed."""
    title = tr("Conversation about {name}", name=record.file_name)
    head = f"# {_one_line(title)}" if is_markdown else f"{title}\n{'=' * len(title)}"
    blocks = [head, *_describe_inspection(record, is_markdown)]
    said = [*_list_exchanges(record), *((query.recorded_at, query) for query in record.queries)]
    for _, each in sorted(said, key=lambda pair: pair[0]):
        blocks += _write_exchange(each, is_markdown) if isinstance(each, Exchange) else [_write_query(each)]
    return "\n\n".join(blocks) + "\n"


def _list_exchanges(record: RecordedInspection) -> list[tuple[str, Exchange | RecordedQuery]]:
    return [(exchange.question.recorded_at, exchange) for exchange in arrange_conversation(record.turns)]


def _describe_inspection(record: RecordedInspection, is_markdown: bool) -> Iterator[str]:
    lines = [
        tr("Inspection {number}, {moment}", number=record.id, moment=format_moment(record.recorded_at)),
        tr("SHA-256 of the photo: {sha256}", sha256=record.photo.sha256),
    ]
    if record.product is not None:
        lines.append(tr("Product {product}, version {version}", product=record.product, version=record.product_version))
    if record.verdict is not None and record.score is not None:
        score = format_number(record.score, 1)
        lines.append(
            tr("Recorded verdict: {verdict}, score {score} of 100", verdict=tr(_VERDICTS[record.verdict]), score=score)
        )
    yield "\n".join(f"- {line}" for line in lines) if is_markdown else "\n".join(lines)
    yield tr("Nothing in this conversation changes the verdict.")


def _write_exchange(exchange: Exchange, is_markdown: bool) -> list[str]:
    blocks = [_write_turn(exchange.question, "", is_markdown)]
    newest = exchange.answer
    for answer in exchange.answers:
        note = "" if answer is newest else tr("replaced by a later answer")
        blocks.append(_write_turn(answer, note, is_markdown))
    return blocks if exchange.answers else [*blocks, tr("No answer was recorded.")]


def _write_turn(turn: RecordedTurn, note: str, is_markdown: bool) -> str:
    ends = [end for end in (note, _describe_end(turn)) if end]
    head = ", ".join([_name(turn.recorded_by), format_moment(turn.recorded_at), *ends])
    if not is_markdown:
        return f"{head}:\n{turn.text}"
    # Fenced, so that what somebody typed stays as it was typed, whatever it means to Markdown.
    fence = _FENCE
    while fence in turn.text:
        fence += "`"
    return f"**{_one_line(head)}**\n\n{fence}text\n{turn.text}\n{fence}"


def _write_query(query: RecordedQuery) -> str:
    moment = format_moment(query.recorded_at)
    head = tr("{name}, {moment}, highlighted “{text}”", name=_name(query.recorded_by), moment=moment, text=query.text)
    return f"{head}:\n{query.sentence}" if query.sentence else head


def _describe_end(turn: RecordedTurn) -> str:
    if failure := find_failure(turn):
        return tr("broke off: {reason}", reason=failure)
    return tr("stopped") if turn.stop_cause == "stopped" else ""


def _name(actor: Actor | None) -> str:
    return actor.name if actor is not None else tr("unknown")


def _one_line(text: str) -> str:
    return " ".join(text.split())
