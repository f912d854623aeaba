"""Make the pictures: `python -m tests.textbook_pictures OUT [--only patchcore]`. Needs the default model packs."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from tests.textbook_pictures.drawing import save_row
from tests.textbook_pictures.scenes import SCENES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="part of a picture's name")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # so that sums are formed in one order
    for name, show in SCENES.items():
        if given.only in name:
            save_row(show(), given.out / f"{name}.png")
            print(given.out / f"{name}.png")


if __name__ == "__main__":
    main()
