"""The same photo gets the same verdict: run after run, on torch as on OpenVINO, on a GPU as on a processor."""

import hashlib
import os
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from inference.backbones import BackboneOptions, open_backbone
from inference.detector import Detector
from inference.images import read_photo
from inference.profiles import find_profile
from resources import locate

REPEATS = int(os.environ.get("ANOMALYGPT_REPEATS", "10"))
FLANGE = locate("samples", "flange")
GOLDEN = [FLANGE / "test" / name for name in ("good/000.jpg", "good/001.jpg", "crack/000.jpg", "rust/000.jpg")]


def open_detector(models, runtime, device="cpu", precision="float32", profile="default"):
    chosen = find_profile(profile)
    backbones = [
        open_backbone(view.pack, models, BackboneOptions(device, runtime, precision, view.layers))
        for view in chosen.views
    ]
    return Detector(backbones, chosen)


@cache
def judge_golden_set(models, runtime, device="cpu", precision="float32"):
    detector = open_detector(models, runtime, device, precision)
    learned = detector.learn([read_photo(FLANGE / "train" / "good" / "000.jpg")])
    return [detector.inspect(read_photo(path), learned) for path in GOLDEN]


def overlap(first, second):
    either = np.count_nonzero((first > 0) | (second > 0))
    return np.count_nonzero((first > 0) & (second > 0)) / either if either else 1.0


def assert_equal_verdicts(some, others):
    assert [judgement.verdict for judgement in some] == [judgement.verdict for judgement in others]
    for one, other in zip(some, others, strict=True):
        assert one.score == pytest.approx(other.score, abs=1.0)
        assert overlap(one.mask, other.mask) >= 0.99


@pytest.mark.models
def test_torch_and_openvino_give_equal_verdicts_scores_and_masks(model_home):
    assert_equal_verdicts(
        judge_golden_set(model_home / "models", "torch"), judge_golden_set(model_home / "models", "openvino")
    )


@pytest.mark.models
def test_a_gpu_gives_the_verdicts_of_the_processor(model_home):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("there is no NVIDIA GPU on this machine")
    assert_equal_verdicts(
        judge_golden_set(model_home / "models", "torch", "cuda"), judge_golden_set(model_home / "models", "openvino")
    )


@pytest.mark.models
def test_half_precision_moves_no_score_by_more_than_a_point_and_a_half(model_home):
    half = judge_golden_set(model_home / "models", "openvino", precision="bfloat16")
    single = judge_golden_set(model_home / "models", "openvino")
    for one, other in zip(half, single, strict=True):
        assert one.score == pytest.approx(other.score, abs=1.5)


@pytest.mark.models
def test_the_golden_set_has_no_rejected_good_part_and_finds_obvious_defects(model_home):
    verdicts = {
        path.parent.name + path.stem: judgement.verdict.value
        for path, judgement in zip(GOLDEN, judge_golden_set(model_home / "models", "openvino"), strict=True)
    }
    assert [verdicts[f"good00{number}"] for number in range(2)] == ["accept"] * 2
    assert "accept" not in (verdicts["rust000"], verdicts["crack000"])


@pytest.mark.models
def test_the_same_photo_gets_the_same_score_and_mask_every_time(model_home):
    detector = open_detector(model_home / "models", "auto", precision="bfloat16")
    photo, reference = read_photo(GOLDEN[0]), read_photo(FLANGE / "train" / "good" / "000.jpg")
    learned = [detector.learn([reference]), detector.learn([reference])]
    seen = set()
    for number in range(REPEATS):
        judgement = detector.inspect(photo, learned[number % 2])
        seen.add((judgement.score, hashlib.sha256(judgement.mask.tobytes()).hexdigest()))
    assert len(seen) == 1


@pytest.mark.models
def test_a_photo_under_another_name_gets_the_same_score(model_home):
    detector = open_detector(model_home / "models", "auto", precision="bfloat16")
    learned = detector.learn([read_photo(FLANGE / "train" / "good" / "000.jpg")])
    photo = read_photo(GOLDEN[0])
    first, second = (detector.inspect(named, learned) for named in (photo, replace(photo, name="elsewhere.jpg")))
    assert (first.score, first.mask.tobytes()) == (second.score, second.mask.tobytes())
