"""The published system, number by number: the 25 checks whose values were taken from its original modules."""

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close
from transformers import LlamaConfig, LlamaForCausalLM

from inference.anomalygpt import answers, checkpoints, conversation, losses, text_ensemble
from inference.anomalygpt.anomaly_maps import few_shot_map, image_score, text_map
from inference.anomalygpt.clip_words import tokenize_sentences
from inference.anomalygpt.image_decoder import ImageDecoder
from inference.anomalygpt.preprocessing import letterbox_place, prepare_truth
from inference.anomalygpt.prompt_learner import PromptLearner
from inference.anomalygpt.schedule import plan_schedule
from inference.anomalygpt.text_tower import TextShape, TextTower
from inference.anomalygpt.vision_tower import VisionShape, VisionTower
from inference.errors import ModelPackError
from inference.language.generating import Decoding, Generation
from tests.inference.anomalygpt.fill import fill, fill_by_name

CONVOLUTIONS = (0, 3, 6, 9, 12, 15)


def near(actual, expected, tolerance=1e-4):
    assert_close(torch.as_tensor(actual).double(), torch.tensor(expected).double(), atol=tolerance, rtol=0)


@pytest.fixture(scope="module")
def prompt_learner():
    learner = PromptLearner()
    with torch.no_grad():
        learner.base_prompts.copy_(fill((9, 4096), 0, 1))
        names = [f"{index}.{kind}" for index in CONVOLUTIONS for kind in ("weight", "bias")]
        for seed, name in enumerate(names, start=1):
            parameter = learner.meta_net.get_parameter(name)
            scale = math.sqrt(6 / parameter[0].numel()) if name.endswith("weight") else 0.05
            parameter.copy_(fill(tuple(parameter.shape), seed, scale))
    return learner.eval()


@pytest.fixture(scope="module")
def tiny_llama():
    shape = LlamaConfig(
        vocab_size=97,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        eos_token_id=None,
    )
    torch.manual_seed(0)
    return LlamaForCausalLM(shape).eval()


@pytest.fixture(scope="module")
def vision():
    shape = VisionShape(side=28, width=8, blocks=4, heads=2, embedding=6, taps=(1, 3))
    tower = VisionTower(shape).eval()
    fill_by_name(tower, 100, 0.3)
    return tower


def test_the_shared_fill_gives_the_agreed_numbers():
    near(fill((4,), 0, 1), [-0.183302, 0.633396, -0.344180, 0.699169], 1e-6)


@torch.no_grad()
def test_parity_01_prompt_learner_values(prompt_learner):
    rows, columns = torch.meshgrid(torch.arange(224.0), torch.arange(224.0), indexing="ij")
    bump = torch.exp(-((rows - 60) ** 2 + (columns - 150) ** 2) / 800)[None, None]
    (out,) = prompt_learner(bump)
    near(out[0, 0], -0.183302)
    near(out[8, 4095], -0.650757)
    near(out[9, [0, 1, 4095]], [0.410519, -0.063718, -0.304438])
    near(out[10:18, 0], [0.731311, 0.746830, 0.163097, 0.155498, 0.057252, 0.071788, -0.133223, -0.134005])
    near(out[13, 2048], -0.214465)
    near(out[17, 4095], -0.189573)
    near([out[9:].mean(), out[9:].std()], [-0.003301, 0.389761])


@torch.no_grad()
def test_parity_02_prompt_learner_of_flat_maps(prompt_learner):
    near(prompt_learner(torch.zeros(1, 1, 224, 224))[0, [9, 13, 17], 0], [0.059674, 0.063746, 0.040712])
    near(prompt_learner(torch.ones(1, 1, 224, 224))[0, [9, 13, 17], 0], [2.310161, 2.235198, 2.059906])


@torch.no_grad()
def test_parity_03_prompt_learner_structure():
    learner = PromptLearner(8)
    for index in CONVOLUTIONS:
        layer = learner.meta_net[index]
        layer.weight.copy_((layer.weight + layer.weight.transpose(2, 3)) / 2)
    anomaly = torch.rand(1, 1, 224, 224, generator=torch.manual_seed(0))
    straight, turned = learner(anomaly)[0, 9:], learner(anomaly.transpose(2, 3))[0, 9:]
    near(straight.reshape(3, 3, 8).transpose(0, 1).reshape(9, 8), turned.tolist())
    for index in CONVOLUTIONS:
        learner.meta_net[index].weight.zero_()
    (out,) = learner(anomaly)
    near(out[:9], learner.base_prompts.tolist())
    near(out[9:], learner.meta_net[15].bias.expand(9, 8).tolist())


@torch.no_grad()
def test_parity_04_vision_tower(vision):
    assert len(list(vision.named_parameters())) == 56
    photo = fill((1, 3, 28, 28), 99, 1)
    tokens = vision.pre(photo)[0]
    near(tokens[0, :3], [-0.24221, -0.18527, 0.24111])
    near(tokens[4, :3], [2.76085, -3.20191, -1.387])
    seen = vision(photo)
    first = [-0.25659, -0.7982, -1.76097, 0.81738, -1.27218, 1.21185, -0.24656, 1.30589]
    last = [2.93714, -0.44829, 0.85935, 0.63504, 0.31974, -1.22255, -0.01078, -0.40091]
    near(seen.taps[0][0, 0], first)
    near(seen.taps[1][0, -1], last)
    near(seen.embedding[0], [-0.64464, 0.65841, -0.06679, -0.37533, -0.07353, -0.01427])


@torch.no_grad()
def test_parity_05_text_tower():
    tower = TextTower(TextShape(vocabulary=50, length=7, width=8, blocks=2, heads=2, embedding=6)).eval()
    fill_by_name(tower, 300, 0.3, {"post.1.log_logit_scale": math.log(1 / 0.07)})
    ids = torch.tensor([[48, 3, 7, 49, 0, 0, 0], [48, 5, 9, 11, 2, 49, 0], [48, 1, 49, 0, 0, 0, 0]])
    rows = tower(ids)
    near(rows[0], [-2.42058, 1.2347, -0.48484, 7.83122, -9.26872, -7.01609])
    near(rows[0].norm(), 14.2857)
    near(text_ensemble.mean_direction(rows), [-0.20986, 0.10988, 0.00282, 0.54427, -0.60371, -0.53214])


@torch.no_grad()
def test_parity_06_a_still_photo_meets_the_sum_of_the_stem_over_time(vision):
    photo = fill((1, 3, 28, 28), 99, 1)
    kernel = vision.pre.rgbt_stem.proj[1].weight.sum(dim=2)
    folded = torch.nn.functional.conv2d(photo, kernel, stride=14).flatten(2).transpose(1, 2)
    near(vision.pre.rgbt_stem(photo), folded.tolist(), 1e-5)


@torch.no_grad()
def test_parity_07_image_decoder():
    decoder = ImageDecoder(width=6, embedding=4, taps=2)
    for seed, name in enumerate(("fc.0.weight", "fc.0.bias", "fc.1.weight", "fc.1.bias"), start=20):
        parameter = decoder.get_parameter(name)
        parameter.copy_(fill(tuple(parameter.shape), seed, 0.5))
    taps = [fill((5, 2, 6), seed, 1).transpose(0, 1)[:, 1:] for seed in (30, 31)]
    first, second = decoder(taps)
    near(first[0, 0], [-0.631582, -0.245297, 0.002702, 0.348840])
    near(second[1, 3], [-0.051130, 0.461251, 0.518063, 0.378107])


POINTS = [(0, 0), (0, 223), (223, 0), (223, 223), (111, 111), (50, 170)]
TEXT_LAYERS = {
    "a": ([-0.02, 0, 0.01, 0.03], [0.055817, 0.5, 0.804426, 0.985825, 0.666219, 0.569292]),
    "b": ([0.02, -0.01, 0.03, -0.03], [0.944183, 0.195574, 0.985825, 0.014175, 0.591299, 0.307058]),
}


def test_parity_08_text_map():
    text = torch.eye(2)[None]
    layers = {}
    for name, (angles, expected) in TEXT_LAYERS.items():
        angle = math.pi / 4 + torch.tensor(angles, dtype=torch.float64)
        layers[name] = (torch.stack([angle.cos(), angle.sin()], dim=-1)[None] * 3).float()
        near([text_map([layers[name]], text)[0, 0][point] for point in POINTS], expected)
    both = text_map([*layers.values()], text)
    near([both[0, 0][point] for point in POINTS], [0.5, 0.347787, 0.895126, 0.5, 0.628759, 0.438175])
    near([image_score(both)[0], both.mean()], [0.907206, 0.588060])


def test_parity_09_few_shot_map():
    taps = [fill((4, 6), 40 + layer, 1)[None] for layer in range(2)]
    banks = [fill((2, 4, 6), 50 + layer, 1).reshape(8, 6) for layer in range(2)]
    found = few_shot_map(taps, banks)
    near([found[0, 0][point] for point in POINTS[:5]], [0.563365, 0.400226, 0.319196, 0.354260, 0.409732])
    near(image_score(found)[0], 0.563365)
    near(few_shot_map(taps, [tap[0] for tap in taps]), torch.zeros(1, 1, 224, 224).tolist(), 1e-6)


def test_parity_10_focal_and_dice():
    n = torch.arange(32)
    p = 1 / (1 + torch.exp(-(n - 16) / 4))
    target = (n % 3 == 0).float()
    p, target = p.reshape(2, 4, 4), target.reshape(2, 4, 4)
    near(losses.focal_loss(p, target), 0.918936)
    near(losses.dice_loss(p, target), 0.596782)
    near(losses.focal_loss(p[:1], target[:1]), 0.725079)
    near(losses.dice_loss(p[0], target[0]), 0.526075)
    near(losses.dice_loss(p[:1], target[:1]), 0.685966)
    near([losses.focal_loss(torch.zeros(1, 4, 4), torch.zeros(1, 4, 4))], [0.0])
    near([losses.dice_loss(torch.zeros(1, 4, 4), torch.zeros(1, 4, 4))], [0.0])


def test_parity_10_targets_and_labels():
    """A change above 0.3 is a defect; only what the model is to say counts, each word by the one before it."""
    near(losses.binarise(torch.tensor([0.0, 0.3, 0.31, 1.0])), [0, 0, 1, 1])
    logits = fill((1, 4, 5), 60, 1)
    labels = torch.tensor([[losses.IGNORED, losses.IGNORED, 2, 4]])
    said = torch.log_softmax(logits[0], dim=-1)
    near(losses.word_loss(logits, labels), -float(said[1, 2] + said[2, 4]) / 2)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ((10, 10), "top left"),
        ((74.6, 74.6), "top left"),
        ((74.7, 20), "left"),
        ((20, 112), "top"),
        ((112, 112), "center"),
        ((112, 150), "right"),
        ((150, 112), "bottom"),
        ((149, 149), "center"),
        ((200, 20), "bottom left"),
        ((20, 200), "top right"),
        ((223, 223), "bottom right"),
    ],
)
def test_parity_11_words_for_a_place(point, words):
    assert answers.name_place(*point) == words


@pytest.mark.parametrize(
    ("centres", "answer"),
    [
        (
            [(20, 20), (200, 200)],
            "Yes, there are 2 anomalies in the image, they are at the top left and bottom right of the image.",
        ),
        (
            [(20, 20), (30, 30)],
            "Yes, there are 2 anomalies in the image, they are at the top left of the image.",
        ),
        ([(112, 112)], "Yes, there is an anomaly in the image, at the center of the image."),
        ([], "No, there is no anomaly in the image."),
    ],
)
def test_parity_12_answers(centres, answer):
    assert answers.write_answer(centres) == answer


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("a photo of a bottle.", [320, 1125, 539, 320, 5392, 269]),
        ("a photo of the damaged metal nut.", [320, 1125, 539, 518, 13568, 4044, 6491, 269]),
        ("a photo of the unblemished pcb1.", [320, 1125, 539, 518, 569, 1447, 714, 1492, 26235, 272, 269]),
        ("a photo of a macaroni2.", [320, 1125, 539, 320, 41824, 273, 269]),
        ("a photo of a flawless object.", [320, 1125, 539, 320, 15531, 14115, 269]),
    ],
)
def test_parity_13_ids_of_clip(sentence, ids):
    (row,) = tokenize_sentences([sentence])
    assert row.tolist() == [49406, *ids, 49407, *[0] * (75 - len(ids))]


def test_parity_14_text_ensemble():
    normal = text_ensemble.list_sentences(text_ensemble.NORMAL_STATES, "tile")
    abnormal = text_ensemble.list_sentences(text_ensemble.ABNORMAL_STATES, "tile")
    assert (len(normal), len(abnormal)) == (14, 10)
    assert normal[:3] == ["a photo of a tile.", "a photo of the tile.", "a photo of a flawless tile."]
    assert abnormal[-1] == "a photo of the tile with damage."


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("This is a photo of many small capsules for anomaly detection", "capsule"),
        ("This is a photo of a chewinggom for anomaly detection", "object"),
        ("This is a photo of 4 macaronis for anomaly detection", "macaroni"),
        ("This is a photo of pcb for anomaly detection", "pcb"),
        ("This is a photo of a pipe fryum for anomaly detection", "fryum"),
        ("This is a photo of a metal nut for anomaly detection", "metal nut"),
        ("Is this textile good?", "tile"),
        ("Is there any anomaly in the image?", "object"),
    ],
)
def test_parity_15_name_of_the_part(prompt, name):
    assert text_ensemble.find_name(prompt) == name
    assert text_ensemble.find_name(prompt, "object") == "object"


BOTTLE = (
    "This is a photo of a bottle for anomaly detection, which should be round, without any damage, flaw, defect,"
    " scratch, hole or broken part. Is there any anomaly in the image?"
)


def test_parity_16_ids_of_llama(tokenize):
    question = "Is there any anomaly in the image?\n### Assistant:"
    asked = [1317, 727, 738, 29342, 14997, 297, 278, 1967, 29973, 13, 2277, 29937, 4007, 22137, 29901]
    answered = [1939, 29892, 727, 338, 694, 29342, 14997, 297, 278, 1967, 29889, 13, 2277, 29937]
    assert tokenize(conversation.BEFORE_PHOTO) == [835, 12968, 29901, 529, 25518, 29958]
    assert tokenize(conversation.AFTER_PHOTO) == [1533, 25518, 29958, 29871]
    assert tokenize(question) == asked
    assert tokenize(f"{answers.NO_ANOMALY}\n###") == answered
    assert conversation.check_vocabulary(tokenize)
    embedded = conversation.embed_conversation(
        tokenize, torch.nn.Embedding(32001, 2), torch.zeros(1, 1, 2), torch.zeros(1, 18, 2), BOTTLE
    )
    assert embedded.shape == (1, 30 + 49, 2)
    ids, labels = conversation.label_conversation(tokenize, [conversation.PastTurn(BOTTLE, answers.NO_ANOMALY)])
    assert (30 + len(ids), sum(label != losses.IGNORED for label in labels)) == (93, 14)


def test_parity_17_conversation_as_one_string():
    past = [conversation.PastTurn("q1", "a1"), conversation.PastTurn("q2", "a2")]
    expected = "q1\n### Assistant: a1\n### Human: q2\n### Assistant: a2\n### Human: q3"
    assert conversation.write_conversation(past, "q3") == expected
    assert conversation.write_conversation([], "q1") == "q1"


def test_parity_18_cut_of_the_answer():
    assert conversation.cut_answer([1939, 29889, 13, 2277]) == [1939, 29889]
    assert conversation.cut_answer([1939, 5, 6, 2]) == [1939, 5, 6]
    assert conversation.cut_answer([1939, 5, 6, 2], literally=True) == [1939, 5]


def test_parity_19_greedy_is_what_the_published_settings_amount_to(tiny_llama):
    embeddings = fill((1, 9, 32), 7, 1)
    published = tiny_llama.generate(
        inputs_embeds=embeddings,
        attention_mask=torch.ones(1, 9, dtype=torch.long),
        do_sample=True,
        top_k=50,
        top_p=0.01,
        temperature=1.0,
        max_new_tokens=12,
        pad_token_id=2,
    )
    for decoding in (Decoding(most_tokens=12), Decoding(most_tokens=12, greedy=False, seed=5)):
        assert [*Generation(tiny_llama, embeddings, decoding, stop_ids=())] == published[0].tolist()


def test_parity_20_every_tensor_is_accounted_for():
    with torch.device("meta"):
        decoder, learner = ImageDecoder(), PromptLearner()
        vision, text = VisionTower(), TextTower()
    trained = {**decoder.state_dict(prefix="image_decoder."), **learner.state_dict(prefix="prompt_learner.")}
    assert checkpoints.count(trained) == (21, 112_663_480)
    assert checkpoints.count(vision.state_dict())[1] == 632_829_440
    assert checkpoints.count(text.state_dict())[1] == 354_038_570
    assert checkpoints.count(make_pandagpt("meta")) == (258, 37_752_832)


def test_parity_20_a_renamed_key_is_refused():
    decoder = ImageDecoder(4, 3, 2)
    weights = decoder.state_dict()
    report = checkpoints.load_exactly(decoder, weights, "AnomalyGPT")
    assert str(report) == "4 of 4 tensors, 0 unexpected"
    renamed = {name.replace("fc.1.bias", "fc.1.offset"): value for name, value in weights.items()}
    with pytest.raises(ModelPackError, match=r"lack fc\.1\.bias"):
        checkpoints.load_exactly(decoder, renamed, "AnomalyGPT")


def make_pandagpt(device, layers=32, width=4096, embedding=1024, rank=32):
    """Tensors named and shaped as in PandaGPT's file."""
    stem = "llama_model.base_model.model.model.layers.{}.self_attn.{}_proj.lora_{}.default.weight"
    shapes = {"A": (rank, width), "B": (width, rank)}
    return {
        **{
            stem.format(layer, part, half): torch.zeros(shape, device=device)
            for layer in range(layers)
            for part in "qkvo"
            for half, shape in shapes.items()
        },
        "llama_proj.weight": torch.zeros(width, embedding, device=device),
        "llama_proj.bias": torch.zeros(width, device=device),
    }


def test_parity_21_float16_maps_lie_on_a_grid():
    taps = [torch.nn.functional.normalize(torch.rand(1, 4, 64, generator=torch.manual_seed(3)), dim=-1).half()]
    found = few_shot_map(taps, [taps[0][0] * 0.97])
    steps = found[found < 0.5].double() * 2**11
    near(steps, steps.round().tolist(), 1e-9)


@pytest.mark.parametrize(
    ("size", "place"),
    [((640, 480), (0, 28, 224, 168)), ((480, 640), (28, 0, 168, 224)), ((500, 500), (0, 0, 224, 224))],
)
def test_parity_22_letterbox_of_the_demo(size, place):
    assert letterbox_place(*size) == place


def test_parity_23_rules_for_truth_masks():
    mask = np.array([[0, 25], [26, 255]], np.uint8).repeat(112, axis=0).repeat(112, axis=1)
    assert prepare_truth(mask, "mvtec")[::112, ::112].tolist() == [[False, False], [True, True]]
    numbered = np.zeros((300, 500), np.uint8)
    numbered[100:200, 200:300] = 1
    numbered[100:200, 250:300] = 3
    kept = prepare_truth(numbered, "visa")
    assert kept.shape == (224, 224)
    assert abs(kept.sum() - (100 * 224 / 300) ** 2) < 400
    assert not prepare_truth(np.zeros((300, 500), np.uint8), "visa").any()


def test_parity_24_schedule():
    plan = plan_schedule(3629)
    assert (plan.steps, plan.warm_up) == (22_681, 2_268)
    rates = [plan.rate(step) for step in (10, 100, 1000, 2268, 10_000, 22_681)]
    assert rates == pytest.approx([3.103e-4, 5.973e-4, 8.941e-4, 1e-3, 6.212e-4, 0], abs=5e-7)


def test_parity_25_stock_llama_is_the_same_however_it_attends(tiny_llama):
    ids = torch.tensor([[1, 5, 9, 11, 60, 3, 7]])
    with torch.inference_mode():
        seen = {}
        for way in ("eager", "sdpa"):
            tiny_llama.set_attn_implementation(way)
            seen[way] = tiny_llama(input_ids=ids).logits
    assert_close(seen["eager"], seen["sdpa"], atol=1e-6, rtol=0)
