"""The sample photos: copying them for the tutorial, and inspecting them where there is nothing else to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session


@flatten_options
def copy_samples(
    common: CommonOptions,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to copy them to.")] = Path("samples"),
) -> None:
    """Copy the sample photos to a folder.

    One product with good and defective parts and the masks of its defects, as `evaluate` needs them.
    """
    with Session(common) as session:
        from station.samples import copy_samples as copy  # noqa: PLC0415 - see `sessions`

        files = copy(folder)
        session.console.document({"folder": str(folder), "files": [str(file) for file in files]})
        session.console.result(f"{len(files)} files are in {folder}; try `evaluate {folder}`")


def run_sample_inspection(common: CommonOptions) -> None:
    """Inspect the sample photos and say what was done and where the files are."""
    with Session(common, empty_document={"inspections": []}) as session:
        from station.samples import inspect_samples  # noqa: PLC0415 - loads the model runtimes

        raise typer.Exit(inspect_samples(session))
