"""The commands of review: `review`, `comment`, `correct-mask` and `queue`. Each adds a record or only reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from station.command_options import CommonOptions, flatten_options
from station.record_commands import Severity, say_record
from station.sessions import Session

Decision = Literal["accept", "use-as-is", "rework", "scrap", "return"]
Queue = Literal["waiting", "review", "unreviewed"]
NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of an inspection.")]


@dataclass(frozen=True)
class ReviewOptions:
    """What a person decides on an inspection."""

    inspection_id: NumberArgument
    decision: Annotated[Decision, typer.Option("--decision", help="What happens to the part.")]
    reason: Annotated[str, typer.Option("--reason", help="Why, in 10 characters or more.")]
    code: Annotated[str, typer.Option("--code", help="Code of the defect, one of the setting defect_codes.")] = ""
    severity: Annotated[Severity | None, typer.Option("--severity", help="How grave the defect is.")] = None


@flatten_options
def review(decided: ReviewOptions, common: CommonOptions) -> None:
    """Record a person's decision on an inspection.

    It stands beside the machine's verdict, which stays as it is.
    """
    with Session(common, empty_document={"inspections": []}) as session:
        from station.reviewing import dispose  # noqa: PLC0415 - see `sessions`

        number = decided.inspection_id
        dispose(session.station, number, decided.decision, decided.code, decided.reason, decided.severity)
        say_record(session, session.station.store.get_inspection(number))


@flatten_options
def comment(
    inspection_id: NumberArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The remark; kept word for word.")],
    common: CommonOptions,
) -> None:
    """Record a person's remark on an inspection."""
    with Session(common, empty_document={"inspections": []}) as session:
        from station.reviewing import comment as add_comment  # noqa: PLC0415 - see `sessions`

        add_comment(session.station, inspection_id, text)
        say_record(session, session.station.store.get_inspection(inspection_id))


@flatten_options
def correct_mask(
    inspection_id: NumberArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="PNG, BMP or TIFF of the photo's size, black and white.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, in 10 characters or more.")],
    common: CommonOptions,
) -> None:
    """Record the defect as a person drew it: white where it is.

    It stands beside the machine's mask, which stays as it is. The photo is meant upright, as `show` and reports have
    it.
    """
    with Session(common, empty_document={"inspections": []}) as session:
        from station.mask_correcting import correct_mask_from_file  # noqa: PLC0415 - see `sessions`

        correct_mask_from_file(session.station, inspection_id, file, reason)
        say_record(session, session.station.store.get_inspection(inspection_id))


@flatten_options
def queue(
    common: CommonOptions,
    what: Annotated[
        Queue,
        typer.Option(
            "--what",
            help="waiting: not accepted and not decided on; review: of these, where the machine was unsure; unreviewed:"
            " all that nobody decided on.",
        ),
    ] = "waiting",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")] = 50,
    before: Annotated[int | None, typer.Option("--before", help="Older than the inspection of this number.")] = None,
) -> None:
    """List the inspections that wait for a person's decision, newest first, and say how many there are."""
    with Session(common, empty_document={"inspections": [], "waiting": None}) as session:
        from station.documents import describe_summary  # noqa: PLC0415 - see `sessions`
        from station.reviewing import count_unreviewed, list_queue  # noqa: PLC0415
        from station.wording import tabulate_summaries  # noqa: PLC0415

        waiting = count_unreviewed(session.station, what)
        lines = list_queue(session.station, what, limit, before)
        session.console.document({"inspections": [describe_summary(line) for line in lines], "waiting": waiting})
        if lines:
            session.console.table(*tabulate_summaries(lines))
        session.console.result(_count(waiting))


def _count(waiting: int) -> str:
    if not waiting:
        return "Nothing waits for a decision."
    return "1 inspection waits for a decision." if waiting == 1 else f"{waiting} inspections wait for a decision."
