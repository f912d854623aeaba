"""Who answers questions at a station: templates over the facts, or a model where one is there and wanted.

A model is loaded once and kept. One that cannot be loaded is said with the reason, and the facts answer instead.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.licences import ANOMALYGPT_LICENCE
from inference.dialogue.model_folders import inspect_folder
from inference.dialogue.provider import AnswerProvider
from inference.errors import Cancelled
from inference.mini.shipped import EYE_PACK, LANGUAGE_PACK, is_shipped
from inference.model_packs import find_manifest, has_local_source
from station.errors import KNOWN_ERRORS, RequestError
from station.language import tr
from station.models import MODELS_FOLDER, install_packs

if TYPE_CHECKING:
    from station.station import Station

Loaded = TypeVar("Loaded")

_MINI_PACKS = (LANGUAGE_PACK, EYE_PACK)
_REASONS: tuple[type[Exception], ...] = (*KNOWN_ERRORS, MemoryError, ImportError, RuntimeError)
"""What keeps a model from being loaded; torch says with a RuntimeError that memory is full."""


@dataclass(frozen=True)
class Answerer:
    """What answers now, and why it is not what was wanted."""

    provider: AnswerProvider
    problem: str = ""
    """A sentence where a model was wanted and cannot answer, or not as it should; "" where nothing is wrong."""


def open_answerer(station: Station, is_cancelled: Callable[[], bool] = lambda: False) -> Answerer:
    """Open what the settings ask for; `Station.find_answerer` keeps it. Raises `Cancelled`."""
    wanted = station.settings.answers
    if wanted == "facts" or (wanted == "auto" and not _is_mini_there(station)):
        return Answerer(FactsProvider())
    openers = {"vlm": _open_vlm, "anomalygpt-7b": _open_anomalygpt}
    try:
        load = openers[wanted](station) if wanted in openers else lambda: _open_mini(station)
        provider = load_patiently(load, is_cancelled) if wanted in openers else load()
        return Answerer(provider, getattr(provider, "message", ""))
    except _REASONS as error:
        reason = str(error) or type(error).__name__
        problem = tr("The language model cannot answer, so the facts do: {reason}", reason=reason)
        return Answerer(FactsProvider(), problem)


def _is_mini_there(station: Station) -> bool:
    """Whether mini can answer without fetching anything: its weights ship, its pack is installed or lies ready."""
    if station.settings.backbone == "dummy" or not is_shipped():
        return False
    return all(
        (station.home / MODELS_FOLDER / pack).is_dir() or has_local_source(find_manifest(pack)) for pack in _MINI_PACKS
    )


def _open_mini(station: Station) -> AnswerProvider:
    from inference.mini.provider import open_mini  # noqa: PLC0415 - loads torch

    for pack in _MINI_PACKS:
        if not (station.home / MODELS_FOLDER / pack).is_dir():
            station.note(tr("Model pack {name} is not installed yet; installing it once.", name=pack))
            install_packs(station, pack)
    station.note(tr("Loading the language model."))
    return open_mini(station.home / MODELS_FOLDER, station.settings.device, station.settings.components)


def _open_vlm(station: Station) -> Callable[[], AnswerProvider]:
    if not station.settings.vlm_folder:
        raise RequestError(tr("No folder with a vision-language model is named; name it in the settings (vlm_folder)."))
    folder = Path(station.settings.vlm_folder).expanduser()
    licence = inspect_folder(folder).licence or tr("unknown")
    station.note(tr("Loading the model in {folder}; its licence: {licence}.", folder=folder, licence=licence))

    def load() -> AnswerProvider:
        from inference.dialogue.vlm_provider import open_vlm  # noqa: PLC0415 - loads torch

        return open_vlm(folder, station.settings.device)

    return load


def _open_anomalygpt(station: Station) -> Callable[[], AnswerProvider]:
    if not station.settings.anomalygpt_folder:
        raise RequestError(
            tr("No folder with AnomalyGPT's weights is named; name it in the settings (anomalygpt_folder).")
        )
    folder = Path(station.settings.anomalygpt_folder).expanduser()
    station.note(
        tr("Loading the model in {folder}; its licence: {licence}.", folder=folder, licence=ANOMALYGPT_LICENCE)
    )

    def load() -> AnswerProvider:
        from inference.dialogue.anomalygpt_provider import open_anomalygpt  # noqa: PLC0415 - loads torch

        return open_anomalygpt(folder, station.settings.device)

    return load


def load_patiently(load: Callable[[], Loaded], is_cancelled: Callable[[], bool]) -> Loaded:
    """Load in a thread of its own, so that a person can stop waiting; what comes late is let go. Raises `Cancelled`."""
    loading: Future[Loaded] = Future()

    def run() -> None:
        try:
            loading.set_result(load())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            loading.set_exception(error)

    Thread(target=run, name="loading a model", daemon=True).start()
    while True:
        try:
            return loading.result(timeout=0.05)
        except FutureTimeout:
            if loading.done():
                raise
            if is_cancelled():
                raise Cancelled from None
