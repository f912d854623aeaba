"""The commands on past inspections: `history`, `show`, `report` and `export`. Review has `review_commands`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from station.command_options import ArchiveOptions, CommonOptions, flatten_options
from station.sessions import Session

if TYPE_CHECKING:
    from storage.records import HistoryOrder, InspectionFilter, RecordedInspection
    from storage.records import Verdict as VerdictWord

ExportForm = Literal["csv", "coco", "bundle"]
Reviewed = Literal["none", "any", "accept", "use-as-is", "rework", "scrap", "return"]
Severity = Literal["minor", "major", "critical"]
Masks = Literal["machine", "corrected"]
Sort = Literal["newest", "oldest", "score", "verdict", "product", "file-name", "serial"]


_DETAILS: dict[str, Literal["all", "not accepted", "none"]] = {
    "all": "all",
    "not-accepted": "not accepted",
    "none": "none",
}


class Verdict(StrEnum):
    """What the machine can say; Typer takes a list of choices only from an enumeration."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True)
class Narrowing:
    """Which inspections of the past are meant."""

    product: Annotated[str | None, typer.Option("--product", help="Of this product.")] = None
    verdict: Annotated[
        list[Verdict], typer.Option("--verdict", help="With this verdict; give it again for another.")
    ] = field(default_factory=list)
    since: Annotated[str | None, typer.Option("--since", help="From this day or moment on, UTC: 2026-03-01.")] = None
    until: Annotated[str | None, typer.Option("--until", help="Before this day or moment, UTC.")] = None
    text: Annotated[
        str,
        typer.Option("--text", help="With this in the name of file, product, person, in serial or reason."),
    ] = ""
    serial: Annotated[str, typer.Option("--serial", help="Whose serial number begins so.")] = ""
    numbers: Annotated[list[int], typer.Option("--id", min=1, help="With this number; give it again for another.")] = (
        field(default_factory=list)
    )
    disposition: Annotated[
        Reviewed | None, typer.Option("--disposition", help="On which persons last decided so; none: not yet.")
    ] = None
    severity: Annotated[Severity | None, typer.Option("--severity", help="Whose last decision has this severity.")] = (
        None
    )

    def as_filter(self) -> InspectionFilter:
        """Return the same for storage."""
        from storage.records import InspectionFilter  # noqa: PLC0415 - see `sessions`

        verdicts: tuple[VerdictWord, ...] = tuple(verdict.value for verdict in self.verdict)
        return InspectionFilter(
            self.product,
            verdicts,
            self.since,
            self.until,
            self.text,
            self.serial,
            self.disposition,
            self.severity,
            ids=tuple(self.numbers),
        )


@dataclass(frozen=True)
class Listing:
    """Which lines of the history are printed, and how they are sorted."""

    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")] = 50
    before: Annotated[int | None, typer.Option("--before", help="Older than the inspection of this number.")] = None
    sort: Annotated[Sort, typer.Option("--sort", help="Which come first.")] = "newest"
    failures: Annotated[
        bool, typer.Option("--failures", help="Photos that could not be judged, newest first, in place of inspections.")
    ] = False

    def as_order(self) -> HistoryOrder:
        """Return the order for storage: highest scores and worst verdicts first, names from A to Z."""
        from storage.records import HistoryOrder  # noqa: PLC0415 - see `sessions`

        orders: dict[Sort, HistoryOrder] = {
            "newest": HistoryOrder("time"),
            "oldest": HistoryOrder("time", descending=False),
            "score": HistoryOrder("score"),
            "verdict": HistoryOrder("verdict"),
            "product": HistoryOrder("product", descending=False),
            "file-name": HistoryOrder("file_name", descending=False),
            "serial": HistoryOrder("serial", descending=False),
        }
        return orders[self.sort]


@flatten_options
def history(narrowing: Narrowing, listing: Listing, source: ArchiveOptions, common: CommonOptions) -> None:
    """List past inspections, or, with --failures, the photos that could not be judged."""
    empty: dict[str, object] = {"failures" if listing.failures else "inspections": []}
    with Session(common, empty_document=empty, source=source) as session:
        (_list_failures if listing.failures else _list_inspections)(session, narrowing.as_filter(), listing)


def _list_inspections(session: Session, matching: InspectionFilter, listing: Listing) -> None:
    from station.documents import describe_summary  # noqa: PLC0415 - see `sessions`
    from station.wording import tabulate_summaries  # noqa: PLC0415

    store = session.station.store
    summaries = store.list_inspections(matching, listing.limit, listing.before, listing.as_order())
    session.console.document({"inspections": [describe_summary(summary) for summary in summaries]})
    if summaries:
        session.console.table(*tabulate_summaries(summaries))
    else:
        session.console.result("No inspection matches.")


def _list_failures(session: Session, matching: InspectionFilter, listing: Listing) -> None:
    from station.documents import describe_failure  # noqa: PLC0415 - see `sessions`
    from station.wording import tabulate_failures  # noqa: PLC0415

    failures = session.station.store.list_failures(matching, listing.limit, listing.before)
    session.console.document({"failures": [describe_failure(failure) for failure in failures]})
    if failures:
        session.console.table(*tabulate_failures(failures))
    else:
        session.console.result("No failure matches.")


@flatten_options
def show(
    inspection_id: Annotated[int, typer.Argument(metavar="ID", help="Number of an inspection.")],
    source: ArchiveOptions,
    common: CommonOptions,
) -> None:
    """Show one past inspection.

    Verdict, evidence, who, when, with which weights, and what persons added since: decisions, masks, comments,
    signatures.
    """
    with Session(common, empty_document={"inspections": []}, source=source) as session:
        say_record(session, session.station.store.get_inspection(inspection_id))


@flatten_options
def report(
    inspection_ids: Annotated[list[int], typer.Argument(metavar="ID", help="Numbers of inspections.")],
    source: ArchiveOptions,
    common: CommonOptions,
    output: Annotated[Path, typer.Option("-o", "--output", help="The PDF to write.")],
    pages: Annotated[
        Literal["auto", "all", "not-accepted", "none"],
        typer.Option(help="Which of several have pages of their own; auto: all of up to 30, else those not accepted."),
    ] = "auto",
) -> None:
    """Write one PDF of one or more inspections; several begin with the summary of the lot."""
    with Session(common, source=source) as session:
        from station.reporting import choose_details, write_report  # noqa: PLC0415 - loads reportlab

        details = choose_details(len(inspection_ids)) if pages == "auto" else _DETAILS[pages]
        with session.console.progress("making the report") as on_progress:
            digest = write_report(session.station, inspection_ids, output, details, on_progress)
        session.console.document({"report": str(output), "sha256": digest, "inspections": inspection_ids})
        session.console.result(f"{output}, SHA-256 {digest}")


@flatten_options
def export(
    narrowing: Narrowing,
    source: ArchiveOptions,
    common: CommonOptions,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    form: Annotated[
        ExportForm,
        typer.Option("--format", help="A table for spreadsheets, a data set for training, or a zip of proof."),
    ] = "csv",
    masks: Annotated[
        Masks, typer.Option("--masks", help="Of a data set: the machine's masks, or those that persons corrected.")
    ] = "machine",
) -> None:
    """Write past inspections: a table for spreadsheets, a COCO data set, or a bundle that proves them by itself."""
    with Session(common, source=source) as session:
        matching = narrowing.as_filter()
        if form == "coco":
            _export_coco(session, matching, output, masks)
        else:
            {"csv": _export_table, "bundle": _export_bundle}[form](session, matching, output)


def _export_table(session: Session, matching: InspectionFilter, output: Path) -> None:
    from station.exporting import export_csv  # noqa: PLC0415 - see `sessions`

    rows = export_csv(session.station, matching, output)
    session.console.document({"export": str(output), "format": "csv", "rows": rows})
    session.console.result(f"{output}: {rows} inspections")


def _export_coco(session: Session, matching: InspectionFilter, output: Path, masks: Masks) -> None:
    from station.coco import export_coco  # noqa: PLC0415 - see `sessions`
    from station.evidence import list_matching  # noqa: PLC0415

    numbers = list_matching(session.station, matching)
    with session.console.progress("exporting") as on_progress:
        count = export_coco(session.station, numbers, output, on_progress, masks)
    document = {
        "export": str(output),
        "format": "coco",
        "masks": masks,
        "inspections": numbers,
        "annotations": count,
    }
    session.console.document(document)
    session.console.result(f"{output}: {len(numbers)} inspections, {count} regions")


def _export_bundle(session: Session, matching: InspectionFilter, output: Path) -> None:
    from station.evidence import export_bundle, list_matching  # noqa: PLC0415 - see `sessions`

    numbers = list_matching(session.station, matching)
    with session.console.progress("exporting") as on_progress:
        anchor = export_bundle(session.station, numbers, output, on_progress)
    document = {"export": str(output), "format": "bundle", "inspections": numbers, "public_key": anchor.public_key}
    session.console.document(document)
    session.console.result(f"{output}: {len(numbers)} inspections; signed with the public key {anchor.public_key}")


def say_record(session: Session, record: RecordedInspection) -> None:
    """Print one inspection with everything that people added, as JSON or in words."""
    from station.documents import describe_inspection, describe_review  # noqa: PLC0415 - see `sessions`
    from station.outputs import InspectionFiles, find_recorded_files  # noqa: PLC0415
    from station.wording import describe_in_full, describe_signature  # noqa: PLC0415

    store = session.station.store
    signatures = store.list_signatures(record.id)
    files = find_recorded_files(store, record) if store.has_files else InspectionFiles(None, None, None)
    document = describe_inspection(record, record.file_name, files)
    document |= {
        "recorded_at": record.recorded_at,
        "recorded_by": record.recorded_by.name,
        "serial": record.serial,
        **describe_review(record, signatures),
    }
    session.console.document({"inspections": [document]})
    lines = (describe_signature(signature, record) for signature in signatures)
    for line in (*describe_in_full(record), *lines):
        session.console.result(line)
