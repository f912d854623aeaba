"""Who could answer questions here: what is there, under which licence, how much memory it takes and how fast it is.

Nothing is loaded for this. Memory and speed are estimates from the size of the weights, meant to choose by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inference.backbones.provider import choose_device
from inference.dialogue.licences import ANOMALYGPT_LICENCE
from inference.dialogue.memory_plan import estimate_speed
from inference.dialogue.model_folders import inspect_folder, measure_weights
from inference.errors import DeviceError, ModelPackError
from inference.mini.shipped import LANGUAGE_PACK, is_shipped
from inference.model_packs import read_manifests
from station.language import format_number, tr
from station.models import MODELS_FOLDER
from station.settings import AnswersName, Settings

if TYPE_CHECKING:
    from station.station import Station

AnswererState = Literal["ready", "not installed", "not named", "unusable"]
_MINI_EXTRA = 250_000_000
"""Bytes of the vision backbone and of what is computed, beside mini's language model."""


@dataclass(frozen=True)
class AnswererInfo:
    """One of those who can answer, and how it stands."""

    name: AnswersName
    title: str
    licence: str
    state: AnswererState
    memory: int | None = None
    """Bytes, estimated; None where nothing can be said, 0 where hardly any."""
    speed: float | None = None
    """Tokens a second at most, estimated; None where answers come at once or nothing can be said."""
    problem: str = ""
    """Why it cannot answer; "" where it can."""
    is_chosen: bool = False

    def as_row(self) -> list[str]:
        """Return it as cells of a table."""
        return [self.name, self.state, self.licence, describe_memory(self), describe_speed(self), self.title]


def describe_memory(info: AnswererInfo) -> str:
    """Return the memory in words."""
    if info.memory is None:
        return "–"
    return tr("{size} GB", size=format_number(info.memory / 1e9, 1)) if info.memory else tr("hardly any")


def describe_speed(info: AnswererInfo) -> str:
    """Return the speed in words."""
    if info.name == "facts":
        return tr("at once")
    if info.speed is None:
        return "–"
    return tr("up to {count} words/s", count=format_number(0.75 * info.speed, 0 if info.speed > 10 else 1))


def list_answerers(station: Station, settings: Settings | None = None) -> tuple[AnswererInfo, ...]:
    """Return everybody who can answer by these settings, else by the station's; the one without a model first."""
    device = _find_device(station)
    settings = settings or station.settings
    facts = AnswererInfo("facts", tr("Templates over the record"), "Apache-2.0", "ready", 0)
    vlm = _look_into("vlm", settings.vlm_folder, device, _describe_vlm)
    published = _look_into("anomalygpt-7b", settings.anomalygpt_folder, device, _describe_anomalygpt)
    found = (facts, _describe_mini(station, device), published, vlm)
    chosen = find_chosen(station, settings)
    return tuple(replace(each, is_chosen=each.name == chosen) for each in found)


def find_chosen(station: Station, settings: Settings | None = None) -> str:
    """Return the name of who answers the next question, as far as can be told without loading it."""
    settings = settings or station.settings
    if settings.answers != "auto":
        return settings.answers
    is_there = is_shipped() and (station.home / MODELS_FOLDER / LANGUAGE_PACK).is_dir()
    return "mini" if is_there and settings.backbone != "dummy" else "facts"


def _find_device(station: Station) -> str:
    try:
        return choose_device(station.settings.device)
    except DeviceError:
        return "cpu"


def _describe_mini(station: Station, device: str) -> AnswererInfo:
    title = tr("Small AnomalyGPT: sees photo and map, speaks English")
    manifest = read_manifests().get(LANGUAGE_PACK)
    if manifest is None:
        return AnswererInfo("mini", title, "", "not installed", problem=tr("This program knows no pack for it."))
    size = manifest.weights.size
    is_there = (station.home / MODELS_FOLDER / LANGUAGE_PACK).is_dir()
    problem = ""
    if not is_shipped():
        problem = tr("Its trained weights did not come with this program; `train-mini` makes some.")
    elif not is_there:
        problem = tr("Model pack {name} is not installed; `model install {name}` installs it.", name=LANGUAGE_PACK)
    return AnswererInfo(
        "mini",
        title,
        manifest.licence,
        "not installed" if problem else "ready",
        2 * size + _MINI_EXTRA,
        estimate_speed(2 * size, device),
        problem,
    )


def _look_into(
    name: Literal["vlm", "anomalygpt-7b"], folder: str, device: str, describe: Callable[[Path, str], AnswererInfo]
) -> AnswererInfo:
    titles = {
        "vlm": tr("Vision-language model in a folder"),
        "anomalygpt-7b": tr("AnomalyGPT with the official weights"),
    }
    licence = ANOMALYGPT_LICENCE if name == "anomalygpt-7b" else tr("that of the folder")
    if not folder:
        setting = "vlm_folder" if name == "vlm" else "anomalygpt_folder"
        problem = tr("Name its folder in the settings ({setting}).", setting=setting)
        return AnswererInfo(name, titles[name], licence, "not named", problem=problem)
    try:
        return describe(Path(folder).expanduser(), device)
    except ModelPackError as error:
        return AnswererInfo(name, titles[name], licence, "unusable", problem=str(error))


def _describe_vlm(folder: Path, device: str) -> AnswererInfo:
    found = inspect_folder(folder)
    title = f"{found.architecture} ({folder.name})"
    speed = estimate_speed(found.weight_bytes, device)
    memory = round(1.2 * found.weight_bytes)
    return AnswererInfo("vlm", title, found.licence or tr("unknown"), "ready", memory, speed)


def _describe_anomalygpt(folder: Path, device: str) -> AnswererInfo:
    from inference.dialogue.anomalygpt_provider import find_weight_files  # noqa: PLC0415 - loads torch

    files = find_weight_files(folder)
    language = measure_weights(files.language_model)
    memory = language + files.imagebind.stat().st_size // 2 + files.anomalygpt.stat().st_size
    title = tr("AnomalyGPT with the official weights")
    return AnswererInfo("anomalygpt-7b", title, ANOMALYGPT_LICENCE, "ready", memory, estimate_speed(language, device))
