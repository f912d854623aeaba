"""What the dialog of model packs asks a station to do, as plain functions for a lane. Nothing here touches a widget.

Of progress only the share is told: the words that come with it are those of the log, in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gui.operations import Control, Work
from station.licences import accept_licences
from station.models import PackInfo, find_importable, import_packs, install_packs, verify_packs, view_packs
from station.station import Station


def view_work() -> Work[tuple[PackInfo, ...]]:
    """Look which packs are there."""
    return lambda station, control: view_packs(station.home)


def verify_work() -> Work[tuple[PackInfo, ...]]:
    """Hash every file of every installed pack."""
    return lambda station, control: verify_packs(station, None, lambda share, what: control.progress(share))


def identify_work(source: Path) -> Work[tuple[PackInfo, ...]]:
    """Find out which packs a folder or file holds."""
    return lambda station, control: find_importable(source)


def install_work(name: str) -> Work[tuple[PackInfo, ...]]:
    """Note that the licence was accepted, then install a pack."""

    def install(station: Station, control: Control) -> tuple[PackInfo, ...]:
        accept_licences(station, [name])
        install_packs(station, name, lambda share, what: control.progress(0.9 * share))
        return verify_packs(station, None, lambda share, what: control.progress(0.9 + 0.1 * share))

    return install


def import_work(source: Path, names: Sequence[str]) -> Work[tuple[PackInfo, ...]]:
    """Note that the licences were accepted, then install what a folder or file holds."""

    def bring_in(station: Station, control: Control) -> tuple[PackInfo, ...]:
        accept_licences(station, names)
        import_packs(station, source, lambda share, what: control.progress(0.9 * share))
        return verify_packs(station, None, lambda share, what: control.progress(0.9 + 0.1 * share))

    return bring_in
