"""Answers from any vision-language model in a local folder that transformers loads, with the pictures before its eyes.

The folder is data: nothing is fetched, no code in it is run. What it says is checked elsewhere before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from safetensors import SafetensorError

from inference.backbones.provider import Device, choose_device
from inference.dialogue.answering import Wording
from inference.dialogue.context_budget import fit_turns
from inference.dialogue.facts import Facts
from inference.dialogue.model_folders import ModelFolder, inspect_folder
from inference.dialogue.photo_processors import load_processor
from inference.dialogue.phrasebook import Intent
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.provider import AnswerControl, EarlierTurn
from inference.dialogue.sight import Sight
from inference.dialogue.understanding import Understood
from inference.dialogue.views import View, make_views
from inference.errors import DeviceError, ModelPackError

MOST_TOKENS = 300
"""Tokens of an answer."""
TURNS_BUDGET = 2000
"""Tokens of earlier turns that are read."""
_TOLD = (Intent.SUMMARY, Intent.SURE, Intent.COMPARE)
_RULES = (
    "You help at an inspection station. A photo of a part was compared with photos of good parts; the facts below are"
    " certain. Answer the question in one to three short sentences, from the pictures and the facts. Never contradict"
    " the facts. Say so where neither pictures nor facts tell."
)
_UNLOADABLE = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ImportError,
    RuntimeError,
    SafetensorError,
)
"""What transformers raises for folders it cannot make sense of."""


@dataclass(frozen=True)
class _End:
    """The last thing a generating thread hands over."""

    error: BaseException | None
    tokens: int


class VlmProvider:
    """One loaded model. Its answers are greedy, so that the same question gets the same one."""

    def __init__(self, folder: ModelFolder, model: Any, processor: Any, device: str) -> None:
        self._folder = folder
        self._model = model
        self._processor = processor
        self._device = device
        self._seen: tuple[str, tuple[View, ...]] = ("", ())

    @property
    def name(self) -> str:
        """Short and constant; it is recorded with every answer."""
        return "vlm"

    def make_system_prompt(self, facts: Facts) -> str:
        """Return the rules and the facts, as the model reads them."""
        wording = Wording(facts, PHRASEBOOKS["en"].answers)
        return f"{_RULES}\n\nFacts:\n{wording.tell(_TOLD, facts.regions, Understood(()))}"

    def answer(
        self,
        facts: Facts,
        turns: Sequence[EarlierTurn],
        question: str,
        control: AnswerControl,
        sight: Sight | None = None,
    ) -> Iterator[str]:
        """Yield the answer as it is generated; stops within a token when cancelled."""
        if sight is None:
            raise ModelPackError("The pictures of this inspection are not at hand, so the model cannot look at them.")
        views = self._look(facts, sight)
        kept = fit_turns(turns, self._count_tokens, TURNS_BUDGET, control)
        with telling_full_memory(self._device):
            inputs = self._prepare(self.make_system_prompt(facts), kept, question, views)
            control.notes["tokens_read"] = int(inputs["input_ids"].shape[1])
            yield from self._stream(inputs, control)

    def describe(self) -> Mapping[str, object]:
        """Return everything that repeats an answer."""
        return {
            "method": "greedy",
            "most_tokens": MOST_TOKENS,
            "model": self._folder.architecture,
            "folder": self._folder.path.name,
            "fingerprint": self._folder.fingerprint,
            "licence": self._folder.licence,
            "device": self._device,
            "precision": str(self._model.dtype).removeprefix("torch."),
        }

    def _look(self, facts: Facts, sight: Sight) -> tuple[View, ...]:
        """Pictures are made once for each inspection."""
        if not sight.key or self._seen[0] != sight.key:
            self._seen = (sight.key, make_views(facts, sight))
        return self._seen[1]

    def _prepare(self, system: str, turns: Sequence[EarlierTurn], question: str, views: Sequence[View]) -> Any:
        """All that is read as tensors: the pictures stand in the first question."""
        shown = [part for view in views for part in ({"type": "text", "text": view.caption}, {"type": "image"})]
        messages = [{"role": turn.role, "content": [{"type": "text", "text": turn.text}]} for turn in turns]
        messages.append({"role": "user", "content": [{"type": "text", "text": question}]})
        messages[0]["content"] = [*shown, *messages[0]["content"]]
        first = {"role": "system", "content": [{"type": "text", "text": system}]}
        text = self._processor.apply_chat_template([first, *messages], add_generation_prompt=True, tokenize=False)
        pictures = [view.picture for view in views]
        return self._processor(images=pictures, text=text, return_tensors="pt").to(self._device)

    def _stream(self, inputs: Any, control: AnswerControl) -> Iterator[str]:
        """Generate in a thread of its own: transformers hands out pieces only to another thread."""
        pieces: Queue[str | _End] = Queue()
        thread = Thread(target=self._generate, args=(inputs, control, pieces), daemon=True)
        thread.start()
        while not isinstance(piece := pieces.get(), _End):
            if piece:
                yield piece
        thread.join()
        control.notes["tokens_said"] = piece.tokens
        if piece.error is not None:
            raise piece.error
        if piece.tokens >= MOST_TOKENS and not control.is_cancelled:
            control.stop_cause = "length"

    def _generate(self, inputs: Any, control: AnswerControl, pieces: Queue[str | _End]) -> None:
        from transformers import StoppingCriteriaList  # noqa: PLC0415 - heavy

        error, said = None, 0
        try:
            said = (
                self._model.generate(
                    **inputs,
                    generation_config=self._configure(),
                    streamer=_make_streamer(self._processor.tokenizer, pieces),
                    stopping_criteria=StoppingCriteriaList([_make_stop(lambda: control.is_cancelled)]),
                ).shape[1]
                - inputs["input_ids"].shape[1]
            )
        except BaseException as failed:  # noqa: BLE001 - raised again in the thread that waits for it
            error = failed
        pieces.put(_End(error, int(said)))

    def _configure(self) -> Any:
        """Greedy, whatever the folder says; what ends an answer is taken from it."""
        from transformers import GenerationConfig  # noqa: PLC0415 - heavy

        known = self._model.generation_config
        ends = [known.eos_token_id] if isinstance(known.eos_token_id, int) else list(known.eos_token_id or [])
        own = self._processor.tokenizer.eos_token_id
        ends = [*dict.fromkeys([*ends, *([] if own is None else [own])])]
        return GenerationConfig(
            max_new_tokens=MOST_TOKENS, do_sample=False, eos_token_id=ends, pad_token_id=ends[0] if ends else None
        )

    def _count_tokens(self, text: str) -> int:
        return len(self._processor.tokenizer(text, add_special_tokens=False).input_ids)


def open_vlm(path: Path, device: Device = "auto") -> VlmProvider:
    """Load the model of a folder; `ModelPackError` or `DeviceError` with a sentence where that cannot be."""
    folder = inspect_folder(path)
    chosen = choose_device(device)
    try:
        with telling_full_memory(chosen):
            model = _load(folder, chosen)
        processor = load_processor(path)
    except _UNLOADABLE as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelPackError(f"The model in {path} cannot be loaded ({reason}); copy the folder again.") from error
    return VlmProvider(folder, model, processor, chosen)


def _load(folder: ModelFolder, device: str) -> Any:
    import torch  # noqa: PLC0415 - heavy
    from transformers import AutoConfig, AutoModelForImageTextToText  # noqa: PLC0415
    from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()
    config = AutoConfig.from_pretrained(folder.path, local_files_only=True)
    if type(config) not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING:
        raise ModelPackError(f"The model in {folder.path} ({folder.architecture}) does not turn photos into text.")
    model = AutoModelForImageTextToText.from_pretrained(folder.path, local_files_only=True, dtype="auto")
    for name, values in model.named_parameters():
        if not bool(torch.isfinite(values).all()):
            raise ModelPackError(
                f"In the model in {folder.path}, {name} holds values that are no numbers; copy it again."
            )
    return model.to(device).eval().requires_grad_(requires_grad=False)


@contextmanager
def telling_full_memory(device: str) -> Iterator[None]:
    """Say in a sentence that memory is full, however torch says it."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        is_full = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
        if not is_full and "allocate memory" not in str(error):
            raise
        raise DeviceError(
            f"The memory of {device} is full; close other programs, or choose a smaller model or another device."
        ) from error


def _make_stop(is_cancelled: Callable[[], bool]) -> Any:
    import torch  # noqa: PLC0415 - heavy
    from transformers import StoppingCriteria  # noqa: PLC0415

    class Stop(StoppingCriteria):  # type: ignore[misc]
        def __call__(self, input_ids: Any, scores: Any, **rest: Any) -> Any:
            return torch.full((input_ids.shape[0],), is_cancelled(), dtype=torch.bool, device=input_ids.device)

    return Stop()


def _make_streamer(tokenizer: Any, pieces: Queue[str | _End]) -> Any:
    from transformers import TextStreamer  # noqa: PLC0415 - heavy

    class Streamer(TextStreamer):  # type: ignore[misc]
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
            pieces.put(text)

    return Streamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
