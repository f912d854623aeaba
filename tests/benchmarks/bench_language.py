"""How quick the small language model is, and what each means of making it quicker gains, side by side in one run.

    python -m tests.benchmarks.bench_language MODELS_FOLDER [--tokens 48] [--repeats 3]

"First token" is from the question to the first token; the opening (photo, map, facts) is read before, or with it where
nothing is kept. Every row answers the same question about the same opening; medians.
"""

from __future__ import annotations

import argparse
import copy
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch

from inference.language.generating import Decoding, Generation
from inference.language.models import LanguageModel, Precision, open_language_model
from inference.mini.looking import Glimpse
from inference.mini.model import FEATURES, Mini, read_weights
from inference.mini.scripts import write_opening, write_question
from inference.mini.shipped import LANGUAGE_PACK
from tests.benchmarks.bench_common import print_load, print_table, read_load
from tests.inference.test_claims import REJECTED

QUESTION = "Where is the strongest one, how large is it, and how sure are you?"
Times = tuple[float, float]
"""Seconds to the first token, and tokens a second after it."""


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    load = read_load()
    rows = []
    for precision in ("float32", "bfloat16"):
        before, begin = read_memory(), perf_counter()
        mini = open_mini(given.models_folder, precision)
        loaded, memory = perf_counter() - begin, read_memory() - before
        runs: dict[str, Callable[[Mini, int], Times]] = {
            "transformers' generate": generate_plainly,
            "ours, nothing kept": answer_anew,
            "ours, opening kept": answer_kept,
        }
        for name, run in runs.items():
            rows.append([precision, name, *describe(run, mini, given), f"{loaded:.1f}", f"{memory:.0f}"])
    print_table(["precision", "way", "first token (s)", "tokens a second", "loaded in (s)", "memory added (MB)"], rows)
    print_load(load)


def open_mini(models_folder: Path, precision: Precision) -> Mini:
    return Mini(open_language_model(LANGUAGE_PACK, models_folder, precision=precision), read_weights())


def describe(run: Callable[[Mini, int], Times], mini: Mini, given: argparse.Namespace) -> list[str]:
    run(mini, 4)
    times = [run(mini, given.tokens) for _ in range(given.repeats)]
    return [f"{median(first for first, _ in times):.2f}", f"{median(rate for _, rate in times):.1f}"]


def embed_opening(mini: Mini) -> torch.Tensor:
    rng = np.random.default_rng(0)
    glimpse = Glimpse(rng.standard_normal((2, FEATURES)).astype(np.float32), np.zeros((96, 96), np.float32))
    return mini.embed(write_opening(mini.language, REJECTED), glimpse)


def embed_question(mini: Mini) -> torch.Tensor:
    ids = torch.tensor([write_question(mini.language, QUESTION)])
    embedded: torch.Tensor = mini.language.network.get_input_embeddings()(ids)
    return embedded


@torch.inference_mode()
def generate_plainly(mini: Mini, tokens: int) -> Times:
    """The library's own loop over opening and question, timed once for one token and once for all."""
    embedded = torch.cat([embed_opening(mini), embed_question(mini)], dim=1)
    first = time_generate(mini.language, embedded, 1)
    return first, (tokens - 1) / max(time_generate(mini.language, embedded, tokens) - first, 1e-6)


def time_generate(language: LanguageModel, embedded: torch.Tensor, tokens: int) -> float:
    begin = perf_counter()
    language.network.generate(
        inputs_embeds=embedded,
        attention_mask=torch.ones(embedded.shape[:2], dtype=torch.long),
        max_new_tokens=tokens,
        min_new_tokens=tokens,
        do_sample=False,
        pad_token_id=language.end_id,
    )
    return perf_counter() - begin


def answer_anew(mini: Mini, tokens: int) -> Times:
    """Opening and question read together for every answer."""
    begin = perf_counter()
    embedded = torch.cat([embed_opening(mini), embed_question(mini)], dim=1)
    return time_tokens(mini.language, embedded, None, tokens, begin)


@torch.inference_mode()
def answer_kept(mini: Mini, tokens: int) -> Times:
    """As the program does: keys and values of the opening are read once for each inspection."""
    opening = mini.language.network.model(inputs_embeds=embed_opening(mini), use_cache=True).past_key_values
    begin = perf_counter()
    return time_tokens(mini.language, embed_question(mini), copy.deepcopy(opening), tokens, begin)


def time_tokens(language: LanguageModel, embedded: torch.Tensor, cache: Any, tokens: int, begin: float) -> Times:
    generation = iter(Generation(language.network, embedded, Decoding(most_tokens=tokens), stop_ids=(), cache=cache))
    next(generation)
    first = perf_counter() - begin
    begin = perf_counter()
    return first, sum(1 for _ in generation) / (perf_counter() - begin)


def read_memory() -> float:
    """Memory of this process in MB, where the system tells."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if status.is_file() else 0.0


if __name__ == "__main__":
    main()
