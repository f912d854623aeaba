"""The options of the command `chat`. What it does lies in `chat_run`, loaded when it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import AnswersName, CommonOptions, ProfileOption, flatten_options
from station.sessions import Session


@dataclass(frozen=True)
class ChatOptions:
    """What to talk about, what to compare it with, and what to ask."""

    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A photo of a part.")]
    product: Annotated[str | None, typer.Option("--product", help="Compare with this product.")] = None
    reference: Annotated[
        list[Path],
        typer.Option("--reference", help="Compare with these photos of good parts: --reference IMAGE..."),
    ] = field(default_factory=list)
    ask: Annotated[list[str], typer.Option("--ask", help="Ask this and end; give it again for the next question.")] = (
        field(default_factory=list)
    )
    serial: Annotated[str, typer.Option("--serial", help="Serial number of the part, for the record.")] = ""
    profile: ProfileOption = None
    provider: Annotated[
        AnswersName | None,
        typer.Option("--provider", help="Who answers; `model providers` lists them."),
    ] = None


@flatten_options
def chat(what: ChatOptions, common: CommonOptions) -> None:
    """Inspect a photo and talk about what was found; without --ask line by line, until an empty line.

    Without product and reference the photo is recorded without a verdict. Exit status: 0, or 2 for an error.
    """
    with Session(common, what.profile, answers=what.provider, empty_document={"inspections": []}) as session:
        from station.chat_run import run_chat  # noqa: PLC0415 - loads the model runtimes

        raise typer.Exit(run_chat(session, what))
