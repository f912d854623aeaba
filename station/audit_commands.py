"""The commands `audit ...`: proving, backing up and restoring the audit database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.command_options import ArchiveOptions, CommonOptions, flatten_options
from station.rights import Right
from station.sessions import STATUS_ERROR, Session

if TYPE_CHECKING:
    from storage.integrity import CheckResult

app = typer.Typer(help="Verify, back up and restore the audit database.", no_args_is_help=True)


@app.command()
@flatten_options
def verify(source: ArchiveOptions, common: CommonOptions) -> None:
    """Recompute every hash of every record and file; status 2 and the places where something does not match."""
    with Session(common, source=source) as session:
        from station.documents import describe_verification  # noqa: PLC0415

        with session.console.progress("verifying") as on_progress:
            found = session.station.store.verify(on_progress)
        session.console.document(describe_verification(found))
        for warning in found.warnings:
            session.console.warn(warning.sentence)
        for problem in found.problems:
            session.console.fail(problem.sentence)
        counts = ", ".join(f"{count} {what}" for what, count in found.checked.items())
        session.console.result(f"{'intact' if found.ok else 'NOT INTACT'}: {counts}; head {found.head_hash or 'none'}")
        if not found.ok:
            raise typer.Exit(STATUS_ERROR)


@app.command()
@flatten_options
def check(
    common: CommonOptions,
    full: Annotated[bool, typer.Option("--full", help="Recompute everything, as `audit verify` does.")] = False,
) -> None:
    """Check the newest part of the records, quickly, or all of them, and record the result; status 2 for any damage."""
    with Session(common) as session:
        from station.upkeep import check_fully, check_quickly  # noqa: PLC0415

        with session.console.progress("checking") as on_progress:
            found = check_fully(session.station, on_progress)[0] if full else check_quickly(session.station)
        session.console.document(asdict(found))
        for sentence in found.problems:
            session.console.fail(sentence)
        session.console.result(_tell_check(found))
        if not found.ok:
            raise typer.Exit(STATUS_ERROR)


@app.command()
@flatten_options
def checks(
    common: CommonOptions,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")] = 50,
) -> None:
    """List the checks of the records with their results, newest first."""
    with Session(common) as session:
        found = session.station.store.keeping.list_checks(limit)
        session.console.document({"checks": [asdict(each) for each in found]})
        for each in found:
            session.console.result(_tell_check(each))
        if not found:
            session.console.result("Nothing was checked yet.")


@app.command()
@flatten_options
def anchor(common: CommonOptions) -> None:
    """Sign where the audit chain ends now. Keep what is printed elsewhere: it shows if the end is ever cut off."""
    with Session(common) as session:
        from station.upkeep import sign_now  # noqa: PLC0415
        from storage.anchors import fingerprint_key  # noqa: PLC0415

        made = sign_now(session.station)
        session.console.document({**asdict(made), "fingerprint": fingerprint_key(made.public_key)})
        session.console.result(f"event {made.seq}, signed {made.made_at} (for: {made.cause})")
        session.console.result(f"hash {made.head_hash}")
        session.console.result(f"public key {made.public_key}")
        session.console.result(f"fingerprint {fingerprint_key(made.public_key)}")


@app.command("rebuild-index")
@flatten_options
def rebuild_index(common: CommonOptions) -> None:
    """Make the index of words in conversations, comments and queries anew, when `audit verify` says that it differs."""
    with Session(common) as session:
        actor = session.station.acting(Right.BACKUP)
        rows = session.station.store.keeping.rebuild_search_index(actor)
        session.console.document({"rows": rows})
        session.console.result(f"The search index is made anew: {rows} texts.")


@app.command()
@flatten_options
def due(common: CommonOptions) -> None:
    """Do what is due, for a schedule: sign the day, check, back up where the settings say; status 2 for any fault."""
    with Session(common) as session:
        from station.upkeep import do_due_work  # noqa: PLC0415

        with session.console.progress("checking") as on_progress:
            done = do_due_work(session.station, on_progress)
        session.console.document(asdict(done))
        session.console.result(f"signed: {'event ' + str(done.anchor.seq) if done.anchor else 'today already'}")
        for found in (done.quick, done.full):
            if found is not None:
                session.console.result(_tell_check(found))
        if done.backup is not None:
            session.console.result(f"backup: {done.backup.folder}, verified")
        for sentence in (
            done.failure,
            *(problem for found in (done.quick, done.full) if found for problem in found.problems),
        ):
            if sentence:
                session.console.fail(sentence)
        if done.failure or not all(found.ok for found in (done.quick, done.full) if found):
            raise typer.Exit(STATUS_ERROR)


@app.command()
@flatten_options
def backup(
    destination: Annotated[Path, typer.Argument(metavar="DEST", help="A folder to be made.")],
    common: CommonOptions,
) -> None:
    """Copy the audit database and its files to a new folder and verify the copy."""
    with Session(common) as session:
        summary = session.station.store.backup(destination, session.station.acting(Right.BACKUP))
        session.console.document(asdict(summary))
        session.console.result(f"{summary.folder}: {summary.events} events, {summary.blobs} files, verified")


@app.command()
@flatten_options
def restore(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="A backup folder.")],
    common: CommonOptions,
    compare: Annotated[
        bool, typer.Option("--compare", help="Only say what is newer and older than the home folder; restore nothing.")
    ] = False,
) -> None:
    """Restore a backup into the new home folder given with --home; or compare it with the home folder in use."""
    with Session(common) as session:
        from station.errors import RequestError  # noqa: PLC0415 - see `sessions`
        from station.restoring import tell_relation  # noqa: PLC0415
        from station.settings import choose_home  # noqa: PLC0415
        from station.version import application_version  # noqa: PLC0415
        from storage.records import Actor  # noqa: PLC0415
        from storage.restore_comparison import compare_backup  # noqa: PLC0415
        from storage.store import Store  # noqa: PLC0415

        if compare:
            found = compare_backup(source, choose_home(common.home))
            session.console.document(asdict(found))
            for name, state in (("backup", found.backup), ("here", found.current)):
                if state is not None:
                    session.console.result(
                        f"{name}: {state.events} events, {state.inspections} inspections, last {state.last_event_at}"
                    )
            session.console.result(tell_relation(found))
            return
        if common.home is None:
            raise RequestError(
                "Name the new folder to restore into with --home; an existing home is never overwritten."
            )
        station = session.station
        actor = Actor(station.user_name)  # the new home has no accounts to log on with yet
        summary = Store.restore(source, station.home, actor, application_version=application_version())
        session.console.document(asdict(summary))
        session.console.result(f"{summary.folder}: {summary.events} events, {summary.blobs} files, verified")


def _tell_check(found: CheckResult) -> str:
    counts = ", ".join(f"{count} {what}" for what, count in found.checked.items())
    when = found.checked_at or "not recorded"
    return f"{found.kind} check, {when}: {'intact' if found.ok else 'NOT INTACT'} in {found.seconds:.1f} s ({counts})"
