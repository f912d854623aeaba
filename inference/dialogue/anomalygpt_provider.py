"""AnomalyGPT itself as a provider: the official weights in a folder of the user's, loaded as far as memory allows.

The weights may not be used for business, so they are neither shipped nor fetched; the licence is shown before they are
loaded. How the system works lies in `inference.anomalygpt`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from inference.backbones.provider import Device, choose_device
from inference.dialogue.context_budget import fit_turns
from inference.dialogue.facts import Facts
from inference.dialogue.memory_plan import MemoryPlan, find_free_memory, plan_memory
from inference.dialogue.model_folders import measure_weights
from inference.dialogue.provider import AnswerControl, EarlierTurn
from inference.dialogue.sight import Sight
from inference.dialogue.vlm_provider import telling_full_memory
from inference.errors import ModelPackError

if TYPE_CHECKING:
    from inference.anomalygpt.conversation import PastTurn
    from inference.anomalygpt.system import AnomalyGPT, Look, WeightFiles

TURNS_BUDGET = 1200
"""Tokens of earlier turns that are read; LLaMA was trained on 2048 altogether."""
MOST_TOKENS = 512
_REST = 1_110_000_000
"""Parameters besides the language model: towers, decoder, prompt learner, projection."""


class AnomalyGPTProvider:
    """The published system with its weights."""

    def __init__(self, system: AnomalyGPT, plan: MemoryPlan, layers: Mapping[str, str]) -> None:
        self._system = system
        self._plan = plan
        self._layers = layers
        self._seen: tuple[str, Look] | None = None

    @property
    def name(self) -> str:
        """Short and constant; it is recorded with every answer."""
        return "anomalygpt-7b"

    @property
    def message(self) -> str:
        """What was done because memory is short; "" where nothing was."""
        return self._plan.message

    def make_system_prompt(self, facts: Facts) -> str:
        """The published system reads none: it sees photo and map, and no facts."""
        return ""

    def answer(
        self,
        facts: Facts,
        turns: Sequence[EarlierTurn],
        question: str,
        control: AnswerControl,
        sight: Sight | None = None,
    ) -> Iterator[str]:
        """Yield the answer as it grows; stops within a token when cancelled."""
        from inference.language.generating import Decoding  # noqa: PLC0415 - heavy

        if sight is None:
            raise ModelPackError("The pictures of this inspection are not at hand, so the model cannot look at them.")
        kept = fit_turns(turns, lambda text: len(self._system.tokenize(text)), TURNS_BUDGET, control)
        decoding = Decoding(most_tokens=MOST_TOKENS)
        with telling_full_memory(self._plan.device):
            look = self._look(question, sight)
            control.notes["map_score"] = look.score
            said, count = "", 0
            for grown in self._system.answer(look, _pair(kept), question, decoding, lambda: control.is_cancelled):
                count += 1
                # A word that is still growing may be rewritten by its next piece; only what stays is handed out.
                if grown.startswith(said) and not grown.endswith("\ufffd"):
                    yield grown[len(said) :]
                    said = grown
        control.notes["tokens_said"] = count
        if count >= MOST_TOKENS and not control.is_cancelled:
            control.stop_cause = "length"

    def describe(self) -> Mapping[str, object]:
        """Return everything that repeats an answer."""
        return {"method": "greedy", "most_tokens": MOST_TOKENS, "layers": dict(self._layers), **asdict(self._plan)}

    def _look(self, question: str, sight: Sight) -> Look:
        """See a photo once: against the nearest reference where there is one, else against words for normal."""
        if self._seen is None or not sight.key or self._seen[0] != sight.key:
            reference = sight.read_reference()
            good = None if reference is None else self._system.learn([reference])
            self._seen = (sight.key, self._system.look(sight.read_photo(), question, good))
        return self._seen[1]


def open_anomalygpt(folder: Path, device: Device = "auto") -> AnomalyGPTProvider:
    """Load the four layers of weights in a folder; `ModelPackError` or `DeviceError` with a sentence."""
    files = find_weight_files(folder)
    chosen = choose_device(device)
    language = measure_weights(files.language_model) // 2
    free: dict[str, int | None] = {place: find_free_memory(place) for place in dict.fromkeys((chosen, "cpu"))}
    plan = plan_memory(language, _REST, chosen, free)
    with telling_full_memory(plan.device):
        return _load(files, plan)


def _load(files: WeightFiles, plan: MemoryPlan) -> AnomalyGPTProvider:
    import torch  # noqa: PLC0415 - heavy

    from inference.anomalygpt.system import load_system  # noqa: PLC0415
    from inference.language.reduced import reduce_layers  # noqa: PLC0415

    layers: dict[str, str] = {}
    dtype = torch.float16 if plan.device == "cuda" else torch.bfloat16
    system = load_system(files, dtype=dtype, on_layer=lambda name, report: layers.update({name: str(report)}))
    if plan.bits != 16:
        reduce_layers(system.language_model, plan.bits)
    system.to(plan.device, dtype)
    return AnomalyGPTProvider(system, plan, layers)


def find_weight_files(folder: Path) -> WeightFiles:
    """Find the four layers in a folder laid out as the official code wants it; a sentence names what is missing."""
    from inference.anomalygpt.system import WeightFiles  # noqa: PLC0415 - heavy

    if not folder.is_dir():
        raise ModelPackError(f"{folder} is no folder; name the one that holds pretrained_ckpt and ckpt.")
    imagebind = _find(folder, "imagebind_huge.pth", "ImageBind's weights (imagebind_huge.pth)")
    configured = [
        path for path in sorted(folder.rglob("config.json")) if "vicuna" in str(path.relative_to(folder)).lower()
    ]
    if not configured:
        raise ModelPackError(f"{folder} lacks Vicuna-7B v0: a folder named like vicuna with a config.json in it.")
    states = sorted(folder.rglob("pytorch_model.pt"))
    panda = [path for path in states if "pandagpt" in str(path.relative_to(folder)).lower()]
    own = [path for path in states if path not in panda]
    if not panda or not own:
        what = "AnomalyGPT's weights (ckpt/train_supervised/pytorch_model.pt)" if panda else "PandaGPT's weights"
        raise ModelPackError(f"{folder} lacks {what}; see the licence and where to get them in the help.")
    preferred = [path for path in own if "supervised" in str(path)] or own
    return WeightFiles(imagebind, configured[0].parent, panda[0], preferred[0])


def _find(folder: Path, name: str, what: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise ModelPackError(f"{folder} lacks {what}; see the licence and where to get them in the help.")
    return found[0]


def _pair(turns: Sequence[EarlierTurn]) -> list[PastTurn]:
    """Questions with their answers; one without an answer is left out, the published prompt has no room for it."""
    from inference.anomalygpt.conversation import PastTurn  # noqa: PLC0415 - heavy

    pairs = (pair for pair in pairwise(turns) if [turn.role for turn in pair] == ["user", "assistant"])
    return [PastTurn(asked.text, said.text) for asked, said in pairs]
