"""Licences that a person accepts or looks up: of model packs, and of the packages and fonts the program is made of.

The texts lie in `resources/licences` and in the installed packages. That somebody accepted one is noted in the chain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inference.model_packs import read_manifests
from station.rights import Right
from station.version import DISTRIBUTION

if TYPE_CHECKING:
    from station.station import Station

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
_LICENCE_FILE = re.compile(
    r"(^|/)(licen[cs]e|copying|notice)[^/]*$|[.]dist-info/licenses/.*[.](txt|md)$", re.IGNORECASE
)
_FONT_LICENCE = "-LICENSE.txt"
_GENERAL_NAMES = {"Apache Software License": "Apache-2.0", "Apache 2.0 License": "Apache-2.0", "MIT License": "MIT"}
"""Old names of licences whose texts we have."""
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_LONGEST_NAME = 90


@dataclass(frozen=True)
class Component:
    """Something that is not ours and comes with the program."""

    name: str
    version: str
    licence: str
    """Its name, such as "Apache-2.0"."""
    kind: Literal["package", "font", "pack"] = "package"


def read_licence(licence: str) -> str:
    """Return the texts of the licences that a name such as "Apache-2.0 (weights), MIT (package)" mentions."""
    paths = sorted((RESOURCES / "licences").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8").strip("\n") for path in paths if path.stem in licence]
    return ("\n\n" + "-" * 72 + "\n\n").join(texts)


def accept_licences(station: Station, pack_names: Sequence[str]) -> None:
    """Note that the person at the station read and accepted the licences of these model packs."""
    manifests = read_manifests()
    for name in pack_names:
        payload = {"licence": manifests[name].licence, "origin": manifests[name].origin}
        station.store.record_event("licence.accepted", "model_pack", name, payload, station.acting(Right.MODELS))


def list_components() -> list[Component]:
    """Return the packages the program needs, the fonts and the model packs, by name."""
    packages = [_describe_package(name) for name in sorted(_find_needed(), key=str.casefold)]
    return [*packages, *_list_fonts(), *_list_packs()]


def read_component(component: Component) -> str:
    """Return the licence of a component in full; "" where its text did not come along."""
    if component.kind == "font":
        return (RESOURCES / "fonts" / f"{component.name}{_FONT_LICENCE}").read_text(encoding="utf-8")
    if component.kind == "package" and (text := _read_text(metadata.distribution(component.name))):
        return text
    return read_licence(_GENERAL_NAMES.get(component.licence, component.licence))


def _find_needed() -> set[str]:
    """Names of the installed packages that the program needs, directly or through others; none of test tools."""
    waiting, found = [DISTRIBUTION], dict[str, str]()
    while waiting:
        for requirement in _read_needs(waiting.pop()):
            name = _NAME.match(requirement)
            key = name.group().casefold().replace("_", "-") if name else ""
            if "extra ==" in requirement or key in found or not _is_installed(key):
                continue
            found[key] = str(metadata.metadata(key)["Name"])
            waiting.append(key)
    return set(found.values())


def _read_needs(name: str) -> list[str]:
    if name == DISTRIBUTION and not _is_installed(DISTRIBUTION):
        import tomllib  # noqa: PLC0415 - only in a checkout, where the program itself is not installed

        project = RESOURCES.parent / "pyproject.toml"
        return list(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"])
    return metadata.requires(name) or []


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        return False
    return True


def _describe_package(name: str) -> Component:
    package = metadata.distribution(name)
    return Component(name, package.version, _name_licence(package))


def _name_licence(package: metadata.Distribution) -> str:
    """Packages say it in one of three places; the newest way first."""
    said = package.metadata
    if "License-Expression" in said:
        return str(said["License-Expression"])
    line = str(said["License"]).strip() if "License" in said else ""
    if line and "\n" not in line and len(line) <= _LONGEST_NAME:
        return line
    classifiers = [str(value) for value in said.get_all("Classifier") or [] if str(value).startswith("License ::")]
    return ", ".join(value.rsplit(" :: ", 1)[-1] for value in classifiers) or line[:_LONGEST_NAME]


def _read_text(package: metadata.Distribution) -> str:
    files = [file for file in package.files or [] if _LICENCE_FILE.search(str(file)) and file.suffix != ".py"]
    paths = [Path(str(package.locate_file(file))) for file in files]
    texts = [path.read_text(encoding="utf-8", errors="replace").strip() for path in paths if path.is_file()]
    return ("\n\n" + "-" * 72 + "\n\n").join(dict.fromkeys(texts))


def _list_fonts() -> list[Component]:
    files = sorted((RESOURCES / "fonts").glob(f"*{_FONT_LICENCE}"))
    names = {"DejaVuSans": "Bitstream Vera / DejaVu", "DroidSansFallback": "Apache-2.0", "IBMPlex": "OFL-1.1"}
    stems = [file.name.removesuffix(_FONT_LICENCE) for file in files]
    return [Component(stem, "", names.get(stem, ""), "font") for stem in stems]


def _list_packs() -> list[Component]:
    return [Component(pack.title, pack.version, pack.licence, "pack") for pack in read_manifests().values()]
