"""LLaMA's vocabulary as far as these tests need it, and small files that look like the official ones."""

import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Metaspace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from inference.anomalygpt.checkpoints import TEXT_PARTS, VISION_PARTS
from inference.anomalygpt.image_decoder import ImageDecoder
from inference.anomalygpt.prompt_learner import PromptLearner
from inference.anomalygpt.system import WeightFiles
from inference.anomalygpt.text_tower import TextShape, TextTower
from inference.anomalygpt.vision_tower import VisionShape, VisionTower

VISION = VisionShape(side=224, patch=14, width=16, blocks=4, heads=2, embedding=12, taps=(0, 1, 2, 3))
TEXT = TextShape(vocabulary=49408, length=77, width=8, blocks=2, heads=2, embedding=12)
WIDTH, LAYERS, RANK = 32, 2, 4


@pytest.fixture(scope="session")
def llama_tokenizer():
    known = json.loads(Path(__file__).with_name("llama_pieces.json").read_text(encoding="utf-8"))
    model = BPE(known["pieces"], [tuple(pair) for pair in known["merges"]], byte_fallback=True, fuse_unk=True)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = Metaspace(replacement="\u2581", prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


@pytest.fixture(scope="session")
def tokenize(llama_tokenizer):
    return lambda text: llama_tokenizer.encode(text, add_special_tokens=False).ids


@pytest.fixture(scope="session")
def lookalikes(tmp_path_factory, llama_tokenizer):
    """The four layers of weights, tiny and random, under the official names."""
    folder = tmp_path_factory.mktemp("lookalikes")
    torch.manual_seed(11)
    llama = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=32001,
            hidden_size=WIDTH,
            intermediate_size=48,
            num_hidden_layers=LAYERS,
            num_attention_heads=4,
        )
    )
    llama.save_pretrained(folder / "vicuna")
    PreTrainedTokenizerFast(
        tokenizer_object=llama_tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder / "vicuna")
    torch.save(make_imagebind(), folder / "imagebind.pth")
    torch.save(make_pandagpt(), folder / "pandagpt.pt")
    torch.save(make_anomalygpt(), folder / "anomalygpt.pt")
    return WeightFiles(folder / "imagebind.pth", folder / "vicuna", folder / "pandagpt.pt", folder / "anomalygpt.pt")


def make_imagebind():
    """Vision and text as in the official file, and another sense, which is not needed."""
    named = {}
    for tower, parts in ((VisionTower(VISION), VISION_PARTS), (TextTower(TEXT), TEXT_PARTS)):
        long_names = {short: long for long, short in parts.items()}
        for name, value in tower.state_dict().items():
            short = next(each for each in long_names if name.startswith(each))
            drawn = value if name.endswith("mask") else torch.randn_like(value) * 0.2
            named[long_names[short] + name.removeprefix(short)] = drawn
    return {**named, "modality_trunks.audio.blocks.0.norm_1.weight": torch.ones(3)}


def make_pandagpt():
    stem = "llama_model.base_model.model.model.layers.{}.self_attn.{}_proj.lora_{}.default.weight"
    shapes = {"A": (RANK, WIDTH), "B": (WIDTH, RANK)}
    adapters = {
        stem.format(layer, part, half): torch.randn(shape) * 0.1
        for layer in range(LAYERS)
        for part in "qkvo"
        for half, shape in shapes.items()
    }
    return {
        **adapters,
        "llama_proj.weight": torch.randn(WIDTH, VISION.embedding),
        "llama_proj.bias": torch.zeros(WIDTH),
    }


def make_anomalygpt():
    decoder = ImageDecoder(VISION.width, TEXT.embedding, len(VISION.taps))
    learner = PromptLearner(WIDTH)
    return {**decoder.state_dict(prefix="image_decoder."), **learner.state_dict(prefix="prompt_learner.")}
