"""Which home folder is used, and the settings in it: `settings.toml`, overruled by variables `ANOMALYGPT_*`.

A broken settings file never stops the station: what cannot be used is named in a warning and its default holds. What a
command line says outranks both and is applied by `station`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from station.outputs import replacing

APPLICATION = "anomalygpt-inspector"
HOME_VARIABLE = "ANOMALYGPT_HOME"
SETTINGS_FILE = "settings.toml"

Device = Literal["auto", "cpu", "cuda", "mps"]
ProfileName = Literal["default", "fast"]
Components = Literal["framework", "textbook"]
AnswersName = Literal["auto", "facts", "mini", "anomalygpt-7b", "vlm"]


class Settings(BaseSettings):
    """What a person can set once for a home folder; every field has a default that works."""

    model_config = SettingsConfigDict(env_prefix="ANOMALYGPT_", frozen=True, extra="forbid")

    device: Device = "auto"
    profile: ProfileName = "default"
    backbone: Literal["packs", "dummy"] = "packs"
    """`dummy` judges without any model, for trying things out; every result is marked as such."""
    components: Components = "framework"
    """`textbook` runs backbone and small language model as they are written by hand, to learn from them."""
    answers: AnswersName = "auto"
    """What answers questions: templates over the facts, the small language model, or it where it is there."""
    vlm_folder: Annotated[str, Field(max_length=1000)] = ""
    """Folder of the vision-language model that `vlm` answers with."""
    anomalygpt_folder: Annotated[str, Field(max_length=1000)] = ""
    """Folder with AnomalyGPT's official weights, for `anomalygpt-7b`."""
    user: Annotated[str, Field(max_length=200)] = ""
    """Who acts, for the records; empty means the user of the operating system."""
    organisation: Annotated[str, Field(max_length=200)] = ""
    """Printed at the head of reports."""
    report_text: Annotated[str, Field(max_length=500)] = ""
    """A line for the foot of reports, such as an address."""
    report_logo: Annotated[str, Field(max_length=1000)] = ""
    """Path of a PNG or JPEG for the head of reports; empty means none."""
    pixel_limit: Annotated[int, Field(ge=1)] = 120_000_000
    """Photos with more pixels are refused."""
    language: Literal["system", "en", "de", "zh_CN"] = "system"
    theme: Literal["system", "light", "dark"] = "system"
    operator_mode: bool = False
    """Show only what a station needs, large; the window offers no way out of it."""
    lock_after_minutes: Annotated[int, Field(ge=0, le=480)] = 0
    """Minutes without mouse and keyboard after which whoever has logged on is logged off; 0 means never."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which level on the program writes its log in the home folder."""
    backup_folder: Annotated[str, Field(max_length=1000)] = ""
    """Where backups are made by the program itself; empty means nowhere, and none are made."""
    backup_hours: Annotated[int, Field(ge=1, le=8760)] = 24
    """Hours between two of these backups."""
    backup_keep: Annotated[int, Field(ge=1, le=1000)] = 7
    """How many of them stay; older ones go once a newer one is verified."""
    check_days: Annotated[int, Field(ge=0, le=365)] = 7
    """Days between two full checks of the audit database that the program makes by itself; 0 means none."""
    defect_codes: tuple[str, ...] = ("crack", "scratch", "dent", "hole", "stain", "burr", "missing part", "other")
    """Codes that a disposition can carry."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed over: `read_settings` merges file and environment, to drop what is bad."""
        return (init_settings,)


def choose_home(home: Path | None = None) -> Path:
    """Return the home folder: as given, else by `ANOMALYGPT_HOME`, else the system's place for application data."""
    chosen = home or Path(os.environ.get(HOME_VARIABLE, "") or platformdirs.user_data_dir(APPLICATION, appauthor=False))
    return chosen.expanduser().absolute()


def read_settings(home: Path) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings of `home` and a sentence for everything in them that could not be used."""
    from_file, warnings = _read_file(home / SETTINGS_FILE)
    from_environment = EnvSettingsSource(Settings)()
    settings, refused = _validate_what_can_be_used({**from_file, **from_environment})
    sources = {name: "ANOMALYGPT_" + name.upper() for name in from_environment}
    named = tuple(f"{sources.get(name, home / SETTINGS_FILE)}: {sentence}" for name, sentence in refused)
    return settings, (*warnings, *named)


def read_kept_settings(home: Path) -> dict[str, object]:
    """Return what the settings file of `home` itself says, as far as it can be used, whatever the environment says."""
    values, _ = _read_file(home / SETTINGS_FILE)
    settings, _ = _validate_what_can_be_used(values)
    return {name: value for name, value in settings.model_dump().items() if name in settings.model_fields_set}


def write_settings(home: Path, changes: Mapping[str, object]) -> Settings:
    """Change settings in the file of `home`, keep the rest of it, and return what then holds.

    Raises `pydantic.ValidationError` for a value that is refused, and `OSError`; the file is then as it was.
    """
    import tomli_w  # noqa: PLC0415 - only needed when something is changed

    # What else is in the file may be unusable; that is said when it is read and is no reason to refuse this change.
    Settings.model_validate(dict(changes))
    values, _ = _read_file(home / SETTINGS_FILE)
    merged = {**values, **changes}
    home.mkdir(parents=True, exist_ok=True)
    with replacing(home / SETTINGS_FILE) as beside:
        beside.write_text(tomli_w.dumps(merged), encoding="utf-8")
    return read_settings(home)[0]


def _read_file(path: Path) -> tuple[Mapping[str, object], tuple[str, ...]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), ()
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, (f"{path} could not be read ({error}); the default settings are used until it is repaired.",)


def _validate_what_can_be_used(values: Mapping[str, object]) -> tuple[Settings, list[tuple[str, str]]]:
    """Drop every value that is refused, one sentence each, and keep the rest."""
    try:
        return Settings.model_validate(values), []
    except ValidationError as error:
        reasons = {str(detail["loc"][0]): explain_refusal(detail) for detail in error.errors()}
    settings, more = _validate_what_can_be_used({name: values[name] for name in values if name not in reasons})
    refused = [(name, _say_ignored(name, reason)) for name, reason in reasons.items()]
    return settings, refused + more


def _say_ignored(name: str, reason: str) -> str:
    from station.language import tr  # noqa: PLC0415 - costs start-up time that `--help` need not pay

    return tr('"{name}" is ignored and its default used: {reason}.', name=name, reason=reason)


def explain_refusal(detail: ErrorDetails) -> str:
    """Return why a value is refused, to complete a sentence, in the language in use."""
    from station.language import tr  # noqa: PLC0415 - see above

    limits = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return tr("there is no such setting")
        case "literal_error":
            return tr("use one of {values}", values=str(limits.get("expected", "")).replace(" or ", ", "))
        case "string_too_long":
            return tr("it has more than {count} characters", count=limits.get("max_length"))
        case "greater_than_equal" | "less_than_equal":
            less = tr("it is less than {least}", least=limits.get("ge"))
            return less if "ge" in limits else tr("it is more than {most}", most=limits.get("le"))
        case kind if kind.endswith(("_type", "_parsing")):
            return tr("{value} is not what is kept there", value=repr(detail["input"])[:60])
        case _:
            return detail["msg"]
