"""What the reference pane asks a station to do, as plain functions for a lane. Nothing here touches a widget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gui.operations import Control, Work
from station.products import Addition, add_product, add_references, approve_references, learn_in_advance
from station.references_check import ReferenceCheck, check_references
from station.rights import Right
from station.station import Station
from storage.records import ProductVersion


def list_work() -> Work[list[ProductVersion]]:
    """Read the newest version of every product, retired ones too: their names are taken."""
    return lambda station, control: station.store.list_products(include_retired=True)


def check_work(name: str | None, paths: Sequence[Path]) -> Work[tuple[ReferenceCheck, ...]]:
    """Look at photos before they become references; without a name, of a product still to be made."""
    return lambda station, control: check_references(station, name, paths, control.progress)


def create_work(name: str, paths: Sequence[Path]) -> Work[ProductVersion]:
    """Record a product that keeps to the profile in force now."""

    def create(station: Station, control: Control) -> ProductVersion:
        return add_product(station, Addition(name, tuple(paths), profile=station.settings.profile))

    return create


def add_work(new: Addition) -> Work[ProductVersion]:
    """Record more references."""
    return lambda station, control: add_references(station, new)


def learn_work(version: ProductVersion) -> Work[tuple[str, ...]]:
    """Learn a product; returns what is doubtful about it."""
    return lambda station, control: learn_in_advance(station, version, control.progress)


def approve_work(name: str, numbers: Sequence[int]) -> Work[ProductVersion]:
    """Approve proposed references one by one; each is a version of its own."""

    def approve(station: Station, control: Control) -> ProductVersion:
        versions = [approve_references(station, name, number) for number in numbers]
        return versions[-1]

    return approve


def retire_references_work(name: str, numbers: Sequence[int], reason: str) -> Work[ProductVersion]:
    """Retire references one by one; each is a version of its own."""

    def retire(station: Station, control: Control) -> ProductVersion:
        actor = station.acting(Right.PRODUCTS)
        versions = [station.store.retire_reference(name, number, actor, reason) for number in numbers]
        return versions[-1]

    return retire


def stand_work(name: str, reason: str, *, retire: bool) -> Work[ProductVersion]:
    """Take a product out of use, or back into it."""

    def change(station: Station, control: Control) -> ProductVersion:
        do = station.store.retire_product if retire else station.store.reinstate_product
        return do(name, station.acting(Right.PRODUCTS), reason)

    return change
