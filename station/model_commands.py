"""The commands `model ...`: the model packs of this home folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import STATUS_ERROR, Session

app = typer.Typer(help="Model packs: the weights behind the verdicts.", no_args_is_help=True)


@app.command("list")
@flatten_options
def list_models(common: CommonOptions) -> None:
    """List the model packs this application knows, and whether they are installed and intact."""
    with Session(common) as session:
        from station.models import describe_packs  # noqa: PLC0415 - loads the model packs

        packs = describe_packs(session.station)
        session.console.document({"model_packs": packs})
        columns = ("name", "version", "state", "default", "licence", "title")
        session.console.table(columns, [[str(pack[column]) for column in columns] for pack in packs])


@app.command()
@flatten_options
def install(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A pack, or `default` for all that are needed.")],
    common: CommonOptions,
) -> None:
    """Fetch a model pack, check it, and convert it once; a stopped download is resumed."""
    with Session(common) as session:
        from station.models import install_packs  # noqa: PLC0415 - loads the model packs

        with session.console.progress("installing") as on_progress:
            packs = install_packs(session.station, name, on_progress)
        _say(session, packs)


@app.command("import")
@flatten_options
def import_folder(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder or file with the weights.")],
    common: CommonOptions,
) -> None:
    """Install model packs from a folder or file, without any network."""
    with Session(common) as session:
        from station.models import import_packs  # noqa: PLC0415 - loads the model packs

        with session.console.progress("importing") as on_progress:
            packs = import_packs(session.station, folder, on_progress)
        _say(session, packs)


@app.command()
@flatten_options
def verify(common: CommonOptions) -> None:
    """Check every file of every installed model pack; status 2 where one is damaged."""
    with Session(common) as session:
        from station.models import describe_packs  # noqa: PLC0415 - loads the model packs

        packs = [pack for pack in describe_packs(session.station) if pack["state"] != "missing"]
        damaged = [pack for pack in packs if pack["state"] == "damaged"]
        session.console.document({"model_packs": packs})
        for pack in damaged:
            session.console.fail(str(pack["problem"]))
        session.console.result(f"{len(packs) - len(damaged)} of {len(packs)} installed model packs are intact")
        if damaged:
            raise typer.Exit(STATUS_ERROR)


@app.command()
@flatten_options
def providers(common: CommonOptions) -> None:
    """List who can answer questions, with licence, memory and speed; `--provider` and the settings choose."""
    with Session(common) as session:
        from station.answerer_list import list_answerers  # noqa: PLC0415 - looks into folders

        found = list_answerers(session.station)
        session.console.document({"providers": [asdict(each) for each in found]})
        columns = ("name", "state", "licence", "memory", "speed", "title")
        session.console.table(columns, [each.as_row() for each in found])
        for each in found:
            if each.problem:
                session.console.note(f"{each.name}: {each.problem}")


def _say(session: Session, packs: list[dict[str, object]]) -> None:
    session.console.document({"model_packs": packs})
    for pack in packs:
        session.console.result(f"{pack['name']} {pack['version']}: installed, SHA-256 {pack['sha256']}")
