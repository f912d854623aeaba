"""The options of the command `highlight`. What it does lies in `highlight_run`, loaded when it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, ProfileOption, flatten_options
from station.sessions import Session


@dataclass(frozen=True)
class HighlightOptions:
    """What to highlight on which photo, what to compare it with, and where results go."""

    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A photo of a part.")]
    query: Annotated[str, typer.Argument(metavar="QUERY", help='What to highlight, such as "crack" or "crack, stain".')]
    product: Annotated[str | None, typer.Option("--product", help="Compare with this product.")] = None
    reference: Annotated[
        list[Path],
        typer.Option("--reference", help="Compare with these photos of good parts: --reference IMAGE..."),
    ] = field(default_factory=list)
    output: Annotated[
        Path | None, typer.Option("--output", help="Write mask, cut-out and overlay of each query here.")
    ] = None
    serial: Annotated[str, typer.Option("--serial", help="Serial number of the part, for the record.")] = ""
    profile: ProfileOption = None


@flatten_options
def highlight(what: HighlightOptions, common: CommonOptions) -> None:
    """Highlight on a photo what is named in words, and record what was found.

    Without product and reference the photo is recorded without a verdict. Exit status: 0 whether it was found or not,
    2 for an error or a word that is not known.
    """
    with Session(common, what.profile, empty_document={"inspections": []}) as session:
        from station.highlight_run import run_highlight  # noqa: PLC0415 - loads the model runtimes

        raise typer.Exit(run_highlight(session, what))
