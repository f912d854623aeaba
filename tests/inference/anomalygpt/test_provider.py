"""AnomalyGPT's weights in a user's folder: found, fitted into memory, answering from the pictures of an inspection."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from torch import nn

from inference.anomalygpt import system as published
from inference.dialogue import anomalygpt_provider
from inference.dialogue.anomalygpt_provider import find_weight_files, open_anomalygpt
from inference.dialogue.facts import Facts
from inference.dialogue.memory_plan import estimate, find_free_memory, plan_memory
from inference.dialogue.provider import AnswerControl, AnswerProvider, EarlierTurn
from inference.dialogue.sight import Sight
from inference.errors import DeviceError, ModelPackError
from inference.language.reduced import ReducedLinear, reduce_layers
from tests.inference.anomalygpt.conftest import TEXT, VISION

VICUNA, REST = 6_738_000_000, 1_110_000_000
GB = 10**9


@pytest.fixture
def folder(lookalikes, tmp_path):
    """The look-alikes, laid out as the official code wants them."""
    places = {
        "pretrained_ckpt/imagebind_ckpt/imagebind_huge.pth": lookalikes.imagebind,
        "pretrained_ckpt/pandagpt_ckpt/7b/pytorch_model.pt": lookalikes.pandagpt,
        "ckpt/train_supervised/pytorch_model.pt": lookalikes.anomalygpt,
        "ckpt/train_mvtec/pytorch_model.pt": lookalikes.anomalygpt,
    }
    for name, source in places.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, tmp_path / name)
    shutil.copytree(lookalikes.language_model, tmp_path / "pretrained_ckpt/vicuna_ckpt/7b_v0")
    return tmp_path


@pytest.fixture
def tiny(monkeypatch):
    """The published system with the look-alikes' shapes."""
    load = published.load_system
    monkeypatch.setattr(
        published, "load_system", lambda files, **options: load(files, vision=VISION, text=TEXT, **options)
    )
    monkeypatch.setattr(anomalygpt_provider, "MOST_TOKENS", 6)
    monkeypatch.setattr(anomalygpt_provider, "_REST", 0)


@pytest.fixture
def sight():
    photo, reference = (np.random.default_rng(n).integers(0, 255, (230, 250, 3), dtype=np.uint8) for n in range(2))
    return Sight(lambda: photo, lambda: None, lambda: reference, key="a")


def test_the_official_layout_is_found_and_the_demos_weights_are_taken(folder):
    files = find_weight_files(folder)

    assert files.language_model.name == "7b_v0"
    assert files.pandagpt.parent.parent.name == "pandagpt_ckpt"
    assert files.anomalygpt.parent.name == "train_supervised"


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("pretrained_ckpt/imagebind_ckpt", "lacks ImageBind"),
        ("pretrained_ckpt/vicuna_ckpt", "lacks Vicuna"),
        ("pretrained_ckpt/pandagpt_ckpt", "lacks PandaGPT"),
        ("ckpt", "lacks AnomalyGPT"),
    ],
)
def test_what_is_missing_is_named(folder, missing, sentence):
    shutil.rmtree(folder / missing)
    with pytest.raises(ModelPackError, match=sentence):
        open_anomalygpt(folder, "cpu")


def test_it_answers_over_turns_and_says_how_it_did(folder, tiny, sight):
    provider = open_anomalygpt(folder, "cpu")
    control = AnswerControl()
    turns = [EarlierTurn("user", "Hello"), EarlierTurn("assistant", "Hi"), EarlierTurn("user", "never answered")]
    said = "".join(provider.answer(Facts("reject"), turns, "Where?", control, sight))

    assert isinstance(provider, AnswerProvider)
    assert said == "".join(provider.answer(Facts("reject"), turns, "Where?", AnswerControl(), sight))
    assert provider.describe()["layers"]["AnomalyGPT"] == "21 of 21 tensors, 0 unexpected"
    assert (provider.describe()["bits"], provider.message) == (16, "")
    assert control.notes["tokens_said"] >= 1


def test_a_stopped_answer_ends_at_once(folder, tiny, sight):
    assert [
        *open_anomalygpt(folder, "cpu").answer(Facts("reject"), [], "Where?", AnswerControl(lambda: True), sight)
    ] == []


def test_without_the_pictures_there_is_a_sentence(folder, tiny):
    with pytest.raises(ModelPackError, match="pictures of this inspection"):
        next(open_anomalygpt(folder, "cpu").answer(Facts("reject"), [], "Where?", AnswerControl()))


@pytest.mark.parametrize("bits", [8, 4])
def test_with_little_memory_the_language_model_is_kept_in_fewer_bits(folder, tiny, sight, monkeypatch, bits):
    weights = anomalygpt_provider.measure_weights(find_weight_files(folder).language_model) // 2
    monkeypatch.setattr(anomalygpt_provider, "find_free_memory", lambda device: estimate(weights, 0, bits))
    provider = open_anomalygpt(folder, "cpu")
    [*provider.answer(Facts("reject"), [], "Where?", AnswerControl(), sight)]

    assert provider.describe()["bits"] == bits
    assert f"{bits} bits" in provider.message


# Memory


@pytest.mark.parametrize(
    ("gpu", "cpu", "place"),
    [(24, 64, ("cuda", 16)), (12, 64, ("cuda", 8)), (8, 64, ("cuda", 4)), (4, 32, ("cpu", 16)), (4, 8, ("cpu", 4))],
)
def test_the_place_with_the_most_bits_is_taken_the_gpu_first(gpu, cpu, place):
    plan = plan_memory(VICUNA, REST, "cuda", {"cuda": gpu * GB, "cpu": cpu * GB})

    assert (plan.device, plan.bits) == place
    assert bool(plan.message) == (place != ("cuda", 16))


def test_a_model_that_fits_nowhere_is_refused_with_what_it_needs():
    with pytest.raises(DeviceError, match=r"needs at least 6\.\d GB of memory, and 3\.0 GB are free"):
        plan_memory(VICUNA, REST, "cpu", {"cpu": 3 * GB})


def test_unknown_memory_is_tried_and_that_of_this_computer_is_known():
    assert plan_memory(VICUNA, REST, "cpu", {"cpu": None}).bits == 16
    assert find_free_memory("cpu") > 10**6


@pytest.mark.parametrize(("bits", "error", "share"), [(8, 0.01, 0.55), (4, 0.15, 0.3)])
@pytest.mark.parametrize("width", [128, 50])
def test_reduced_layers_compute_nearly_the_same_in_less_memory(bits, error, share, width):
    torch.manual_seed(2)
    linear = nn.Linear(width, 96).to(torch.bfloat16)
    values = torch.randn(7, width, dtype=torch.bfloat16)
    reduced = ReducedLinear(linear, bits)
    exact = linear(values).float()

    assert (reduced(values).float() - exact).norm() <= error * exact.norm() + 0.05
    size = sum(buffer.numel() * buffer.element_size() for buffer in reduced.buffers())
    assert size <= share * linear.weight.numel() * 2


def test_all_linear_layers_but_the_last_are_reduced():
    network = nn.ModuleDict({"a": nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8)), "lm_head": nn.Linear(8, 8)})

    assert reduce_layers(network, 4) == 2
    assert type(network["lm_head"]) is nn.Linear
