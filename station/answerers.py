"""Who answers questions at a station: templates over the facts, or a model where one is there and wanted.

A model is loaded once and kept. One that cannot be loaded is said with the reason, and the facts answer instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.provider import AnswerProvider
from inference.mini.shipped import LANGUAGE_PACK, is_shipped
from inference.model_packs import find_manifest, has_local_source
from station.errors import KNOWN_ERRORS
from station.language import tr
from station.models import MODELS_FOLDER, install_packs

if TYPE_CHECKING:
    from station.station import Station

_REASONS: tuple[type[Exception], ...] = (*KNOWN_ERRORS, MemoryError, ImportError, RuntimeError)
"""What keeps a model from being loaded; torch says with a RuntimeError that memory is full."""


@dataclass(frozen=True)
class Answerer:
    """What answers now, and why it is not what was wanted."""

    provider: AnswerProvider
    problem: str = ""
    """A sentence where a model was wanted and cannot answer; "" where nothing is wrong."""


def open_answerer(station: Station) -> Answerer:
    """Open what the settings ask for; `Station.find_answerer` keeps it."""
    wanted = station.settings.answers
    if wanted == "facts" or (wanted == "auto" and not _is_mini_there(station)):
        return Answerer(FactsProvider())
    try:
        return Answerer(_open_mini(station))
    except _REASONS as error:
        reason = str(error) or type(error).__name__
        problem = tr("The language model cannot answer, so the facts do: {reason}", reason=reason)
        return Answerer(FactsProvider(), problem)


def _is_mini_there(station: Station) -> bool:
    """Whether mini can answer without fetching anything: its weights ship, its pack is installed or lies ready."""
    if station.settings.backbone == "dummy" or not is_shipped():
        return False
    return (station.home / MODELS_FOLDER / LANGUAGE_PACK).is_dir() or has_local_source(find_manifest(LANGUAGE_PACK))


def _open_mini(station: Station) -> AnswerProvider:
    from inference.mini.provider import open_mini  # noqa: PLC0415 - loads torch

    if not (station.home / MODELS_FOLDER / LANGUAGE_PACK).is_dir():
        station.note(tr("Model pack {name} is not installed yet; installing it once.", name=LANGUAGE_PACK))
        install_packs(station, LANGUAGE_PACK)
    station.note(tr("Loading the language model."))
    return open_mini(station.home / MODELS_FOLDER, station.settings.device)
