"""What a command says: results and the one JSON document on stdout, everything else on stderr.

Knows nothing of inspections. Progress bars are drawn only where stderr is a terminal and nobody asked for quiet.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

OnProgress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done."""


class Console:
    """The two streams of one command."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._bar: Progress | None = None

    def result(self, text: str) -> None:
        """Say a line of the result to a person; with `--json` the document says it instead."""
        if not self.as_json:
            self._write(sys.stdout, text)

    def piece(self, text: str) -> None:
        """Say a piece of a line of the result as it comes; end the line with `result`."""
        if not self.as_json:
            sys.stdout.write(text)
            sys.stdout.flush()

    def prompt(self, text: str) -> None:
        """Ask a person at a terminal for a line."""
        sys.stderr.write(text)
        sys.stderr.flush()

    def note(self, text: str) -> None:
        """Say something that is good to know, unless quiet."""
        if not self.quiet:
            self._write(sys.stderr, text)

    def warn(self, text: str) -> None:
        """Say something a person must not miss."""
        self._write(sys.stderr, f"warning: {text}")

    def fail(self, sentence: str) -> None:
        """Say what went wrong."""
        self._write(sys.stderr, f"error: {sentence}")

    def document(self, document: Mapping[str, object]) -> None:
        """Print the JSON document where one was asked for; call it once per command."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
            sys.stdout.flush()

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows in aligned columns, whole, however narrow the terminal."""
        for line in format_table(header, rows):
            self.result(line)

    @contextmanager
    def progress(self, title: str) -> Iterator[OnProgress]:
        """Show a bar while the block runs and hand out the callback that moves it."""
        if self.quiet or self._bar is not None or not sys.stderr.isatty():
            yield ignore_progress
            return
        with _open_bar() as bar:
            task = bar.add_task(title, total=1.0)
            self._bar = bar
            try:
                yield lambda share, what: bar.update(task, completed=share, description=what or title)
            finally:
                self._bar = None

    def _write(self, stream: TextIO, text: str) -> None:
        if self._bar is not None and stream.isatty():
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
            return
        stream.write(text + "\n")
        stream.flush()


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: columns as wide as their widest cell, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def ignore_progress(share: float, what: str) -> None:
    """Take the place of a bar where nobody could see one."""


def _open_bar() -> Progress:
    from rich.console import Console as RichConsole  # noqa: PLC0415 - costs a tenth of a second that --help need not pay
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    return Progress(
        *columns, console=RichConsole(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    )
