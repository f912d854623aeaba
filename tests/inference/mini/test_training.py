"""Teaching moves adapters and prompts alone, lowers the loss, and goes on after a stop as if there had been none."""

from __future__ import annotations

import pytest
import torch

from inference.errors import Cancelled
from inference.mini.model import Mini, MiniWeights, pack_weights, unpack_weights
from inference.mini.training import Plan, draw_batch, schedule_rate, train
from tests.inference.language.tiny import make_language_model

PLAN = Plan(steps=40, batch=4, warm_up=3, keep_every=10, adapters_rate=2e-2, prompts_rate=5e-3)


def pack(weights: MiniWeights) -> bytes:
    return pack_weights(weights.prompts, weights.adapters)


def test_the_loss_falls(language, subjects):
    _, losses = train(language, subjects, PLAN)

    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_the_language_model_itself_stays_as_it_was(language, subjects):
    before = {name: tensor.clone() for name, tensor in language.network.state_dict().items()}
    train(language, subjects, Plan(steps=2, batch=2))

    after = language.network.state_dict()
    assert all(
        torch.equal(after[name.replace("_proj.weight", "_proj.base.weight")] if "attn" in name else after[name], tensor)
        for name, tensor in before.items()
    )


def test_the_same_seed_gives_the_same_weights(subjects):
    runs = [train(make_language_model(), subjects, Plan(steps=4, batch=2, seed=seed))[0] for seed in (1, 1, 2)]

    assert pack(runs[0]) == pack(runs[1])
    assert pack(runs[0]) != pack(runs[2])


def test_a_stopped_run_goes_on_to_the_same_weights(subjects, tmp_path):
    plan = Plan(steps=8, batch=2, keep_every=3)
    whole, losses = train(make_language_model(), subjects, plan)
    seen = []
    with pytest.raises(Cancelled):
        train(
            make_language_model(),
            subjects,
            plan,
            checkpoint=tmp_path / "checkpoint.pt",
            on_progress=seen.append,
            is_cancelled=lambda: len(seen) == 5,
        )

    resumed, resumed_losses = train(make_language_model(), subjects, plan, checkpoint=tmp_path / "checkpoint.pt")

    assert pack(resumed) == pack(whole)
    assert resumed_losses == losses
    assert [progress.step for progress in seen] == [1, 2, 3, 4, 5]


def test_a_killed_run_goes_on_from_the_last_file(subjects, tmp_path):
    plan = Plan(steps=6, batch=2, keep_every=2)
    checkpoint = tmp_path / "checkpoint.pt"

    def die(progress: object) -> None:
        if progress.step == 5:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train(make_language_model(), subjects, plan, checkpoint=checkpoint, on_progress=die)

    assert torch.load(checkpoint, weights_only=True)["step"] == 4
    assert pack(train(make_language_model(), subjects, plan, checkpoint=checkpoint)[0]) == pack(
        train(make_language_model(), subjects, plan)[0]
    )


def test_good_and_damaged_parts_are_taught_alike(language, subjects):
    _, seen = draw_batch(subjects, language, Plan(batch=8), step=3)

    assert sum(subject.is_defective for subject in seen) == 4


def test_parts_of_one_kind_alone_can_be_taught(language, subjects):
    good = [subject for subject in subjects if not subject.is_defective]

    assert len(draw_batch(good, language, Plan(batch=8), step=3)[1]) == 8


def test_the_rate_rises_and_falls():
    plan = Plan(steps=100, warm_up=10)
    rates = [schedule_rate(step, plan) for step in range(100)]

    assert rates[9] == 1.0
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0.04 < rates[-1] < 0.06


def test_merged_adapters_say_what_the_separate_ones_did(subjects):
    plan = Plan(steps=3, batch=2, adapters_rate=5e-2)
    taught = make_language_model()
    weights, _ = train(taught, subjects, plan)
    weights = unpack_weights(pack(weights))
    mini = Mini(make_language_model(), weights)
    ids = torch.tensor([[1, 70, 71, 200]])

    with torch.inference_mode():
        difference = (mini.language.network(ids).logits - taught.network(ids).logits).abs().max()
        untaught = (make_language_model().network(ids).logits - taught.network(ids).logits).abs().max()

    assert difference < 0.05 * untaught


def test_a_later_stage_begins_with_what_the_earlier_one_learned(subjects):
    first, _ = train(make_language_model(), subjects, Plan(steps=3, batch=2))
    still = Plan(steps=1, batch=2, prompts_rate=0.0, adapters_rate=0.0)

    assert pack(train(make_language_model(), subjects, still, start=first)[0]) == pack(first)
    assert pack(train(make_language_model(), subjects, still)[0]) != pack(first)
