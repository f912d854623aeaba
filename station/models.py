"""The model packs of a home folder: what is installed, and installing more, which leaves an event per pack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inference.errors import ModelPackError
from inference.model_packs import (
    InstalledPack,
    PackManifest,
    PackStatus,
    identify_packs,
    import_pack,
    install_pack,
    list_packs,
    read_manifests,
    verify_pack,
)
from station.console import OnProgress, ignore_progress
from storage.records import Actor

if TYPE_CHECKING:
    from station.station import Station

MODELS_FOLDER = "models"
"""Where in a home folder the packs lie, one folder each."""


PackState = Literal["verified", "installed", "damaged", "missing"]


@dataclass(frozen=True)
class PackInfo:
    """One model pack this application knows, and how it stands in a home folder."""

    name: str
    title: str
    version: str
    licence: str
    origin: str
    sha256: str
    """Of its weights."""
    size: int
    """Bytes of its weights."""
    download: int
    """Bytes that are fetched to install it."""
    is_needed: bool
    """Whether inspecting needs it."""
    state: PackState
    """"installed" means that its files are there and nobody has looked into them yet."""
    problem: str = ""
    """The sentence to show for a damaged one."""


def view_packs(home: Path) -> tuple[PackInfo, ...]:
    """Return every pack that can be had, needed ones first, without looking into any file."""
    return tuple(_inform(pack, "installed" if _has(home, pack) else "missing") for pack in _order_manifests())


def verify_packs(
    station: Station, names: Iterable[str] | None = None, on_progress: OnProgress = ignore_progress
) -> tuple[PackInfo, ...]:
    """Return every pack; every file of those named (all unless said) that are installed is read and hashed."""
    manifests = _order_manifests()
    wanted = {pack.name for pack in manifests} if names is None else set(names)
    found = []
    for place, pack in enumerate(manifests):
        on_progress(place / len(manifests), pack.name)
        found.append(_verify(station.home, pack, pack.name in wanted))
    on_progress(1.0, "verified")
    return tuple(found)


def find_importable(source: Path) -> tuple[PackInfo, ...]:
    """Return the packs that a folder or file holds, to read their licences first. Raises `ModelPackError`."""
    return tuple(_inform(pack, "missing") for pack in identify_packs(source))


def _order_manifests() -> list[PackManifest]:
    return sorted(read_manifests().values(), key=lambda pack: (not pack.default, pack.name))


def _has(home: Path, pack: PackManifest) -> bool:
    return (home / MODELS_FOLDER / pack.name).is_dir()


def _verify(home: Path, pack: PackManifest, is_wanted: bool) -> PackInfo:
    if not _has(home, pack):
        return _inform(pack, "missing")
    if not is_wanted:
        return _inform(pack, "installed")
    try:
        verify_pack(pack.name, home / MODELS_FOLDER)
    except ModelPackError as error:
        return _inform(pack, "damaged", str(error))
    return _inform(pack, "verified")


def _inform(pack: PackManifest, state: PackState, problem: str = "") -> PackInfo:
    return PackInfo(
        name=pack.name,
        title=pack.title,
        version=pack.version,
        licence=pack.licence,
        origin=pack.origin,
        sha256=pack.weights.sha256,
        size=pack.weights.size,
        download=pack.wheel.size,
        is_needed=pack.default,
        state=state,
        problem=problem,
    )


def describe_packs(station: Station) -> list[dict[str, object]]:
    """Return every pack this application knows and its state as JSON; all files of installed packs are hashed."""
    return [_describe_status(status) for status in list_packs(station.home / MODELS_FOLDER)]


def install_packs(station: Station, name: str, on_progress: OnProgress = ignore_progress) -> list[dict[str, object]]:
    """Install one pack or "default" for all that are needed. Raises `ModelPackError`."""
    before = _find_installed(station)
    packs = install_pack(name, station.home / MODELS_FOLDER, on_progress=on_progress)
    return _record(station, packs, before)


def import_packs(station: Station, source: Path, on_progress: OnProgress = ignore_progress) -> list[dict[str, object]]:
    """Install packs from a folder or file without a network. Raises `ModelPackError`."""
    before = _find_installed(station)
    packs = import_pack(source, station.home / MODELS_FOLDER, on_progress=on_progress)
    return _record(station, packs, before)


def _find_installed(station: Station) -> frozenset[str]:
    states = list_packs(station.home / MODELS_FOLDER)
    return frozenset(status.manifest.name for status in states if status.state == "installed")


def _record(station: Station, packs: tuple[InstalledPack, ...], before: frozenset[str]) -> list[dict[str, object]]:
    """Leave an event for each pack that was not there before, and describe all."""
    for pack in packs:
        if pack.identity.name not in before:
            payload = {**_describe(pack), "licence": pack.manifest.licence, "origin": pack.manifest.origin}
            station.store.record_event(
                "model_pack.installed", "model_pack", pack.identity.name, payload, Actor(station.user_name)
            )
    return [_describe(pack) for pack in packs]


def _describe(pack: InstalledPack) -> dict[str, object]:
    return {"name": pack.identity.name, "version": pack.identity.version, "sha256": pack.identity.sha256}


def _describe_status(status: PackStatus) -> dict[str, object]:
    manifest = status.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "sha256": manifest.weights.sha256,
        "state": status.state,
        "problem": status.problem,
        "default": manifest.default,
        "licence": manifest.licence,
        "title": manifest.title,
    }
