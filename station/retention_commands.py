"""The commands `retention ...`: how long records are kept, legal holds, and purges that two people agree on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session

if TYPE_CHECKING:
    from storage.purging import Purge
    from storage.retention import RecordedRule, RetentionRule

app = typer.Typer(help="How long records are kept, legal holds, and purges.", no_args_is_help=True)

Keep = Literal["for-ever", "years", "life-and-years"]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in 10 characters or more.")]
PurgeArgument = Annotated[int, typer.Argument(metavar="PURGE", help="Number of a purge.")]
ProductOption = Annotated[str | None, typer.Option("--product", help="Only this product.")]


@dataclass(frozen=True)
class HoldOptions:
    """What a legal hold is on: a product, an inspection or, without either, everything."""

    reason: ReasonOption
    product: ProductOption = None
    inspection: Annotated[int | None, typer.Option("--inspection", help="Only the inspection of this number.")] = None


@app.command()
@flatten_options
def show(common: CommonOptions) -> None:
    """Show the rules and holds in force, what could be purged now, and every purge."""
    with Session(common) as session:
        from station.retaining import read_retention  # noqa: PLC0415 - see `sessions`

        state = read_retention(session.station)
        session.console.document(
            {
                "rules": [asdict(rule) for rule in state.rules],
                "holds": [asdict(hold) for hold in state.holds],
                "could_be_purged": asdict(state.preview),
                "purges": [asdict(purge) for purge in state.purges],
            }
        )
        for rule in state.rules:
            session.console.result(f"{_name(rule.product)}: {tell_rule(rule)}")
        for hold in state.holds:
            what = f"inspection {hold.inspection_id}" if hold.inspection_id is not None else _name(hold.product)
            session.console.result(f"legal hold on {what}, by {hold.set_by.name}: {hold.reason}")
        session.console.result(f"could be purged now: {state.preview.files} files, {state.preview.size} bytes")
        for purge in state.purges:
            session.console.result(_tell_purge(purge))


@app.command("set")
@flatten_options
def set_rule(
    reason: ReasonOption,
    keep: Annotated[
        Keep,
        typer.Option(
            "--keep",
            help="for-ever; years: after each inspection; life-and-years: after the end of the year in which the"
            " product was retired.",
        ),
    ],
    common: CommonOptions,
    years: Annotated[int, typer.Option("--years", min=0, max=200, help="How many years.")] = 0,
    product: ProductOption = None,
) -> None:
    """Say how long a product's records are kept, or, without a product, all that have no rule of their own."""
    with Session(common) as session:
        from station.retaining import set_rule as set_it  # noqa: PLC0415 - see `sessions`

        rule = set_it(session.station, product, keep, years, reason)
        session.console.document(asdict(rule))
        session.console.result(f"{_name(rule.product)}: {tell_rule(rule)}")


@app.command()
@flatten_options
def hold(held: HoldOptions, common: CommonOptions) -> None:
    """Put a legal hold on a product, an inspection or, without either, everything: no rule lets it go."""
    _set_hold(held, common, is_held=True)


@app.command()
@flatten_options
def release(held: HoldOptions, common: CommonOptions) -> None:
    """Release a legal hold; the rules count again."""
    _set_hold(held, common, is_held=False)


@app.command()
@flatten_options
def forecast(common: CommonOptions) -> None:
    """Say how much room records take now and in years, and when their time is over."""
    with Session(common) as session:
        from station.retaining import forecast as look_ahead  # noqa: PLC0415 - see `sessions`

        seen = look_ahead(session.station)
        session.console.document(asdict(seen))
        session.console.result(f"now: {seen.database_bytes} bytes of database, {seen.file_bytes} bytes of files")
        session.console.result(
            f"growth: {seen.bytes_per_day:.0f} bytes a day, over {_count(seen.days_looked_at, 'day')}"
        )
        for years, size in seen.ahead:
            session.console.result(f"in {_count(years, 'year')}: {size} bytes, if nothing is purged")
        for each in seen.expiring:
            when = "never" if each.year is None else f"after {each.year}"
            session.console.result(
                f"time over {when}: {each.inspections} inspections, {each.files} files, {each.size} bytes"
            )


@app.command()
@flatten_options
def propose(reason: ReasonOption, common: CommonOptions) -> None:
    """Propose to delete the files of everything whose time is over; somebody else must approve it."""
    with Session(common) as session:
        from station.retaining import propose_purge  # noqa: PLC0415 - see `sessions`

        _say_purge(session, propose_purge(session.station, reason))


@app.command()
@flatten_options
def approve(purge_id: PurgeArgument, reason: ReasonOption, common: CommonOptions) -> None:
    """Agree to a purge that somebody else proposed; nothing is deleted yet."""
    with Session(common) as session:
        from station.retaining import approve_purge  # noqa: PLC0415 - see `sessions`

        _say_purge(session, approve_purge(session.station, purge_id, reason))


@app.command()
@flatten_options
def withdraw(purge_id: PurgeArgument, reason: ReasonOption, common: CommonOptions) -> None:
    """Let a purge be; its files stay."""
    with Session(common) as session:
        from station.retaining import withdraw_purge  # noqa: PLC0415 - see `sessions`

        _say_purge(session, withdraw_purge(session.station, purge_id, reason))


@app.command()
@flatten_options
def purge(purge_id: PurgeArgument, common: CommonOptions) -> None:
    """Delete the files of an approved purge for good; their hashes and sizes stay on record."""
    with Session(common) as session:
        from station.retaining import carry_out_purge  # noqa: PLC0415 - see `sessions`

        with session.console.progress("purging") as on_progress:
            done = carry_out_purge(session.station, purge_id, on_progress)
        _say_purge(session, done)


def _set_hold(held: HoldOptions, common: CommonOptions, *, is_held: bool) -> None:
    with Session(common) as session:
        from station.retaining import set_hold  # noqa: PLC0415 - see `sessions`

        set_now = set_hold(session.station, held.product, held.inspection, held.reason, is_held=is_held)
        session.console.document(asdict(set_now))
        what = f"inspection {held.inspection}" if held.inspection is not None else _name(set_now.product)
        session.console.result(f"legal hold on {what} {'set' if is_held else 'released'}")


def _say_purge(session: Session, found: Purge) -> None:
    session.console.document(asdict(found))
    session.console.result(_tell_purge(found))


def tell_rule(rule: RetentionRule | RecordedRule) -> str:
    """Return a rule in words."""
    match rule.keep:
        case "years":
            return f"kept for {_count(rule.years, 'year')} after each inspection"
        case "life-and-years":
            return f"kept while the product is in use, and {_count(rule.years, 'calendar year')} after that year"
        case _:
            return "kept for ever"


def _tell_purge(found: Purge) -> str:
    second = f", {found.approved_by.name} for: {found.approval}" if found.approved_by else ""
    return (
        f"purge {found.id} is {found.standing}: {found.files} files, {found.size} bytes of {len(found.inspections)}"
        f" inspections; proposed by {found.proposed_by.name} for: {found.reason}{second}"
        + (f"; {found.purged_files} files deleted" if found.standing == "done" else "")
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _name(product: str | None) -> str:
    return "everything" if product is None else f"product {product}"
