"""The options of the command `inspect`. What it does lies in `inspect_run`, loaded when it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import AnswersName, CommonOptions, ProfileOption, flatten_options
from station.sessions import Session


@dataclass(frozen=True)
class InspectOptions:
    """What to inspect, what to compare it with, and where results go."""

    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="Photos of parts.")] = field(
        default_factory=list
    )
    product: Annotated[str | None, typer.Option("--product", help="Compare with this product.")] = None
    reference: Annotated[
        list[Path],
        typer.Option("--reference", help="Compare with these photos of good parts: --reference IMAGE..."),
    ] = field(default_factory=list)
    folder: Annotated[list[Path], typer.Option("--folder", help="Inspect all photos of this folder.")] = field(
        default_factory=list
    )
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Write map, mask and overlay of each photo here."),
    ] = None
    report: Annotated[Path | None, typer.Option("--report", help="Write a PDF of these inspections here.")] = None
    query: Annotated[
        str | None, typer.Option("--query", help='Highlight this on each photo, such as "crack" or "crack, stain".')
    ] = None
    ask: Annotated[
        list[str], typer.Option("--ask", help="Ask this about each photo; give it again for the next question.")
    ] = field(default_factory=list)
    serial: Annotated[str, typer.Option("--serial", help="Serial number of the part, for the record.")] = ""
    profile: ProfileOption = None
    provider: Annotated[
        AnswersName | None, typer.Option("--provider", help="Who answers; `model providers` lists them.")
    ] = None


@flatten_options
def inspect(what: InspectOptions, common: CommonOptions) -> None:
    """Inspect photos and record what was found.

    Exit status: 0 all accepted, 1 something rejected, 3 something to review, 2 an error.
    """
    with Session(common, what.profile, answers=what.provider, empty_document={"inspections": []}) as session:
        from station.inspect_run import run_inspect  # noqa: PLC0415 - loads the model runtimes

        raise typer.Exit(run_inspect(session, what))
