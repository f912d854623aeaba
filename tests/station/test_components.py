"""The setting `components` carries a station through a whole inspection and a whole answer, and records say which."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from inference.language.generating import Decoding
from inference.language.models import open_language_model
from inference.mini.adapters import ADAPTED, RANK
from inference.mini.model import MiniWeights, make_prompts
from resources import locate
from station.batch import inspect_photos
from station.changing_settings import change_settings
from station.conversing import ask
from station.products import prepare_references
from station.settings import read_settings
from station.station import Station

DEVICES = {"framework": "cpu (OpenVINO", "textbook": "cpu (textbook, float32)"}


@pytest.fixture(scope="module")
def untaught(model_home) -> MiniWeights:
    """Weights of mini that were never trained, for the real language model."""
    torch.manual_seed(0)
    language = open_language_model("smollm2-135m", model_home / "models")
    adapters = {}
    for number, layer in enumerate(language.network.model.layers):
        for part in ADAPTED:
            matrix = getattr(layer.self_attn, part)
            adapters[f"layers.{number}.{part}.lora_A"] = 0.01 * torch.randn(RANK, matrix.in_features)
            adapters[f"layers.{number}.{part}.lora_B"] = 0.01 * torch.randn(matrix.out_features, RANK)
    return MiniWeights(make_prompts(language).state_dict(), adapters)


@pytest.fixture
def flanges(tmp_path):
    """A good flange and a rusty one, small."""
    for name, place in (("good", "train/good/000.jpg"), ("rust", "test/rust/000.jpg")):
        with Image.open(locate("samples", "flange") / place) as photo:
            photo.resize((300, 240)).save(tmp_path / f"{name}.png")
    return tmp_path


@pytest.mark.models
@pytest.mark.parametrize("components", DEVICES)
def test_a_whole_inspection_and_a_whole_answer_run_through_each_and_are_recorded_as_such(
    home_with_packs, flanges, untaught, monkeypatch, components
):
    monkeypatch.setattr("inference.mini.provider.read_weights", lambda: untaught)
    monkeypatch.setattr("inference.mini.provider.DECODING", Decoding(most_tokens=6))
    for name, value in (("COMPONENTS", components), ("PROFILE", "fast"), ("ANSWERS", "mini"), ("DEVICE", "cpu")):
        monkeypatch.setenv(f"ANOMALYGPT_{name}", value)
    with Station.open(home_with_packs, user="Ada Lovelace") as station:
        product = prepare_references(station, [flanges / "good.png"])
        [item] = inspect_photos(station, [flanges / "rust.png"], product)
        record = item.inspected.record
        _, answer = ask(station, record.id, "Is there any anomaly?")

        assert record.verdict != "accept"
        assert record.device.startswith(DEVICES[components])
        assert record.configuration["device"] == record.device
        assert (answer.provider, answer.stop_cause) == ("mini", "length")
        assert answer.decoding["components"] == components
        assert station.store.verify().ok


def test_the_framework_computes_unless_the_textbook_is_asked_for(own_home, monkeypatch):
    assert read_settings(own_home)[0].components == "framework"
    monkeypatch.setenv("ANOMALYGPT_COMPONENTS", "textbook")
    assert read_settings(own_home)[0].components == "textbook"


def test_a_change_of_components_leaves_an_event(station):
    change_settings(station, {"components": "textbook"})

    [change] = [event.payload for event in station.store.list_events() if event.action == "settings.changed"]
    assert change == {"setting": "components", "old": "framework", "new": "textbook"}
