"""Where bridge's trained weights lie and what they need; known without loading any model."""

from __future__ import annotations

from pathlib import Path

WEIGHTS_FOLDER = Path(__file__).parents[3] / "resources" / "bridge"
WEIGHTS_FILE = "weights.safetensors"
MANIFEST_FILE = "manifest.json"
BACKBONE = "efficientnet-lite2"


def is_shipped() -> bool:
    """Whether the program came with weights."""
    return (WEIGHTS_FOLDER / WEIGHTS_FILE).is_file()
