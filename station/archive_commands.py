"""The commands `archive ...`: copying this station's records to the plant's server.

What lies there is read and proved with `--archive` by the commands that read a home folder.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session

app = typer.Typer(help="Copy records to a PostgreSQL server of the plant.", no_args_is_help=True)

AddressArgument = Annotated[
    str,
    typer.Argument(metavar="URL", help="postgresql://USER@SERVER:5432/DATABASE; the password comes from PGPASSWORD."),
]


@app.command()
@flatten_options
def create(address: AddressArgument, common: CommonOptions) -> None:
    """Make an archive in an empty database of a PostgreSQL server, once; one that is there stays as it is."""
    with Session(common) as session:
        from station.archiving import make_archive  # noqa: PLC0415 - see `sessions`

        server = make_archive(session.station, address)
        session.console.document({"archive": server})
        session.console.result(f"The archive at {server} is ready; copy a station's records with 'archive sync'.")


@app.command()
@flatten_options
def sync(
    address: AddressArgument,
    common: CommonOptions,
    name: Annotated[
        str | None, typer.Option("--name", help="What a new station is called there; else as the computer.")
    ] = None,
) -> None:
    """Copy everything new of this station; interrupted, the next time goes on where it stopped."""
    with Session(common) as session:
        from station.archiving import copy_to_archive  # noqa: PLC0415 - see `sessions`

        with session.console.progress("copying") as on_progress:
            done = copy_to_archive(session.station, address, name, on_progress)
        session.console.document(asdict(done))
        session.console.result(
            f"{done.station} at {done.server}: {done.events} events, {done.rows} rows and {done.files} files copied and"
            f" verified; the archive holds event {done.head_seq}, head {done.head_hash}"
        )


@app.command("list")
@flatten_options
def list_stations(address: AddressArgument, common: CommonOptions) -> None:
    """List the stations of an archive and how far each was copied."""
    with Session(common, empty_document={"stations": []}) as session:
        from station.archiving import read_stations  # noqa: PLC0415 - see `sessions`

        found = read_stations(address)
        session.console.document({"stations": [asdict(each) for each in found]})
        for each in found:
            session.console.result(f"{each.name}: event {each.seq}, verified {each.verified_at}, head {each.hash}")
        if not found:
            session.console.result("No station was copied yet.")
