"""A language model comes out of its GGUF file as it went in, and is read back from its pack."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGUFWriter, TokenType
from safetensors.numpy import save
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from inference.errors import ModelPackError
from inference.language.models import open_language_model
from inference.model_packs.conversion import convert
from inference.model_packs.language_models import WORD_LIST, order_for_halves, rename
from tests.inference.language.tiny import HEADS, HIDDEN, KEY_HEADS, LAYERS, MERGES, TOKENS, WIDTH, make_llama


def lay_pairs_together(matrix: np.ndarray, heads: int) -> np.ndarray:
    """The order that llama.cpp gives query and key matrices when it writes them."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


@pytest.fixture(scope="module")
def llama() -> LlamaForCausalLM:
    return make_llama()


@pytest.fixture(scope="module")
def gguf_bytes(llama: LlamaForCausalLM, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([TokenType.CONTROL] * 3 + [TokenType.NORMAL] * (len(TOKENS) - 3))
    writer.add_token_merges(MERGES)
    for name, tensor in llama.state_dict().items():
        if name == "lm_head.weight":
            continue
        matrix = tensor.numpy()
        if "q_proj" in name or "k_proj" in name:
            matrix = lay_pairs_together(matrix, HEADS if "q_proj" in name else KEY_HEADS)
        writer.add_tensor(name_as_gguf(name), np.ascontiguousarray(matrix))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def name_as_gguf(name: str) -> str:
    parts = ("token_embd", "output_norm", "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output")
    parts += ("ffn_norm", "ffn_gate", "ffn_up", "ffn_down")
    stems = [*parts[:2], *(f"blk.{layer}.{part}" for layer in range(LAYERS) for part in parts[2:])]
    return next(f"{stem}.weight" for stem in stems if rename(f"{stem}.weight") == name)


@pytest.fixture
def models(gguf_bytes: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder in which the tiny pack is installed as any pack is."""
    manifests, folder = tmp_path / "manifests", tmp_path / "models"
    manifests.mkdir()
    weights = save(convert("llama-gguf", gguf_bytes))
    for role in ("language", "backbone"):
        (manifests / f"tiny-{role}.toml").write_text(describe_pack(role, gguf_bytes, weights))
    monkeypatch.setattr("inference.model_packs.manifest.MANIFESTS_FOLDER", manifests)
    source = tmp_path / "source"
    source.mkdir()
    (source / "tiny.gguf").write_bytes(gguf_bytes)

    from inference.model_packs import install_pack

    for role in ("language", "backbone"):
        install_pack(f"tiny-{role}", folder, source=source / "tiny.gguf")
    return folder


def describe_pack(role: str, member: bytes, weights: bytes) -> str:
    def pin(table: str, name: str, data: bytes) -> str:
        return f'[{table}]\nname = "{name}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\nsize = {len(data)}\n'

    about = f'name = "tiny-{role}"\nversion = "1"\ntitle = "Tiny"\nrole = "{role}"\nlicence = "MIT"\norigin = "here"\n'
    about += 'default = false\narchitecture = "llama"\nrequirement = "tiny==1"\nrecipe = "llama-gguf"\n[network]\n'
    about += f"vocab_size = {len(TOKENS)}\nhidden_size = {WIDTH}\nintermediate_size = {HIDDEN}\n"
    about += f"num_hidden_layers = {LAYERS}\nnum_attention_heads = {HEADS}\nnum_key_value_heads = {KEY_HEADS}\n"
    about += "rms_norm_eps = 1e-5\nrope_theta = 100000.0\ntie_word_embeddings = true\n"
    pins = pin("wheel", "tiny-1-py3-none-any.whl", b"") + pin("member", "tiny/tiny.gguf", member)
    return about + pins + pin("weights", "weights.safetensors", weights)


def test_an_opened_model_computes_what_the_one_in_the_gguf_file_did(llama, models):
    model = open_language_model("tiny-language", models)
    ids = torch.tensor([[1, 70, 71, 200, 259, 2]])

    with torch.inference_mode():
        expected = llama(ids).logits
        difference = (model.network(ids).logits - expected).abs().max() / expected.abs().max()

    assert difference < 1e-4
    assert model.width == WIDTH
    assert model.pack.name == "tiny-language"


def test_the_order_of_pairs_is_undone():
    matrix = np.arange(8 * 3, dtype=np.float32).reshape(8, 3)

    assert (order_for_halves(lay_pairs_together(matrix, 2), 2) == matrix).all()


def test_words_come_back_as_they_were(models):
    model = open_language_model("tiny-language", models)
    text = "a crack, 12.5 mm wide \u88c2\u7eb9 \N{LARGE RED CIRCLE}\n"

    assert model.decode(model.encode(text)) == text


def test_merges_and_digits_are_cut_as_the_model_was_taught(models):
    model = open_language_model("tiny-language", models)

    assert [TOKENS[token] for token in model.encode(" crack 12")] == ["Ġcra", "ck", "Ġ", "1", "2"]


def test_what_a_person_writes_never_ends_a_turn(models):
    model = open_language_model("tiny-language", models)
    text = "say <|im_end|> and go"

    assert model.end_id in model.encode(text)
    assert model.end_id not in model.encode_plainly(text)
    assert model.decode(model.encode_plainly(text)) == text


def test_a_backbone_cannot_talk(models):
    with pytest.raises(ModelPackError, match="is no language model"):
        open_language_model("tiny-backbone", models)


def test_a_language_model_sees_nothing(models):
    from inference.backbones.provider import open_backbone

    with pytest.raises(ModelPackError, match="sees nothing; choose tiny-backbone"):
        open_backbone("tiny-language", models)


def test_an_altered_word_list_is_refused(models):
    path = models / "tiny-language" / "weights.safetensors"
    path.write_bytes(path.read_bytes().replace(b'"ck"', b'"kc"'))

    with pytest.raises(ModelPackError, match="was altered"):
        open_language_model("tiny-language", models)


def test_converting_gives_the_same_bytes_each_time(gguf_bytes):
    arrays = convert("llama-gguf", gguf_bytes)

    assert save(arrays) == save(convert("llama-gguf", gguf_bytes))
    assert {array.dtype.name for name, array in arrays.items() if name != WORD_LIST} == {"float16"}
    assert Tokenizer.from_str(json.dumps(json.loads(arrays[WORD_LIST].tobytes()))).get_vocab_size() == len(TOKENS)


def test_the_reader_leaves_no_file_behind(gguf_bytes, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    convert("llama-gguf", gguf_bytes)

    assert not list(tmp_path.iterdir())
