"""Changing settings as a person does: said in sentences, kept in the file, and noted in the chain where results depend.

What a setting means is `settings`' affair. A settings file that cannot be understood is put aside before it is written.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from station.errors import KNOWN_ERRORS, RequestError, explain_os_error
from station.language import tr
from station.outputs import replacing
from station.rights import Right
from station.settings import (
    SETTINGS_FILE,
    Settings,
    explain_refusal,
    read_kept_settings,
    read_settings,
    write_settings,
)

if TYPE_CHECKING:
    from station.station import Station

RESULT_SETTINGS = ("device", "profile", "backbone", "components", "pixel_limit")
"""Settings that a verdict can depend on; a change of one leaves an event."""
PERSONAL_SETTINGS = frozenset(("language", "theme"))
"""What anybody may choose, also before logging on."""
UPKEEP_SETTINGS = frozenset(("backup_folder", "backup_hours", "backup_keep", "check_days"))
"""What belongs to whoever may make backups; a change of one leaves an event, too."""
VARIABLE_PREFIX = "ANOMALYGPT_"


@dataclass(frozen=True)
class SettingsState:
    """The settings of a home folder, and where they come from."""

    settings: Settings
    path: Path
    """The settings file; it need not exist."""
    fixed: Mapping[str, str]
    """Variables of the environment that outrank the file, by the name of the setting."""
    warnings: tuple[str, ...]
    """A sentence for everything that could not be used."""


def describe_settings(home: Path) -> SettingsState:
    """Read the settings of a home folder as they are now."""
    settings, warnings = read_settings(home)
    present = {name.upper() for name in os.environ}
    variables = {name: VARIABLE_PREFIX + name.upper() for name in Settings.model_fields}
    fixed = {name: variable for name, variable in variables.items() if variable in present}
    return SettingsState(settings, home / SETTINGS_FILE, fixed, warnings)


def change_settings(station: Station, changes: Mapping[str, object]) -> SettingsState:
    """Keep changed settings; those that results depend on are noted in the chain, or not changed at all.

    Raises `NotAllowed`, `RequestError` for a value that is refused, and the known errors of storage.
    """
    _require_rights(station, changes)
    before = describe_settings(station.home)
    with _explain(before.path):
        kept = _read_bytes(before.path)
        _put_aside_if_broken(before.path)
        write_settings(station.home, _as_toml(changes))
    after = describe_settings(station.home)
    try:
        _note_change(station, before.settings, after.settings)
    except KNOWN_ERRORS:
        _restore(before.path, kept)
        raise
    return after


def repair_settings(station: Station) -> SettingsState:
    """Put the settings file aside and write one with what could be used of it. Raises `NotAllowed`."""
    station.acting(Right.SETTINGS)
    before = describe_settings(station.home)
    usable = read_kept_settings(station.home)
    with _explain(before.path):
        if before.path.exists():
            before.path.replace(_name_aside(before.path))
        write_settings(station.home, _as_toml(usable))
    return describe_settings(station.home)


def _require_rights(station: Station, names: Iterable[str]) -> None:
    """Ask for the right to change each setting before a byte is written."""
    for name in names:
        if name not in PERSONAL_SETTINGS:
            station.acting(Right.BACKUP if name in UPKEEP_SETTINGS else Right.SETTINGS)


def _note_change(station: Station, before: Settings, after: Settings) -> None:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for name in (*RESULT_SETTINGS, *sorted(UPKEEP_SETTINGS)):
        if old[name] != new[name]:
            payload = {"setting": name, "old": old[name], "new": new[name]}
            right = Right.BACKUP if name in UPKEEP_SETTINGS else Right.SETTINGS
            station.store.record_event("settings.changed", "setting", name, payload, station.acting(right))


@contextmanager
def _explain(path: Path) -> Iterator[None]:
    """Turn what pydantic and the system say into a sentence for a person."""
    try:
        yield
    except ValidationError as error:
        detail = error.errors()[0]
        reason = explain_refusal(detail)
        raise RequestError(tr('"{name}" was not changed: {reason}.', name=detail["loc"][0], reason=reason)) from error
    except OSError as error:
        raise RequestError(tr("Nothing was changed. {why}", why=explain_os_error(error, path))) from error


def _as_toml(changes: Mapping[str, object]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}


def _put_aside_if_broken(path: Path) -> None:
    """A file that is no TOML would be replaced as a whole; somebody may want to save what is in it."""
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        path.replace(_name_aside(path))


def _name_aside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}.toml.broken")


def _read_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _restore(path: Path, kept: bytes | None) -> None:
    with suppress(OSError):
        if kept is None:
            path.unlink(missing_ok=True)
            return
        with replacing(path) as beside:
            beside.write_bytes(kept)
