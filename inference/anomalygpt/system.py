"""The published system as a whole: four layers of weights loaded and accounted for, a photo seen, a question answered.

Whoever calls it decides on files, device and precision, and keeps what was said. The verdict of an inspection does not
come from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.anomalygpt import checkpoints, conversation
from inference.anomalygpt.anomaly_maps import few_shot_map, image_score, text_map
from inference.anomalygpt.checkpoints import LoadReport, Weights, load_exactly
from inference.anomalygpt.clip_words import tokenize_sentences
from inference.anomalygpt.image_decoder import ImageDecoder
from inference.anomalygpt.preprocessing import Fit, prepare
from inference.anomalygpt.prompt_learner import PromptLearner
from inference.anomalygpt.text_ensemble import NamePolicy, encode_ensemble, find_name
from inference.anomalygpt.text_tower import TextShape, TextTower
from inference.anomalygpt.vision_tower import VisionShape, VisionTower
from inference.errors import ModelPackError
from inference.language.generating import Decoding, Generation

RgbPixels = NDArray[np.uint8]
OnLayer = Callable[[str, LoadReport], object]


@dataclass(frozen=True)
class WeightFiles:
    """Where the four layers of weights lie."""

    imagebind: Path
    """`imagebind_huge.pth`."""
    language_model: Path
    """A folder with Vicuna-7B v0 in transformers' form."""
    pandagpt: Path
    """The adapters and the projection of the photo."""
    anomalygpt: Path
    """The image decoder and the prompt learner."""


@dataclass(frozen=True)
class Policies:
    """Where the published code leaves a choice."""

    names: NamePolicy = "object"
    """Official weights were, by their date, trained with "object" alone."""
    fit: Fit = "squash"
    """How a photo is made square where there are no photos of good parts; with some the middle is cut out of both."""


@dataclass(frozen=True)
class GoodParts:
    """Patch tokens of photos of good parts, one (N, C) for each tap; seen once, used for every photo."""

    banks: tuple[Tensor, ...]


@dataclass(frozen=True)
class Look:
    """What the system sees on one photo."""

    anomaly_map: Tensor
    """(1, 1, 224, 224)."""
    embedding: Tensor
    """(1, E), of length 1."""
    score: float
    """The greatest value of the map."""


HUGE_VISION, HUGE_TEXT = VisionShape(), TextShape()
"""ImageBind-Huge."""
GREEDY = Decoding()
PUBLISHED = Policies()


class AnomalyGPT:
    """Vision and text towers, image decoder, prompt learner, and a language model with its vocabulary."""

    def __init__(self, vision: VisionShape, text: TextShape, language_model: nn.Module, tokenizer: Any) -> None:
        self.vision = VisionTower(vision)
        self.text = TextTower(text)
        self.decoder = ImageDecoder(vision.width, text.embedding, len(vision.taps))
        self.language_model: Any = language_model
        width = int(self.language_model.get_input_embeddings().weight.shape[1])
        self.prompt_learner = PromptLearner(width)
        self.projection = nn.Linear(vision.embedding, width)
        self._tokenizer = tokenizer
        self._ensembles: dict[str, Tensor] = {}

    @property
    def parts(self) -> tuple[nn.Module, ...]:
        """Everything that holds weights."""
        return (
            self.vision,
            self.text,
            self.decoder,
            self.prompt_learner,
            self.projection,
            self.language_model,
        )

    def to(self, device: str, dtype: torch.dtype) -> None:
        """Move and convert all of it, for use only."""
        for part in self.parts:
            part.to(device=device, dtype=dtype).eval().requires_grad_(False)

    def tokenize(self, text: str) -> list[int]:
        """Ids of a text without special tokens."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids

    @torch.inference_mode()
    def learn(self, photos: Sequence[RgbPixels]) -> GoodParts:
        """See photos of good parts; the middle square of each, as the published tests do."""
        seen = [self.vision(self._prepare(photo, "crop")).taps for photo in photos]
        return GoodParts(tuple(torch.cat([taps[tap][0] for taps in seen]) for tap in range(len(seen[0]))))

    @torch.inference_mode()
    def look(
        self, photo: RgbPixels, prompt: str, good: GoodParts | None = None, policies: Policies = PUBLISHED
    ) -> Look:
        """See a photo: against photos of good parts where there are some, else against the words for normal."""
        seen = self.vision(self._prepare(photo, "crop" if good else policies.fit))
        if good is not None:
            anomaly_map = few_shot_map(seen.taps, good.banks)
        else:
            ensemble = self._encode_ensemble(find_name(prompt, policies.names))
            anomaly_map = text_map(self.decoder(seen.taps), ensemble)
        return Look(anomaly_map, seen.embedding, float(image_score(anomaly_map)[0]))

    def answer(
        self,
        look: Look,
        past: Sequence[conversation.PastTurn],
        question: str,
        decoding: Decoding = GREEDY,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[str]:
        """Yield the answer as it grows, whole each time: a word may only be known once its last piece is."""
        ids: list[int] = []
        for token in self._generate(look, past, question, decoding, is_cancelled):
            ids.append(token)
            yield self.read_answer(ids)

    def read_answer(self, ids: Sequence[int], *, literally: bool = False) -> str:
        """The words of generated ids, without the stop sign."""
        kept = conversation.cut_answer(ids, literally=literally)
        return str(self._tokenizer.decode(kept, skip_special_tokens=True)).strip()

    @torch.inference_mode()
    def embed(self, look: Look, past: Sequence[conversation.PastTurn], question: str) -> Tensor:
        """(1, L, C): all that the language model reads before it answers."""
        table = self.language_model.get_input_embeddings()
        dtype = table.weight.dtype
        return conversation.embed_conversation(
            self.tokenize,
            table,
            self.projection(look.embedding.to(dtype)).unsqueeze(1),
            self.prompt_learner(look.anomaly_map.to(dtype)),
            conversation.write_conversation(past, question),
        )

    def _generate(
        self,
        look: Look,
        past: Sequence[conversation.PastTurn],
        question: str,
        decoding: Decoding,
        is_cancelled: Callable[[], bool],
    ) -> Iterator[int]:
        stops = {conversation.STOP_ID, conversation.EOS}
        embeddings = self.embed(look, past, question)
        yield from Generation(self.language_model, embeddings, decoding, stop_ids=stops, is_cancelled=is_cancelled)

    @torch.inference_mode()
    def _encode_ensemble(self, name: str) -> Tensor:
        """(1, 2, E), made once for each name: it depends on nothing else."""
        if name not in self._ensembles:
            device = next(self.text.parameters()).device
            length = self.text.shape.length
            self._ensembles[name] = encode_ensemble(
                lambda sentences: self.text(tokenize_sentences(sentences, length).to(device)), name
            )
        return self._ensembles[name]

    def _prepare(self, photo: RgbPixels, fit: Fit) -> Tensor:
        weight = self.projection.weight
        return prepare(photo, fit, self.vision.shape.side).unsqueeze(0).to(weight.device, weight.dtype)


def load_system(
    files: WeightFiles,
    *,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
    vision: VisionShape = HUGE_VISION,
    text: TextShape = HUGE_TEXT,
    on_layer: OnLayer = lambda name, report: None,
) -> AnomalyGPT:
    """Load the four layers, each with a report that says how many of its tensors were used; `ModelPackError` else."""
    language_model, tokenizer = load_language_model(files.language_model, dtype)
    system = AnomalyGPT(vision, text, language_model, tokenizer)
    if not conversation.check_vocabulary(system.tokenize):
        raise ModelPackError(f"{files.language_model} has another vocabulary than LLaMA's; take Vicuna-7B v0.")
    _load_imagebind(system, checkpoints.read_weights(files.imagebind), on_layer)
    _load_pandagpt(system, checkpoints.read_weights(files.pandagpt), on_layer)
    _load_anomalygpt(system, checkpoints.read_weights(files.anomalygpt), on_layer)
    system.to(device, dtype)
    return system


def load_language_model(folder: Path, dtype: torch.dtype) -> tuple[Any, Any]:
    """Model and tokenizer of a folder in transformers' form; nothing is fetched and no code in it is run."""
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - heavy

    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
        return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelPackError(f"{folder} cannot be loaded as a language model ({reason}); check the folder.") from error


def _load_imagebind(system: AnomalyGPT, weights: Weights, on_layer: OnLayer) -> None:
    vision = load_exactly(system.vision, checkpoints.select(weights, checkpoints.VISION_PARTS), "ImageBind's vision")
    on_layer("ImageBind, vision", vision)
    on_layer(
        "ImageBind, text",
        load_exactly(system.text, checkpoints.select(weights, checkpoints.TEXT_PARTS), "ImageBind's text"),
    )


def _load_pandagpt(system: AnomalyGPT, weights: Weights, on_layer: OnLayer) -> None:
    adapters = checkpoints.select_lora(weights)
    projection = {name.removeprefix("llama_proj."): value for name, value in weights.items() if "llama_proj." in name}
    known = len(adapters) + len(projection)
    if known != len(weights):
        raise ModelPackError(f"The PandaGPT file holds {len(weights) - known} tensors that do not belong there.")
    merged = checkpoints.merge_lora(system.language_model, adapters)
    projected = load_exactly(system.projection, projection, "PandaGPT's projection")
    on_layer("PandaGPT", LoadReport(merged.used + projected.used, merged.expected + projected.expected))


def _load_anomalygpt(system: AnomalyGPT, weights: Weights, on_layer: OnLayer) -> None:
    both = nn.ModuleDict({"image_decoder": system.decoder, "prompt_learner": system.prompt_learner})
    on_layer("AnomalyGPT", load_exactly(both, weights, "AnomalyGPT"))
