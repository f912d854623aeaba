"""The command line: which commands there are. Each is a few lines in the module of its theme.

Modules load what they need when a command runs, so that `--help` is quick. `main` is the console script. Without a
command the sample inspection runs.
"""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from station import audit_commands, model_commands, product_commands
from station.chat_commands import chat
from station.command_options import CommonOptions, ManyReferencesCommand, flatten_options
from station.evaluation_commands import evaluate
from station.inspection_commands import inspect
from station.record_commands import export, history, report, review, show
from station.sample_commands import copy_samples, run_sample_inspection

app = typer.Typer(
    name="anomalygpt",
    help="Visual inspection from one photo of a good part: verdict, defect mask, report and a provable record.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(cls=ManyReferencesCommand)(inspect)
app.command(cls=ManyReferencesCommand)(chat)
app.add_typer(product_commands.app, name="product")
app.command()(evaluate)
app.command()(history)
app.command()(show)
app.command()(review)
app.command()(report)
app.command()(export)
app.add_typer(audit_commands.app, name="audit")
app.add_typer(model_commands.app, name="model")
app.command("samples")(copy_samples)


@app.callback(invoke_without_command=True)
@flatten_options
def start(
    context: typer.Context,
    common: CommonOptions,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Take the options that come before a command; without a command run the sample inspection."""
    context.obj = common
    if version:
        from station.version import application_version  # noqa: PLC0415 - rarely needed

        typer.echo(f"anomalygpt {application_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        run_sample_inspection(common)


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # File names may hold bytes that are no text, and pipes of Windows speak an old code page.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="anomalygpt")
