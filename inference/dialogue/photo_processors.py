"""Loads what turns photos and text into a model's tensors, without what is for videos and needs other libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_SAME_FOR_PHOTOS = {"SmolVLMProcessor": "Idefics3Processor"}
"""SmolVLM's own one needs a library for the lengths of videos; for photos both write the same."""
_SETTINGS = ("image_seq_len", "patch_size", "vision_feature_select_strategy", "num_additional_image_tokens")


def load_processor(path: Path) -> Any:
    """Return the processor of a folder; raises what transformers raises for folders it cannot make sense of."""
    from transformers import AutoImageProcessor, AutoProcessor, AutoTokenizer  # noqa: PLC0415 - heavy

    try:
        processor = AutoProcessor.from_pretrained(path, local_files_only=True)
    except (ImportError, ValueError):
        processor = None
    if hasattr(processor, "image_processor"):
        return _with_template(processor)
    tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    images = AutoImageProcessor.from_pretrained(path, local_files_only=True)
    known = _read(path / "processor_config.json")
    name = str(known.get("processor_class") or _read(path / "preprocessor_config.json").get("processor_class"))
    kind = _without_videos(_SAME_FOR_PHOTOS.get(name, name))
    given = {key: known[key] for key in _SETTINGS if key in known}
    template = known.get("chat_template") or tokenizer.chat_template
    return _with_template(kind(image_processor=images, tokenizer=tokenizer, chat_template=template, **given))


def _with_template(processor: Any) -> Any:
    """A model that was not taught to talk in turns gets the plainest form of them."""
    if not getattr(processor, "chat_template", None):
        processor.chat_template = getattr(processor.tokenizer, "chat_template", None)
    if not processor.chat_template:
        raise ValueError("it has no form for conversations (chat_template)")
    return processor


def _without_videos(name: str) -> Any:
    import transformers  # noqa: PLC0415 - heavy

    kind: Any = getattr(transformers, name, None)
    if kind is None:
        raise ValueError(f"{name} is no known processor")

    class PhotosOnly(kind):  # type: ignore[misc]
        def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
            """A part for videos need not be there."""
            if argument_name == "video_processor":
                return None
            return super().check_argument_for_proper_class(argument_name, argument)

    return PhotosOnly


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return values if isinstance(values, dict) else {}
