"""Bridge, the trained highlighter: learns, goes on after a stop, finds what is drawn and nothing that is not there."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.backbones.base import Features
from inference.errors import Cancelled, ModelPackError
from inference.highlighter.bridge.network import STRIDES, Bridge
from inference.highlighter.bridge.provider import BridgeProvider, judge
from inference.highlighter.bridge.reading import WORKING_PIXELS, BridgeReader, fit_working_size, pad
from inference.highlighter.bridge.shipped import MANIFEST_FILE, WEIGHTS_FILE, is_shipped
from inference.highlighter.bridge.teaching_photos import SIDE, TAUGHT, draw_photo
from inference.highlighter.bridge.training import Plan, measure_loss, train
from inference.highlighter.bridge.weights import BridgeWeights, read_weights, write_weights
from inference.highlighter.concepts import Concept
from inference.highlighter.presence import PresenceRule
from inference.highlighter.provider import Scene
from inference.highlighter.traces import Traces
from inference.simulation.backgrounds import draw_texture
from inference.simulation.defects import paint

CHANNELS = (4, 4, 4, 4)


class Blurred:
    """A backbone whose features are the photo itself, coarser and coarser."""

    def extract(self, pixels):
        light = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255.0
        layers = []
        for stride in STRIDES:
            small = torch.nn.functional.avg_pool2d(light, stride)
            layers.append(torch.cat([small, small.mean(1, keepdim=True)], 1).permute(0, 2, 3, 1).numpy())
        return Features(tuple(layers), layers[-1].mean(axis=(1, 2)))


@pytest.fixture(scope="module")
def tensors():
    torch.manual_seed(0)
    return Bridge(CHANNELS, len(TAUGHT)).state_dict()


def make_provider(tensors, rules=None):
    weights = BridgeWeights(tensors, {Concept.CRACK: PresenceRule(80, 3)} if rules is None else rules)
    return BridgeProvider(BridgeReader(Blurred(), weights), weights)


# Teaching


def test_the_loss_falls():
    _, losses = train(Blurred(), Plan(steps=14, batch=2, warm_up=2, rate=1e-2))

    assert np.mean(losses[-4:]) < 0.9 * losses[0]


def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path):
    plan = Plan(steps=4, batch=1)
    whole, _ = train(Blurred(), plan)
    seen = []
    with pytest.raises(Cancelled):
        train(
            Blurred(),
            plan,
            checkpoint=tmp_path / "checkpoint.pt",
            on_progress=seen.append,
            is_cancelled=lambda: len(seen) == 2,
        )

    resumed, losses = train(Blurred(), plan, checkpoint=tmp_path / "checkpoint.pt")

    assert len(losses) == 4
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_photos_to_learn_from_depend_on_their_number_alone_and_a_third_has_nothing_on_it():
    photos = [draw_photo(number, 0) for number in range(40)]

    assert (photos[3].pixels == draw_photo(3, 0).pixels).all()
    assert photos[0].pixels.shape == (SIDE, SIDE, 3)
    assert photos[0].masks.shape == (len(TAUGHT), SIDE, SIDE)
    assert 6 <= sum(not photo.masks.any() for photo in photos) <= 26


def test_a_perfect_answer_costs_less_than_an_empty_one():
    masks = torch.zeros(1, 2, 32, 32)
    masks[0, 0, 8:20, 8:12] = 1
    perfect, empty = 20 * masks - 10, torch.full_like(masks, -10)
    there, nowhere = torch.tensor([[9.0, -9.0]]), torch.tensor([[-9.0, -9.0]])

    assert measure_loss(perfect, there, masks) < 0.05
    assert measure_loss(empty, nowhere, masks) > 5


# Reading


@pytest.mark.parametrize("shape", [(32, 32), (33, 47), (15, 400), (256, 256)])
def test_photos_of_any_size_are_read_at_their_own_size(tensors, shape):
    reader = BridgeReader(Blurred(), BridgeWeights(tensors, {}))
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3)).astype(np.uint8)

    assert reader.read(pixels).find(0).shape == shape
    assert pad(pixels).shape[0] % 16 == pad(pixels).shape[1] % 16 == 0


def test_large_photos_are_read_smaller():
    fitted = fit_working_size(np.zeros((3000, 4000, 3), np.uint8))

    assert fitted.shape[0] * fitted.shape[1] <= 1.01 * WORKING_PIXELS


def test_a_photo_is_read_once_for_several_queries(tensors):
    reader = BridgeReader(Blurred(), BridgeWeights(tensors, {}))
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)

    assert reader.read(pixels) is reader.read(pixels.copy())
    assert reader.read(pixels) is not reader.read(255 - pixels)


# Answering


def test_what_was_not_learned_is_left_to_the_filters(tensors):
    scene = Scene(draw_texture((96, 96), np.random.default_rng(0)))
    provider = make_provider(tensors)

    assert provider.highlight(scene, "crack", Concept.CRACK).provider == "bridge"
    assert provider.highlight(scene, "burr", Concept.BURR).provider == "classical"
    assert provider.highlight(scene, "missing", Concept.MISSING_PART).outcome == "failed"


def make_traces(*strengths):
    return Traces(np.zeros((2, 2), np.int32), tuple(range(1, len(strengths) + 1)), strengths)


def test_one_strong_piece_is_found_and_a_texture_of_alike_pieces_is_not():
    rule = PresenceRule(80, 3)

    assert judge(make_traces(400, 30, 20, 10, 5), rule, compared=False, two_toned=False).found
    assert not judge(make_traces(400, 390, 380, 370, 360), rule, compared=False, two_toned=False).found
    assert not judge(make_traces(70), rule, compared=False, two_toned=False).found
    assert not judge(make_traces(), rule, compared=False, two_toned=False).found


def test_a_map_takes_texture_away_and_two_tones_leave_it_undecided():
    rule = PresenceRule(80, 3)
    alike = make_traces(100, 95, 95, 95, 95)

    assert judge(alike, rule, compared=True, two_toned=True).found
    assert judge(make_traces(900), rule, compared=False, two_toned=True).score < 1


# Weights on the disk


@pytest.fixture
def folder(tensors, tmp_path):
    write_weights(tmp_path, tensors, {Concept.CRACK: PresenceRule(80, 3)}, {"name": "bridge"})
    return tmp_path


def test_weights_and_rules_come_back(folder, tensors):
    read = read_weights(folder)

    assert set(read.tensors) == set(tensors)
    assert read.rules == {Concept.CRACK: PresenceRule(80, 3)}


def test_altered_weights_are_refused(folder):
    data = bytearray((folder / WEIGHTS_FILE).read_bytes())
    data[-3] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(data)

    with pytest.raises(ModelPackError, match="was not loaded"):
        read_weights(folder)


@pytest.mark.parametrize("missing", [WEIGHTS_FILE, MANIFEST_FILE])
def test_missing_weights_are_a_sentence(folder, missing):
    (folder / missing).unlink()

    with pytest.raises(ModelPackError, match="cannot be read"):
        read_weights(folder)


# The shipped weights


@pytest.fixture(scope="module")
def shipped(model_home):
    from inference.highlighter.bridge.provider import open_bridge

    assert is_shipped()
    return open_bridge(model_home / "models", "cpu")


@pytest.mark.models
def test_drawn_cracks_are_found_where_they_are(shipped):
    found, overlaps = 0, []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        painted = paint(draw_texture((320, 320), rng), Concept.CRACK, 0.8, rng)
        result = shipped.highlight(Scene(painted.pixels), "crack", Concept.CRACK)
        found += result.outcome == "found"
        both, either = ((result.mask > 0) & (painted.mask > 0)).sum(), ((result.mask > 0) | (painted.mask > 0)).sum()
        overlaps.append(both / either)

    assert found >= 5
    assert np.median(overlaps) > 0.4


@pytest.mark.models
@pytest.mark.parametrize("concept", [Concept.CRACK, Concept.RUST, Concept.HOLE])
def test_plain_surfaces_have_nothing_on_them(shipped, concept):
    surfaces = [draw_texture((256, 256), np.random.default_rng(100 + seed)) for seed in range(10)]

    outcomes = [shipped.highlight(Scene(surface), str(concept), concept).outcome for surface in surfaces]

    assert outcomes.count("not found") >= 9


@pytest.mark.models
def test_where_the_map_is_quiet_nothing_counts(shipped):
    rng = np.random.default_rng(1)
    painted = paint(draw_texture((320, 320), rng), Concept.CRACK, 0.9, rng)
    quiet = np.zeros((320, 320), np.float32)
    loud = np.where(painted.mask > 0, np.float32(2.0), np.float32(0.0))

    assert shipped.highlight(Scene(painted.pixels, quiet), "crack", Concept.CRACK).outcome == "not found"
    assert shipped.highlight(Scene(painted.pixels, loud), "crack", Concept.CRACK).outcome == "found"
