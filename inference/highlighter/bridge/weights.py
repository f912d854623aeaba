"""Bridge's weights in `resources/bridge`: a safetensors file, and a manifest that says what it is and was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from inference.errors import ModelPackError
from inference.highlighter.bridge.shipped import MANIFEST_FILE, WEIGHTS_FILE, WEIGHTS_FOLDER
from inference.highlighter.bridge.teaching_photos import TAUGHT
from inference.highlighter.concepts import Concept
from inference.highlighter.presence import PresenceRule


@dataclass(frozen=True)
class BridgeWeights:
    """What was trained, and from which scores on each concept counts as found."""

    tensors: Mapping[str, Tensor]
    rules: Mapping[Concept, PresenceRule]
    """From when on each concept counts as found; concepts that are not here were not learned well enough."""
    sha256: str = ""


def write_weights(
    folder: Path, tensors: Mapping[str, Tensor], rules: Mapping[Concept, PresenceRule], described: Mapping[str, object]
) -> Path:
    """Write weights (float16) and manifest; return the weights' path."""
    folder.mkdir(parents=True, exist_ok=True)
    data: bytes = save({name: tensors[name].half().contiguous() for name in sorted(tensors)})
    path = folder / WEIGHTS_FILE
    path.write_bytes(data)
    manifest = {
        **described,
        "concepts": [str(concept) for concept in TAUGHT],
        "rules": {str(concept): [rule.strength, rule.ratio] for concept, rule in rules.items()},
        "file": WEIGHTS_FILE,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_weights(folder: Path = WEIGHTS_FOLDER) -> BridgeWeights:
    """Read trained weights and check them against their manifest. Raises ModelPackError."""
    try:
        data = (folder / WEIGHTS_FILE).read_bytes()
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        rules = {
            Concept(name): PresenceRule(float(rule[0]), float(rule[1])) for name, rule in manifest["rules"].items()
        }
        wanted, concepts = str(manifest["sha256"]), list(manifest["concepts"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelPackError(
            f"The weights of the highlighter in {folder} cannot be read ({error}); train or install them again."
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != wanted or concepts != [str(concept) for concept in TAUGHT]:
        raise ModelPackError(
            f"{folder / WEIGHTS_FILE} is not what its manifest says and was not loaded; train or install it again."
        )
    return BridgeWeights({name: tensor.float() for name, tensor in load(data).items()}, rules, sha256)
