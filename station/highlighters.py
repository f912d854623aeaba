"""What answers queries at a station: the trained highlighter where it is there, else filters, which need no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.highlighter.bridge.shipped import BACKBONE, is_shipped
from inference.highlighter.classical import ClassicalProvider
from station.errors import KNOWN_ERRORS
from station.models import MODELS_FOLDER

if TYPE_CHECKING:
    from inference.highlighter.provider import HighlightProvider
    from station.station import Station

_REASONS: tuple[type[Exception], ...] = (*KNOWN_ERRORS, ImportError)
"""What keeps a model from being loaded."""


def open_highlighter(station: Station) -> HighlightProvider:
    """Open the trained highlighter; where it cannot be opened, say why and return the filters."""
    folder = station.home / MODELS_FOLDER
    if station.settings.backbone == "dummy" or not is_shipped() or not (folder / BACKBONE).is_dir():
        return ClassicalProvider()
    from inference.highlighter.bridge.provider import open_bridge  # noqa: PLC0415 - loads torch

    try:
        return open_bridge(folder, station.settings.device)
    except _REASONS as error:
        station.note(f"The trained highlighter cannot be used, so filters answer: {error}")
        return ClassicalProvider()
