"""The options of the command `evaluate`. What it does lies in `evaluate_run`, loaded when it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, ProfileOption, flatten_options
from station.sessions import Session


@dataclass(frozen=True)
class EvaluateOptions:
    """What to measure, with how many references, and where results go."""

    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of categories laid out like MVTec AD.")]
    category: Annotated[list[str], typer.Option("--category", help="Only this category; may be repeated.")] = field(
        default_factory=list
    )
    shots: Annotated[int, typer.Option("--shots", min=1, help="References drawn from train/good.")] = 1
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draw of references.")] = 0
    draws: Annotated[
        int, typer.Option("--draws", min=1, help="Repeat with seeds S, S+1 and so on, and print the mean.")
    ] = 1
    paired: Annotated[
        bool, typer.Option("--paired", help="Each photo's reference is the template train/good/<same name>.")
    ] = False
    query: Annotated[
        str | None, typer.Option("--query", help='Measure highlighting of this, such as "crack", instead of verdicts.')
    ] = None
    compared: Annotated[
        bool, typer.Option("--compared", help="With --query: look only where a photo differs from drawn references.")
    ] = False
    output: Annotated[Path | None, typer.Option("--output", help="Write scores.csv and the anomaly maps here.")] = None
    profile: ProfileOption = None


@flatten_options
def evaluate(what: EvaluateOptions, common: CommonOptions) -> None:
    """Measure how well defects are found in labelled photos.

    Folders are laid out like MVTec AD: CATEGORY/train/good, CATEGORY/test/good, CATEGORY/test/DEFECT and
    CATEGORY/ground_truth/DEFECT. This is a measurement: nothing of it goes into the audit database.
    """
    with Session(common, what.profile) as session:
        if what.query is not None:
            from station.evaluate_query_run import run_evaluate_query  # noqa: PLC0415 - loads filters

            run_evaluate_query(session, what, what.query)
            return
        from station.evaluate_run import run_evaluate  # noqa: PLC0415 - loads the model runtimes

        run_evaluate(session, what)
