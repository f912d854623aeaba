"""What lies in a folder with a model in transformers' form: read from its small files, without loading anything.

Whether such a folder can answer is said in a sentence; loading it is the affair of whoever answers with it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from inference.errors import ModelPackError

_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_SMALL = 2**20
_EYES = ("vision_config", "vision_tower", "visual", "vision_model")
_LICENCE = re.compile(r"^licen[cs]e:\s*(\S[^\n]{0,60})", re.MULTILINE)
_LICENCE_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING")


@dataclass(frozen=True)
class ModelFolder:
    """One folder as it is described by its small files."""

    path: Path
    architecture: str
    weight_bytes: int
    licence: str
    """As its README says; "" where nothing says it, which is to be shown as unknown."""
    fingerprint: str
    """SHA-256 over the small files, and names, sizes and both ends of the large ones."""


def inspect_folder(path: Path) -> ModelFolder:
    """Describe a folder; `ModelPackError` with a sentence where it can be no model with eyes."""
    config = read_config(path)
    if not any(name in config for name in _EYES):
        raise ModelPackError(f"The model in {path} reads text only and sees no photos; choose a vision-language model.")
    if not any((path / name).is_file() for name in _TOKENIZERS):
        raise ModelPackError(f"{path} lacks the tokenizer's file ({_TOKENIZERS[0]}); copy the whole folder again.")
    if not list_weights(path):
        raise ModelPackError(f"{path} holds no weights (*.safetensors); copy the whole folder again.")
    return ModelFolder(
        path,
        str((config.get("architectures") or [config.get("model_type", "")])[0]),
        measure_weights(path),
        find_licence(path),
        make_fingerprint(path),
    )


def read_config(path: Path) -> dict[str, Any]:
    """Return what `config.json` of a folder says."""
    if not path.is_dir():
        raise ModelPackError(f"{path} is no folder; name one that holds a model.")
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelPackError(f"{path} holds no model: there is no config.json in it.") from error
    except (OSError, ValueError) as error:
        raise ModelPackError(f"config.json in {path} cannot be read; copy the folder again.") from error
    if not isinstance(config, dict):
        raise ModelPackError(f"config.json in {path} describes no model; copy the folder again.")
    return config


def list_weights(path: Path) -> list[Path]:
    """Return the files with weights, those of the first form that is there."""
    found = (sorted(path.glob(pattern)) for pattern in _WEIGHTS)
    return next((files for files in found if files), [])


def measure_weights(path: Path) -> int:
    """Return the bytes of the weights of a folder, which is about what they need in memory."""
    return sum(file.stat().st_size for file in list_weights(path))


def find_licence(path: Path) -> str:
    """Return the licence that the folder's README or licence file names; "" where none does."""
    readme = path / "README.md"
    if readme.is_file() and (found := _LICENCE.search(readme.read_text(encoding="utf-8", errors="replace")[:4000])):
        return found[1].strip()
    for name in _LICENCE_FILES:
        if (path / name).is_file():
            lines = (path / name).read_text(encoding="utf-8", errors="replace").splitlines()
            return next((line.strip()[:60] for line in lines if line.strip()), "")
    return ""


def make_fingerprint(path: Path) -> str:
    """Tell one folder's content from another's without reading gigabytes."""
    digest = sha256()
    for file in sorted(each for each in path.iterdir() if each.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.name}\0{size}\0".encode())
        with file.open("rb") as opened:
            digest.update(opened.read(_SMALL))
            if size > _SMALL:
                opened.seek(-_SMALL, 2)
                digest.update(opened.read())
    return digest.hexdigest()
