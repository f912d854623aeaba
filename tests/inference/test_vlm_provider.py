"""Any vision-language model in a folder answers with the pictures before its eyes; any other folder is a sentence."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from inference.dialogue import vlm_provider
from inference.dialogue.context_budget import LEFT_OUT_KEY
from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.provider import AnswerControl, AnswerProvider, EarlierTurn
from inference.dialogue.sight import Sight
from inference.dialogue.views import make_views
from inference.dialogue.vlm_provider import open_vlm
from inference.errors import DeviceError, ModelPackError
from tests.inference.tiny_models import make_qwen, make_smolvlm, make_text_only, write

FACTS = Facts(
    "reject", 71.4, 50.0, 0.001, 0.02, 5, regions=(RegionFact(1, "top left", 40, 30, 900, 3.5),), references=1
)
GOOD = Facts("accept", 12.0, 50.0, 0.4, 0.02, 5, references=1)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for name, make in (
        ("qwen", make_qwen),
        ("smolvlm", make_smolvlm),
        ("idefics3", lambda folder: make_smolvlm(folder, "Idefics3")),
        ("text", make_text_only),
    ):
        made[name] = make(tmp_path_factory.mktemp(name))
    return made


@pytest.fixture
def sight():
    random = np.random.default_rng(1)
    photo, reference = (random.integers(0, 255, (150, 200, 3), dtype=np.uint8) for _ in range(2))
    anomaly_map = np.zeros((150, 200), np.float32)
    anomaly_map[20:50, 10:50] = 3.5
    return Sight(lambda: photo, lambda: anomaly_map, lambda: reference, ((10, 20, 40, 30),), "a")


@pytest.fixture(autouse=True)
def short_answers(monkeypatch):
    monkeypatch.setattr(vlm_provider, "MOST_TOKENS", 12)


@pytest.mark.parametrize("family", ["qwen", "smolvlm", "idefics3"])
def test_a_whole_answer_is_streamed_from_photo_crop_reference_overlay_and_facts(folders, sight, family):
    provider = open_vlm(folders[family], "cpu")
    control = AnswerControl()
    pieces = [
        *provider.answer(
            FACTS, [EarlierTurn("user", "Hello"), EarlierTurn("assistant", "Hi")], "Where?", control, sight
        )
    ]

    assert isinstance(provider, AnswerProvider)
    assert len(pieces) >= 1
    assert control.notes["tokens_read"] > 4 * 16
    assert 1 <= control.notes["tokens_said"] <= 12
    again = AnswerControl()
    turns = [EarlierTurn("user", "Hello"), EarlierTurn("assistant", "Hi")]
    assert "".join(provider.answer(FACTS, turns, "Where?", again, sight)) == "".join(pieces)
    assert "Region 1 lies at the top left" in provider.make_system_prompt(FACTS)


def test_the_record_names_model_licence_and_fingerprint(folders):
    described = open_vlm(folders["qwen"], "cpu").describe()

    assert (described["model"], described["licence"]) == ("Qwen3VLForConditionalGeneration", "apache-2.0")
    assert (len(described["fingerprint"]), described["device"], described["precision"]) == (64, "cpu", "float32")


def test_the_pictures_are_photo_outline_region_and_the_same_place_on_the_reference(sight):
    views = make_views(FACTS, sight)

    assert [view.caption.split()[0:2] for view in views] == [
        ["The", "photo"],
        ["The", "same"],
        ["The", "strongest"],
        ["The", "same"],
    ]
    assert [view.picture.size for view in views[:2]] == [(200, 150)] * 2
    assert views[2].picture.size == views[3].picture.size == (94, 99)
    assert len(make_views(GOOD, Sight(sight.read_photo, lambda: None, lambda: None))) == 1


def test_an_answer_stops_within_a_token(folders, sight):
    provider = open_vlm(folders["qwen"], "cpu")
    pieces = []
    control = AnswerControl(lambda: True)
    pieces += provider.answer(FACTS, [], "Where?", control, sight)

    assert control.notes["tokens_said"] <= 1


def test_an_answer_that_runs_out_of_room_says_so(folders, sight, monkeypatch):
    monkeypatch.setattr(vlm_provider, "MOST_TOKENS", 1)
    control = AnswerControl()
    [*open_vlm(folders["idefics3"], "cpu").answer(FACTS, [], "Where?", control, sight)]

    assert control.stop_cause == "length"


def test_turns_that_do_not_fit_are_left_out_and_counted(folders, sight, monkeypatch):
    monkeypatch.setattr(vlm_provider, "TURNS_BUDGET", 40)
    turns = [EarlierTurn(role, "x" * 15) for _ in range(3) for role in ("user", "assistant")]
    control = AnswerControl()
    [*open_vlm(folders["qwen"], "cpu").answer(FACTS, turns, "Where?", control, sight)]

    assert control.notes[LEFT_OUT_KEY] == 4


def change(folder, tmp_path, edit):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    edit(copy)
    return copy


def poison(copy):
    weights = load_file(copy / "model.safetensors")
    name = next(iter(weights))
    weights[name][0] = float("nan")
    save_file(weights, copy / "model.safetensors", {"format": "pt"})


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda copy: (copy / "config.json").unlink(), "holds no model"),
        (lambda copy: (copy / "config.json").write_text("{"), "cannot be read"),
        (lambda copy: write(copy / "config.json", {"model_type": "nothing", "vision_config": {}}), "cannot be loaded"),
        (lambda copy: (copy / "tokenizer.json").unlink(), "lacks the tokenizer's file"),
        (lambda copy: (copy / "model.safetensors").unlink(), "holds no weights"),
        (lambda copy: (copy / "model.safetensors").write_bytes(b"broken"), "cannot be loaded"),
        (lambda copy: (copy / "preprocessor_config.json").unlink(), "cannot be loaded"),
        (poison, "values that are no numbers"),
    ],
)
def test_a_broken_folder_is_refused_with_a_sentence(folders, tmp_path, edit, sentence):
    with pytest.raises(ModelPackError, match=sentence):
        open_vlm(change(folders["qwen"], tmp_path, edit), "cpu")


def test_a_model_without_eyes_and_a_folder_that_is_none_are_refused(folders, tmp_path):
    with pytest.raises(ModelPackError, match="reads text only"):
        open_vlm(folders["text"], "cpu")
    with pytest.raises(ModelPackError, match="is no folder"):
        open_vlm(tmp_path / "nowhere", "cpu")


def test_a_model_with_eyes_that_does_not_write_is_refused(folders, tmp_path):
    def see_only(copy):
        write(copy / "config.json", {"model_type": "clip", "architectures": ["CLIPModel"], "vision_config": {}})

    with pytest.raises(ModelPackError, match="does not turn photos into text"):
        open_vlm(change(folders["qwen"], tmp_path, see_only), "cpu")


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 GB")])
def test_full_memory_is_a_sentence_on_load_and_in_the_middle_of_an_answer(folders, sight, monkeypatch, error):
    provider = open_vlm(folders["qwen"], "cpu")

    def fail(*arguments, **named):
        raise error

    monkeypatch.setattr(provider._model, "generate", fail)
    with pytest.raises(DeviceError, match="memory of cpu is full"):
        [*provider.answer(FACTS, [], "Where?", AnswerControl(), sight)]
    monkeypatch.setattr(vlm_provider, "_load", fail)
    with pytest.raises(DeviceError, match="memory of cpu is full"):
        open_vlm(folders["qwen"], "cpu")


def test_without_the_pictures_there_is_a_sentence(folders):
    with pytest.raises(ModelPackError, match="pictures of this inspection"):
        next(open_vlm(folders["qwen"], "cpu").answer(FACTS, [], "Where?", AnswerControl()))
