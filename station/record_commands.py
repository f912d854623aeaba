"""The commands on past inspections: `history`, `show`, `review`, `report` and `export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session

if TYPE_CHECKING:
    from storage.records import InspectionFilter, RecordedInspection

Verdict = Literal["accept", "review", "reject"]
Decision = Literal["accept", "use-as-is", "rework", "scrap", "return"]


@dataclass(frozen=True)
class Narrowing:
    """Which inspections of the past are meant."""

    product: Annotated[str | None, typer.Option("--product", help="Of this product.")] = None
    verdict: Annotated[Verdict | None, typer.Option("--verdict", help="With this verdict.")] = None
    since: Annotated[str | None, typer.Option("--since", help="From this day or moment on, UTC: 2026-03-01.")] = None
    until: Annotated[str | None, typer.Option("--until", help="Before this day or moment, UTC.")] = None
    text: Annotated[
        str,
        typer.Option("--text", help="With this in the name of file, product, person or serial."),
    ] = ""

    def as_filter(self) -> InspectionFilter:
        """Return the same for storage."""
        from storage.records import InspectionFilter  # noqa: PLC0415 - see `sessions`

        return InspectionFilter(self.product, self.verdict, self.since, self.until, self.text)


@flatten_options
def history(
    narrowing: Narrowing,
    common: CommonOptions,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many, newest first.")] = 50,
    before: Annotated[int | None, typer.Option("--before", help="Older than the inspection of this number.")] = None,
) -> None:
    """List past inspections, newest first."""
    with Session(common, empty_document={"inspections": []}) as session:
        from station.documents import describe_summary  # noqa: PLC0415
        from station.wording import tabulate_summaries  # noqa: PLC0415

        summaries = session.station.store.list_inspections(narrowing.as_filter(), limit, before)
        session.console.document({"inspections": [describe_summary(summary) for summary in summaries]})
        if summaries:
            session.console.table(*tabulate_summaries(summaries))
        else:
            session.console.result("No inspection matches.")


@flatten_options
def show(
    inspection_id: Annotated[int, typer.Argument(metavar="ID", help="Number of an inspection.")],
    common: CommonOptions,
) -> None:
    """Show one past inspection.

    Verdict, evidence, who, when, with which weights, and what persons decided since.
    """
    with Session(common, empty_document={"inspections": []}) as session:
        _say(session, session.station.store.get_inspection(inspection_id))


@dataclass(frozen=True)
class ReviewOptions:
    """What a person decides on an inspection."""

    inspection_id: Annotated[int, typer.Argument(metavar="ID", help="Number of an inspection.")]
    decision: Annotated[Decision, typer.Option("--decision", help="What happens to the part.")]
    reason: Annotated[str, typer.Option("--reason", help="Why, in 10 characters or more.")]
    code: Annotated[str, typer.Option("--code", help="Code of the defect or reason, if you use some.")] = ""


@flatten_options
def review(decided: ReviewOptions, common: CommonOptions) -> None:
    """Record a person's decision on an inspection.

    It stands beside the machine's verdict, which stays as it is.
    """
    with Session(common, empty_document={"inspections": []}) as session:
        station = session.station
        station.store.add_disposition(
            decided.inspection_id, decided.decision, decided.code, decided.reason, station.actor
        )
        _say(session, station.store.get_inspection(decided.inspection_id))


@flatten_options
def report(
    inspection_ids: Annotated[list[int], typer.Argument(metavar="ID", help="Numbers of inspections.")],
    common: CommonOptions,
    output: Annotated[Path, typer.Option("-o", "--output", help="The PDF to write.")],
) -> None:
    """Write one PDF of one or more inspections."""
    with Session(common) as session:
        from station.reporting import write_report  # noqa: PLC0415 - loads reportlab

        digest = write_report(session.station, inspection_ids, output)
        session.console.document({"report": str(output), "sha256": digest, "inspections": inspection_ids})
        session.console.result(f"{output}, SHA-256 {digest}")


@flatten_options
def export(
    narrowing: Narrowing,
    common: CommonOptions,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    form: Annotated[Literal["csv"], typer.Option("--format", help="Form of the file.")] = "csv",
) -> None:
    """Write past inspections to a table for spreadsheets."""
    with Session(common) as session:
        from station.exporting import export_csv  # noqa: PLC0415 - see `sessions`

        rows = export_csv(session.station, narrowing.as_filter(), output)
        session.console.document({"export": str(output), "format": form, "rows": rows})
        session.console.result(f"{output}: {rows} inspections")


def _say(session: Session, record: RecordedInspection) -> None:
    from station.documents import describe_dispositions, describe_inspection  # noqa: PLC0415 - see `sessions`
    from station.outputs import find_recorded_files  # noqa: PLC0415
    from station.wording import describe_in_full  # noqa: PLC0415

    document = describe_inspection(record, record.file_name, find_recorded_files(session.station.store, record))
    document |= {
        "recorded_at": record.recorded_at,
        "recorded_by": record.recorded_by.name,
        "serial": record.serial,
        "dispositions": describe_dispositions(record),
    }
    session.console.document({"inspections": [document]})
    for line in describe_in_full(record):
        session.console.result(line)
