"""Opens a detector for a home folder: makes sure of its model packs, opens the backbones, and picks device and profile.

What a backbone or a detector does is the inference room's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.backbones import Backbone, BackboneOptions, open_backbone
from inference.detector import Detector
from inference.model_packs import read_manifests
from inference.profiles import Profile, WholeView, find_profile
from station.models import MODELS_FOLDER, install_packs

if TYPE_CHECKING:
    from station.console import OnProgress
    from station.settings import ProfileName
    from station.station import Station

DUMMY = "dummy"


def open_detector(station: Station, profile_name: ProfileName, on_progress: OnProgress) -> Detector:
    """Open the detector of a profile; missing default packs are installed first, damaged ones are refused.

    Raises `ModelPackError` and `DeviceError`.
    """
    profile = find_profile(profile_name)
    if station.settings.backbone == DUMMY:
        return Detector([open_backbone(DUMMY, station.home / MODELS_FOLDER)], profile)
    make_sure_of_packs(station, on_progress)
    return Detector([_open(station, profile, view) for view in profile.views], profile)


def _open(station: Station, profile: Profile, view: WholeView) -> Backbone:
    settings = station.settings
    options = BackboneOptions(
        device=settings.device, precision=profile.precision, layers=view.layers, components=settings.components
    )
    return open_backbone(view.pack, station.home / MODELS_FOLDER, options)


def make_sure_of_packs(station: Station, on_progress: OnProgress) -> None:
    """Install the packs that are missing and that no part can be inspected without."""
    manifests = read_manifests().values()
    names = [manifest.name for manifest in manifests if manifest.default and manifest.role == "backbone"]
    missing = [name for name in names if not (station.home / MODELS_FOLDER / name).is_dir()]
    if missing:
        station.note(f"Model pack {', '.join(missing)} is not installed yet; installing it once.")
    for name in missing:
        install_packs(station, name, on_progress)
