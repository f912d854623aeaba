"""The commands that make the shipped weights anew: `train-mini` and `train-bridge`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, flatten_options
from station.console import Console, OnProgress
from station.sessions import Session

_BETWEEN_LINES = 0.02
"""Share of the work between two lines of a log."""


@flatten_options
def train_mini(
    common: CommonOptions,
    output: Annotated[Path, typer.Option(help="Folder that gets the weights; a stopped run there is gone on with.")],
    products: Annotated[int, typer.Option(min=2, help="How many products to simulate.")] = 96,
    inspections: Annotated[int, typer.Option(min=2, help="Inspections of each product.")] = 16,
    steps: Annotated[int, typer.Option(min=1, help="Steps of learning to see, 12 lessons each.")] = 160,
    reading_steps: Annotated[int, typer.Option(min=1, help="Steps, after those, of learning to read facts.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same weights on the same machine.")] = 0,
) -> None:
    """Teach mini, the small language model that sees: simulate inspections, then train on them."""
    with Session(common) as session:
        # Torch takes seconds to load; see `sessions`.
        from inference.mini.teaching import READING, Recipe, teach  # noqa: PLC0415
        from inference.mini.training import Plan  # noqa: PLC0415
        from station.models import MODELS_FOLDER, install_packs  # noqa: PLC0415

        reading = replace(READING, steps=reading_steps, seed=seed + 1)
        recipe = Recipe(products, inspections, Plan(steps=steps, seed=seed), reading)
        with session.console.progress("training mini") as on_progress:
            for name in ("dinov2-vits14", "efficientnet-lite2", "smollm2-135m"):
                install_packs(session.station, name, on_progress)
            weights = teach(
                recipe,
                session.station.home / MODELS_FOLDER,
                output,
                device=session.station.settings.device,
                on_progress=_Reporter(session.console, on_progress).report,
            )
        session.console.document({"weights": str(weights)})
        session.console.result(
            f"The weights are in {weights}; put the folder's two files into resources/mini to use them"
        )


@flatten_options
def train_bridge(
    common: CommonOptions,
    output: Annotated[Path, typer.Option(help="Folder that gets the weights; a stopped run there is gone on with.")],
    steps: Annotated[int, typer.Option(min=1, help="Steps of teaching, 8 photos each.")] = 900,
    seed: Annotated[int, typer.Option(help="The same seed gives the same weights on the same machine.")] = 0,
) -> None:
    """Teach bridge, the highlighter: draw photos with named defects, then train on them."""
    with Session(common) as session:
        from inference.highlighter.bridge.shipped import BACKBONE  # noqa: PLC0415 - see `train_mini`
        from inference.highlighter.bridge.teaching import teach  # noqa: PLC0415
        from inference.highlighter.bridge.training import Plan  # noqa: PLC0415
        from station.models import MODELS_FOLDER, install_packs  # noqa: PLC0415

        with session.console.progress("training bridge") as on_progress:
            install_packs(session.station, BACKBONE, on_progress)
            weights = teach(
                Plan(steps=steps, seed=seed),
                session.station.home / MODELS_FOLDER,
                output,
                device=session.station.settings.device,
                on_progress=_Reporter(session.console, on_progress).report,
            )
        session.console.document({"weights": str(weights)})
        session.console.result(
            f"The weights are in {weights}; put the folder's two files into resources/bridge to use them"
        )


class _Reporter:
    """Tells progress as a bar, and now and then as a line, which stays in a log."""

    def __init__(self, console: Console, on_progress: OnProgress) -> None:
        self._console = console
        self._on_progress = on_progress
        self._next = 0.0

    def report(self, share: float, what: str) -> None:
        """Take one report."""
        self._on_progress(share, what)
        if share >= self._next:
            self._console.note(f"{share:.0%}: {what}")
            self._next = share + _BETWEEN_LINES
