"""The commands `audit ...`: proving, backing up and restoring the audit database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, flatten_options
from station.rights import Right
from station.sessions import STATUS_ERROR, Session

app = typer.Typer(help="Verify, back up and restore the audit database.", no_args_is_help=True)


@app.command()
@flatten_options
def verify(common: CommonOptions) -> None:
    """Recompute every hash of every record and file; status 2 and the places where something does not match."""
    with Session(common) as session:
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
) -> None:
    """Restore a backup into the new home folder given with --home."""
    with Session(common) as session:
        from station.errors import RequestError  # noqa: PLC0415 - see `sessions`
        from station.version import application_version  # noqa: PLC0415
        from storage.records import Actor  # noqa: PLC0415
        from storage.store import Store  # noqa: PLC0415

        if common.home is None:
            raise RequestError(
                "Name the new folder to restore into with --home; an existing home is never overwritten."
            )
        station = session.station
        actor = Actor(station.user_name)  # the new home has no accounts to log on with yet
        summary = Store.restore(source, station.home, actor, application_version=application_version())
        session.console.document(asdict(summary))
        session.console.result(f"{summary.folder}: {summary.events} events, {summary.blobs} files, verified")
