"""The model packs of a home folder: what is installed, and installing more, which leaves an event per pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inference.model_packs import InstalledPack, PackStatus, import_pack, install_pack, list_packs
from station.console import OnProgress, ignore_progress

if TYPE_CHECKING:
    from station.station import Station

MODELS_FOLDER = "models"
"""Where in a home folder the packs lie, one folder each."""


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
            station.store.record_event("model_pack.installed", "model_pack", pack.identity.name, payload, station.actor)
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
