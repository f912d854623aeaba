"""Sentences to the token ids of CLIP, which ImageBind's text tower reads (Radford et al. 2021, section 2.4)."""

from __future__ import annotations

import gzip
import html
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import torch
from torch import Tensor

LENGTH = 77
START = "<|startoftext|>"
END = "<|endoftext|>"


def tokenize_sentences(sentences: Sequence[str], length: int = LENGTH) -> Tensor:
    """(N, length) int64: start, words, end, zeros. What does not fit is cut, the end stays."""
    tokenizer = _load_tokenizer()
    ids = torch.zeros(len(sentences), length, dtype=torch.int64)
    for row, sentence in zip(ids, sentences, strict=True):
        words = tokenizer(_clean(sentence), add_special_tokens=False).input_ids[: length - 2]
        row[: len(words) + 2] = torch.tensor([tokenizer.bos_token_id, *words, tokenizer.eos_token_id])
    return ids


def _clean(sentence: str) -> str:
    """As the original: HTML's escapes undone twice, runs of spaces to one, lower case."""
    return " ".join(html.unescape(html.unescape(sentence)).split()).lower()


@lru_cache(1)
def _load_tokenizer():  # type: ignore[no-untyped-def]  # noqa: ANN202 - transformers has no types
    from transformers import CLIPTokenizer  # noqa: PLC0415 - heavy

    merges = _read_merges()
    letters = _byte_letters()
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), *(first + second for first, second in merges)]
    vocabulary = {piece: index for index, piece in enumerate([*pieces, START, END])}
    return CLIPTokenizer(vocab=vocabulary, merges=merges)


def _read_merges() -> list[tuple[str, str]]:
    packed = files("resources").joinpath("clip_words", "merges.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return [(first, second) for first, _, second in (line.partition(" ") for line in lines)]


def _byte_letters() -> list[str]:
    """A printable letter for each byte, in GPT-2's order: those that print, then the others from 256 on."""
    printing = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = 256 - len(printing)
    return [chr(byte) for byte in printing] + [chr(256 + index) for index in range(others)]
