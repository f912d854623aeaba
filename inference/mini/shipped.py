"""Where mini's trained weights lie and what they need; known without loading any model."""

from __future__ import annotations

from pathlib import Path

WEIGHTS_FOLDER = Path(__file__).parents[2] / "resources" / "mini"
WEIGHTS_FILE = "weights.safetensors"
MANIFEST_FILE = "manifest.json"
LANGUAGE_PACK = "smollm2-135m"
EYE_PACK = "dinov2-vits14"
"""The backbone through which mini looks."""


def is_shipped() -> bool:
    """Whether the program came with weights."""
    return (WEIGHTS_FOLDER / WEIGHTS_FILE).is_file()
