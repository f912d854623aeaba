"""The whole published system on small look-alikes of its files: all tensors used, photos seen, questions answered."""

import dataclasses

import numpy as np
import pytest
import torch

from inference.anomalygpt.conversation import PastTurn
from inference.anomalygpt.system import Policies, load_system
from inference.errors import ModelPackError
from inference.language.generating import Decoding
from tests.inference.anomalygpt.conftest import TEXT, VISION, make_anomalygpt, make_pandagpt

QUESTION = "Is there any anomaly in the image?"


def load(files, **options):
    return load_system(files, vision=VISION, text=TEXT, **options)


@pytest.fixture(scope="module")
def system(lookalikes):
    return load(lookalikes)


@pytest.fixture(scope="module")
def photo():
    return np.random.default_rng(3).integers(0, 255, (260, 300, 3), dtype=np.uint8)


def test_every_layer_says_how_many_of_its_tensors_were_used(lookalikes):
    told = {}
    load(lookalikes, on_layer=lambda name, report: told.update({name: str(report)}))
    assert told == {
        "ImageBind, vision": "56 of 56 tensors, 0 unexpected",
        "ImageBind, text": "31 of 31 tensors, 0 unexpected",
        "PandaGPT": "18 of 18 tensors, 0 unexpected",
        "AnomalyGPT": "21 of 21 tensors, 0 unexpected",
    }


def test_a_photo_is_seen_against_words_and_against_good_parts(system, photo):
    by_words = system.look(photo, QUESTION)
    assert by_words.anomaly_map.shape == (1, 1, 224, 224)
    assert 0 <= by_words.score <= 1
    itself = system.look(photo, QUESTION, system.learn([photo]))
    assert itself.score == pytest.approx(0, abs=1e-5)
    other = system.learn([255 - photo])
    assert system.look(photo, QUESTION, other).score > 0.001
    both = system.learn([255 - photo, photo])
    assert both.banks[0].shape[0] == 2 * 256
    assert system.look(photo, QUESTION, both).score == pytest.approx(0, abs=1e-5)


def test_the_name_in_the_prompt_counts_only_when_it_is_asked_for(system, photo):
    prompt = "This is a photo of a bottle. " + QUESTION
    plain, named = (system.look(photo, prompt, policies=Policies(names=names)) for names in ("object", "auto"))
    assert torch.equal(plain.anomaly_map, system.look(photo, QUESTION).anomaly_map)
    assert not torch.equal(plain.anomaly_map, named.anomaly_map)


def test_an_answer_streams_and_is_the_same_again(system, photo):
    look = system.look(photo, QUESTION)
    grown = [*system.answer(look, [], QUESTION, Decoding(most_tokens=6))]
    assert 1 <= len(grown) <= 6
    assert grown == [*system.answer(look, [], QUESTION, Decoding(most_tokens=6))]


def test_earlier_turns_are_read_before_the_question(system, photo):
    look = system.look(photo, QUESTION)
    short = system.embed(look, [], QUESTION)
    assert short.shape[1] == 30 + 15
    longer = system.embed(look, [PastTurn(QUESTION, "No, there is no anomaly in the image.")], QUESTION)
    assert longer.shape[1] > short.shape[1] + 15 + 8


def test_an_answer_stops_when_it_is_asked_to(system, photo):
    asked = iter([False, False, True])
    grown = system.answer(system.look(photo, QUESTION), [], QUESTION, Decoding(), lambda: next(asked, True))
    assert len([*grown]) == 2


def test_adapters_with_and_without_the_name_default_are_merged_alike(lookalikes, tmp_path, system, photo):
    plain = {name.replace(".default", ""): value for name, value in torch.load(lookalikes.pandagpt).items()}
    torch.save(plain, tmp_path / "pandagpt.pt")
    other = load(dataclasses.replace(lookalikes, pandagpt=tmp_path / "pandagpt.pt"))
    name = "model.layers.1.self_attn.o_proj.weight"
    assert torch.equal(other.language_model.state_dict()[name], system.language_model.state_dict()[name])


def rename(weights):
    weights["image_decoder.fc.9.bias"] = weights.pop("image_decoder.fc.0.bias")


def reshape(weights):
    weights["image_decoder.fc.0.bias"] = torch.zeros(3)


def poison(weights):
    weights["image_decoder.fc.0.bias"] = torch.full_like(weights["image_decoder.fc.0.bias"], torch.nan)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(rename, r"lack image_decoder\.fc\.0\.bias"), (reshape, "has the shape"), (poison, "holds values that are no")],
)
def test_a_file_that_does_not_fit_is_refused_with_the_first_thing_that_is_wrong(lookalikes, tmp_path, spoil, says):
    weights = make_anomalygpt()
    spoil(weights)
    torch.save(weights, tmp_path / "anomalygpt.pt")
    with pytest.raises(ModelPackError, match=says):
        load(dataclasses.replace(lookalikes, anomalygpt=tmp_path / "anomalygpt.pt"))


def test_files_in_each_others_place_are_refused(lookalikes):
    with pytest.raises(ModelPackError, match="tensors that do not belong there"):
        load(dataclasses.replace(lookalikes, pandagpt=lookalikes.anomalygpt))
    with pytest.raises(ModelPackError, match=r"ImageBind's vision lack"):
        load(dataclasses.replace(lookalikes, imagebind=lookalikes.pandagpt))


def test_adapters_of_another_model_are_refused(lookalikes, tmp_path):
    weights = make_pandagpt()
    first = next(iter(weights))
    weights[first] = torch.zeros(2, 7)
    torch.save(weights, tmp_path / "pandagpt.pt")
    with pytest.raises(ModelPackError, match="does not fit the language model"):
        load(dataclasses.replace(lookalikes, pandagpt=tmp_path / "pandagpt.pt"))


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"PK\x03\x04 broken"])
def test_a_file_that_holds_no_weights_is_said_in_a_sentence(lookalikes, tmp_path, content):
    (tmp_path / "broken.pt").write_bytes(content)
    with pytest.raises(ModelPackError, match=r"broken\.pt"):
        load(dataclasses.replace(lookalikes, imagebind=tmp_path / "broken.pt"))


def test_code_in_a_file_is_never_run(lookalikes, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"weight": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ModelPackError, match="holds more than weights"):
        load(dataclasses.replace(lookalikes, anomalygpt=tmp_path / "evil.pt"))
    assert not (tmp_path / "ran").exists()


def test_another_vocabulary_and_an_empty_folder_are_refused(lookalikes, tmp_path):
    with pytest.raises(ModelPackError, match="cannot be loaded as a language model"):
        load(dataclasses.replace(lookalikes, language_model=tmp_path))
