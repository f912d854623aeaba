"""The command line: which commands there are. Each is a few lines in the module of its theme.

Modules load what they need when a command runs, so that `--help` is quick. Without a command the window opens, or,
where there is none, the sample inspection runs (`window_command`).
"""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from station import (
    account_commands,
    archive_commands,
    audit_commands,
    model_commands,
    product_commands,
    retention_commands,
)
from station.chat_commands import chat
from station.command_options import CommonOptions, ManyReferencesCommand, flatten_options
from station.evaluation_commands import evaluate
from station.highlight_commands import highlight
from station.inspection_commands import inspect
from station.record_commands import export, history, report, show
from station.review_commands import comment, correct_mask, queue, review
from station.sample_commands import copy_samples
from station.statistics_commands import stats
from station.training_commands import train_bridge, train_mini
from station.window_command import OpenWindow, run_without_command, set_opener, window

app = typer.Typer(
    name="anomalygpt",
    help="Visual inspection from one photo of a good part: verdict, defect mask, report and a provable record.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(cls=ManyReferencesCommand)(inspect)
app.command(cls=ManyReferencesCommand)(highlight)
app.command(cls=ManyReferencesCommand)(chat)
app.add_typer(product_commands.app, name="product")
app.command()(evaluate)
app.command()(history)
app.command()(show)
app.command()(review)
app.command()(comment)
app.command("correct-mask")(correct_mask)
app.command()(queue)
app.command()(stats)
app.command()(report)
app.command()(export)
app.add_typer(audit_commands.app, name="audit")
app.add_typer(archive_commands.app, name="archive")
app.add_typer(retention_commands.app, name="retention")
app.add_typer(account_commands.app, name="account")
app.command()(account_commands.sign)
app.add_typer(model_commands.app, name="model")
app.command("samples")(copy_samples)
app.command("train-mini")(train_mini)
app.command("train-bridge")(train_bridge)
app.command()(window)


@app.callback(invoke_without_command=True)
@flatten_options
def start(
    context: typer.Context,
    common: CommonOptions,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Take the options that come before a command; without a command open the window."""
    context.obj = common
    if version:
        from station.version import application_version  # noqa: PLC0415 - rarely needed

        typer.echo(f"anomalygpt {application_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        run_without_command(common)


def main(open_window: OpenWindow | None = None) -> None:
    """Run the command line of this process; `open_window` opens the window where there is one."""
    set_opener(open_window)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # File names may hold bytes that are no text, and pipes of Windows speak an old code page.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="anomalygpt")
