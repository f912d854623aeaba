"""Take the pictures: `python -m tests.screenshots OUT [--language de] [--theme dark] [--scale 2] [--size 2560x1440]`.

Needs the default model packs where the tests keep them. One process makes the pictures of one language, theme, scale
and size; without these options it starts itself once for each combination and ends with a sheet of small pictures.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

LANGUAGES = ("en", "de", "zh_CN")
THEMES = ("light", "dark")
PATIENCE_MS = 60_000


def main() -> int:
    """Read the options and take pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--theme", choices=THEMES)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--only", default="", help="part of the scenes' names")
    parser.add_argument("--home", type=Path, help="a seeded home folder")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.home is None:
        given.home = _seed()
    if given.language is None or given.theme is None:
        return _start_all(given)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = given.scale
    from tests.screenshots.taking import take_pictures

    width, height = (int(side) for side in given.size.split("x"))
    take_pictures(given.home, given.out, given.language, given.theme, (width, height), given.scale, given.only)
    return 0


def _seed() -> Path:
    from tests.screenshots.seeding import seed_home

    home = Path(tempfile.mkdtemp()) / "home"
    seed_home(home, Path(sys.prefix) / "test-home" / "models")
    return home


def _start_all(given: argparse.Namespace) -> int:
    languages = (given.language,) if given.language else LANGUAGES
    themes = (given.theme,) if given.theme else THEMES
    for language, theme in product(languages, themes):
        command = [sys.executable, "-m", "tests.screenshots", str(given.out), "--home", str(given.home)]
        command += ["--language", language, "--theme", theme, "--scale", given.scale, "--size", given.size]
        subprocess.run([*command, "--only", given.only], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
