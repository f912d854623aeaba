"""A home folder with something to show: the sample product, its inspections, a decision, a conversation, a query."""

from __future__ import annotations

import shutil
from pathlib import Path

from station.batch import inspect_one
from station.conversing import ask
from station.highlighting import highlight
from station.products import Addition, add_product, prepare_product
from station.reviewing import dispose
from station.settings import Settings
from station.station import Station

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples" / "flange"
LONG_NAME = "Zylinderkopfdichtung, Werk Nord, Linie 3, Oberseite nach der zweiten Wäsche (Kunde 4711)"


def seed_home(home: Path, models: Path) -> None:
    """Fill a home folder whose model packs lie in `models`."""
    home.mkdir(parents=True)
    (home / "models").symlink_to(models)
    with Station(home, Settings(user="Anna Meier")) as station:
        reference = SAMPLES / "train" / "good" / "000.jpg"
        add_product(station, Addition("Flange DN50", (reference,)))
        add_product(station, Addition(LONG_NAME, (reference,)))
        product = prepare_product(station, "Flange DN50")
        for number, photo in enumerate(sorted(SAMPLES.glob("test/*/*.jpg"))):
            inspect_one(station, photo, product, f"SN-{4711 + number}")
        inspect_one(station, Path(__file__), product)
        newest = station.store.list_inspections(limit=1)[0].id
        dispose(station, newest - 2, "rework", "scratch", "can be polished on the fine grinder")
        ask(station, newest, "Is there a defect?")
        ask(station, newest, "How large is it, and how sure is that?")
        highlight(station, newest, "scratch")


def copy_home(seeded: Path, home: Path) -> None:
    """Copy a seeded home folder; its packs stay where they are."""
    shutil.copytree(seeded, home, symlinks=True)
