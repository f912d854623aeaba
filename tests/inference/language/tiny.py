"""A language model of a few thousand weights and a word list of single bytes: it reads any text and knows nothing."""

from __future__ import annotations

import json

import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from inference.language.models import TURN_END, LanguageModel
from inference.results import PackIdentity

LAYERS, WIDTH, HEADS, KEY_HEADS, HIDDEN = 2, 32, 4, 2, 48
SIGNS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def list_letters() -> list[str]:
    """The 256 printable letters by which byte-level word lists name bytes (GPT-2's code)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    names = {byte: chr(byte) for byte in printable} | {byte: chr(256 + place) for place, byte in enumerate(others)}
    return [names[byte] for byte in range(256)]


TOKENS = [*SIGNS, *list_letters(), "Ġc", "ra", "Ġcra", "ck"]
MERGES = ["Ġ c", "r a", "Ġc ra", "c k"]


def make_llama() -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(TOKENS),
        hidden_size=WIDTH,
        intermediate_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 100000.0},
        tie_word_embeddings=True,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).half().float().eval()


def make_language_model() -> LanguageModel:
    """The tiny model as it comes out of a pack: frozen, with its word list."""
    network = make_llama().requires_grad_(requires_grad=False)
    words = Tokenizer.from_str(describe_words())
    return LanguageModel(PackIdentity("tiny-language", "1", "0" * 64), network, words, words.get_vocab()[TURN_END])


def describe_words() -> str:
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return json.dumps(
        {
            "version": "1.0",
            "added_tokens": [{"id": number, "content": sign, **flags} for number, sign in enumerate(SIGNS)],
            "pre_tokenizer": byte_level,
            "decoder": byte_level,
            "model": {
                "type": "BPE",
                "vocab": {token: number for number, token in enumerate(TOKENS)},
                "merges": [merge.split(" ") for merge in MERGES],
            },
        }
    )
