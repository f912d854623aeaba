"""The setting `components`: whole inspections and whole answers through the textbook are those of the libraries."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.backbones import BackboneOptions, DeviceError, open_backbone
from inference.backbones.base import Features
from inference.backbones.dummy import DummyBackbone
from inference.backbones.textbook_runtime import TextbookRuntime
from inference.detector import Detector
from inference.dialogue.provider import AnswerControl
from inference.dialogue.sight import Sight
from inference.images import Photo
from inference.language.by_hand import LlamaByHand
from inference.language.generating import Decoding, Generation
from inference.language.models import LanguageModel
from inference.mini.model import Mini, MiniWeights
from inference.mini.provider import MiniProvider, open_mini
from inference.mini.training import Plan, train
from inference.profiles import Profile, WholeView
from tests.inference.language.tiny import HEADS, KEY_HEADS, LAYERS, WIDTH, make_language_model
from tests.inference.mini.conftest import make_subject
from tests.inference.textbook.comparing import read_sample, same

SMALL = Profile(
    "default",
    (WholeView("dinov2-vits14", (6, 8), 98, 98, 1.0), WholeView("efficientnet-lite2", (8, 16), 128, 128, 2.0)),
    detail_tiles=0,
    bank_tokens=256,
    precision="float32",
    alignment=True,
    within=True,
)
"""The default profile on small views."""


def judge(models, components):
    backbones = [
        open_backbone(view.pack, models, BackboneOptions(layers=view.layers, components=components))
        for view in SMALL.views
    ]
    detector = Detector(backbones, SMALL)
    good, damaged = (Photo(read_sample(240, 300, kind)[0], kind, kind, 8) for kind in ("good", "rust"))
    return detector.inspect(damaged, detector.learn([good]))


@pytest.mark.models
def test_a_whole_inspection_is_the_same_through_each(model_home):
    library, by_hand = (judge(model_home / "models", components) for components in ("framework", "textbook"))

    assert (library.device, by_hand.device) == ("cpu (OpenVINO, float32)", "cpu (textbook, float32)")
    assert by_hand.configuration["device"] == by_hand.device
    assert by_hand.verdict == library.verdict
    assert by_hand.score == pytest.approx(library.score, abs=0.01)
    assert len(by_hand.regions) == len(library.regions)
    same(by_hand.anomaly_map, library.anomaly_map)


class _Eye(DummyBackbone):
    """The dummy with as many channels as the real backbone has."""

    def extract(self, pixels):
        features = super().extract(pixels)
        tokens = features.layers[-1]
        return Features((np.resize(tokens, (*tokens.shape[:3], 384)).astype(np.float32),), features.summary)


@pytest.fixture(scope="module")
def weights() -> MiniWeights:
    return train(make_language_model(), [make_subject(seed) for seed in range(4)], Plan(steps=2, batch=2))[0]


def write_by_hand(language: LanguageModel) -> LanguageModel:
    arguments = {
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_HEADS,
        "rms_norm_eps": 1e-5,
        "rope_theta": 100000.0,
    }
    network = LlamaByHand(language.network.state_dict(), arguments)
    return LanguageModel(language.pack, network, language.words, language.end_id)


def answer(weights, components):
    language = make_language_model()
    if components == "textbook":
        language = write_by_hand(language)
    mini = MiniProvider(Mini(language, weights, components), _Eye(), "ab" * 32, "float32", components)
    anomaly = np.zeros((240, 300), np.float32)
    anomaly[100:140, 40:80] = 2.0
    sight = Sight(lambda: read_sample(240, 300)[0], lambda: anomaly, lambda: None, (), "inspection 1")
    said = [
        "".join(mini.answer(make_subject(1).facts, (), question, AnswerControl(), sight))
        for question in ("Is there any anomaly?", "Where is it?")
    ]
    return said, mini.describe()["components"]


def test_a_whole_answer_is_the_same_word_for_word_through_each(weights):
    (library, named), (by_hand, named_by_hand) = (answer(weights, each) for each in ("framework", "textbook"))

    assert by_hand == library
    assert all(said for said in library)
    assert (named, named_by_hand) == ("framework", "textbook")


@torch.inference_mode()
def test_llama_by_hand_reads_all_tokens_or_the_last_and_remembers_them():
    language = make_language_model()
    by_hand = write_by_hand(language).network
    words = by_hand.get_input_embeddings()(torch.tensor([[5, 60, 90, 130]]))
    read = by_hand(words[:, :3])
    same(read.logits, language.network(inputs_embeds=words[:, :3]).logits)
    last = by_hand(words[:, 3:], past_key_values=read.past_key_values, logits_to_keep=1)
    same(last.logits, language.network(inputs_embeds=words).logits[:, -1:])
    assert by_hand(words, use_cache=False).past_key_values is None
    greedy = Decoding(most_tokens=6)
    said, expected = ([*Generation(each, words, greedy, stop_ids=())] for each in (by_hand, language.network))
    assert said == expected


@pytest.mark.models
def test_the_textbook_runs_on_the_processor_only_and_says_so(model_home):
    models = model_home / "models"
    options = BackboneOptions(device="cuda", components="textbook")
    with pytest.raises(DeviceError, match="processor only"):
        open_backbone("efficientnet-lite2", models, options)


def test_mini_by_hand_is_refused_another_device_too(model_home, monkeypatch, weights):
    monkeypatch.setattr("inference.mini.provider.read_weights", lambda: weights)
    with pytest.raises(DeviceError, match="processor only"):
        open_mini(model_home / "models", "mps", "textbook")


def test_a_network_that_no_textbook_page_describes_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="the textbook has no object"):
        TextbookRuntime(object(), {}).run([])
