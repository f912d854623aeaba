"""`python -m inference.synthesis --output DIR`: render the shipped sample photos again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from inference.errors import KnownError
from inference.synthesis.samples import write_samples


def main(arguments: list[str] | None = None) -> int:
    """Write the samples and list them; return 0, or 2 with a sentence where the folder cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m inference.synthesis", description=main.__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder that gets flange/train, flange/test, ...")
    folder = parser.parse_args(arguments).output
    try:
        for path in write_samples(folder):
            sys.stdout.write(f"{path}\n")
    except KnownError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
