"""Turns a language model in a GGUF file into the arrays and the word list that transformers reads.

GGUF keeps matrices in blocks of few bits, and the query and key matrices in an order of its own. Nothing here runs a
model; the file is parsed as data.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gguf import GGUFReader, ReaderTensor

WORD_LIST = "tokenizer.json"
"""Name of the array that holds the word list: the bytes of a JSON file that the package tokenizers reads."""
_CONTROL_TOKEN = 3
"""GGUF's token type of signs such as the one that ends a turn."""
_NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""GGUF's names of a Llama's parts to those of `transformers.LlamaForCausalLM`."""


def convert_llama_gguf(data: bytes) -> dict[str, NDArray[Any]]:
    """A Llama in a GGUF file to the state dict of `transformers.LlamaForCausalLM`, float16, and its word list.

    Input and output embedding are one matrix, kept once. The word list is uint8 under `WORD_LIST`.
    """
    from gguf import GGUFReader  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        path.write_bytes(data)
        reader = GGUFReader(path)
        arrays = {rename(tensor.name): _read_matrix(tensor, reader) for tensor in reader.tensors}
        words = json.dumps(describe_words(reader), ensure_ascii=False, separators=(",", ":"))
        del reader  # which keeps the file open, and Windows removes no open file
    return {**arrays, WORD_LIST: np.frombuffer(words.encode(), np.uint8)}


def rename(name: str) -> str:
    """ "blk.3.attn_q.weight" is "model.layers.3.self_attn.q_proj.weight"."""
    stem, _, kind = name.rpartition(".")
    if not stem.startswith("blk."):
        return f"{_NAMES[stem]}.{kind}"
    _, number, part = stem.split(".")
    return f"model.layers.{number}.{_NAMES[part]}.{kind}"


def order_for_halves(matrix: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Undo GGUF's order of a query or key matrix (heads * d, C).

    Rotary embedding turns pairs of numbers. GGUF lays the two of a pair beside each other, transformers half a head
    apart.
    """
    rows, columns = matrix.shape
    pairs = matrix.reshape(heads, rows // heads // 2, 2, columns)  # (h, d / 2, 2, C)
    return pairs.swapaxes(1, 2).reshape(rows, columns)  # (h * d, C)


def describe_words(reader: GGUFReader) -> Mapping[str, object]:
    """The byte-level BPE word list in the form of the package tokenizers; each digit is a token of its own."""
    tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    kinds: list[int] = reader.fields["tokenizer.ggml.token_type"].contents()
    merges: list[str] = reader.fields["tokenizer.ggml.merges"].contents()
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    digits = {"type": "Digits", "individual_digits": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            _describe_sign(number, token)
            for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
            if kind == _CONTROL_TOKEN
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [digits, byte_level]},
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in merges],
        },
    }


def _describe_sign(number: int, token: str) -> Mapping[str, object]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": number, "content": token, **flags}


def _read_matrix(tensor: ReaderTensor, reader: GGUFReader) -> NDArray[np.float16]:
    from gguf import dequantize  # noqa: PLC0415

    matrix: NDArray[np.float32] = dequantize(tensor.data, tensor.tensor_type)
    heads = {"attn_q": "head_count", "attn_k": "head_count_kv"}.get(tensor.name.split(".")[-2])
    if heads is not None:
        matrix = order_for_halves(matrix, reader.fields[f"llama.attention.{heads}"].contents())
    return matrix.astype(np.float16)
