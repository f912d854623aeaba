"""The versions by hand and those that users run give the same numbers on the weights that users have."""

from __future__ import annotations

import pytest
import torch

from inference.anomalygpt.anomaly_maps import text_map
from inference.anomalygpt.image_decoder import ImageDecoder
from inference.backbones.openvino_runtime import OpenVinoRuntime
from inference.backbones.provider import build_network
from inference.backbones.torch_runtime import TorchRuntime
from inference.language.models import open_language_model
from inference.mini.adapters import ADAPTED, ALPHA, RANK, merge_adapters
from inference.mini.model import make_prompts
from inference.model_packs import verify_pack
from inference.nearest import nearest_distances
from inference.textbook.efficientnet_lite import efficientnet_taps
from inference.textbook.image_decoder import decode, map_by_words
from inference.textbook.llama import KeyValueCache, Llama, LlamaShape
from inference.textbook.lora import LoraLinear
from inference.textbook.patchcore import MemoryBank, look_around, score_patches
from inference.textbook.prompt_learner import learn_mini_prompts
from inference.textbook.vision_transformer import dinov2_taps
from inference.token_grids import unit_vectors
from tests.inference.textbook.comparing import read_sample, same

pytestmark = pytest.mark.models

POSITIONS = "embeddings.position_embeddings"
RUNTIMES = {
    "torch": lambda network, weights: TorchRuntime(network, weights, "cpu", "float32"),
    "openvino": lambda network, weights: OpenVinoRuntime(network, weights, "float32"),
}


class _Pair:
    """A backbone's pack, opened for both."""

    def __init__(self, name, models, photo):
        self.pack = verify_pack(name, models)
        self.network = build_network(self.pack.manifest)
        arrays = self.pack.read_weights(self.network.weight_names())
        self.inputs = self.network.make_feeder(arrays)(photo)
        self.arrays = arrays
        self.weights = {key: torch.from_numpy(array) for key, array in arrays.items()}
        mean, std = (torch.tensor(values) for values in (self.network.mean, self.network.std))
        self.photos = ((torch.from_numpy(photo).float() - mean) / std).permute(0, 3, 1, 2)

    def run(self, runtime):
        return RUNTIMES[runtime](self.network, self.arrays).run(self.inputs)


@pytest.fixture(scope="module")
def dinov2(model_home):
    return _Pair("dinov2-vits14", model_home / "models", read_sample(140, 182))


@pytest.fixture(scope="module")
def efficientnet(model_home):
    return _Pair("efficientnet-lite2", model_home / "models", read_sample(160, 208))


@pytest.fixture(scope="module")
def language(model_home):
    return open_language_model("smollm2-135m", model_home / "models")


@pytest.fixture(scope="module")
def tokens(dinov2):
    """Tokens (10, 13, 384) of a damaged flange: what a memory bank keeps."""
    return unit_vectors(dinov2.run("torch")[0][0, 1:].reshape(10, 13, -1))


@pytest.fixture(scope="module")
def good_tokens(model_home):
    pair = _Pair("dinov2-vits14", model_home / "models", read_sample(140, 182, "good"))
    return unit_vectors(pair.run("torch")[0][0, 1:].reshape(10, 13, -1))


@pytest.mark.parametrize("runtime", RUNTIMES)
@torch.inference_mode()
def test_dinov2_sees_the_same_in_a_flange(dinov2, runtime):
    weights = {**dinov2.weights, POSITIONS: torch.from_numpy(dinov2.inputs[1])}
    by_hand = dinov2_taps(weights, dinov2.photos, dinov2.network.heads, dinov2.network.layers)
    for each, library in zip(by_hand, dinov2.run(runtime), strict=True):
        same(each, library)


@pytest.mark.parametrize("runtime", RUNTIMES)
@torch.inference_mode()
def test_efficientnet_lite_sees_the_same_in_a_flange(efficientnet, runtime):
    by_hand = efficientnet_taps(
        efficientnet.weights, efficientnet.photos, efficientnet.network.depth, efficientnet.network.layers
    )
    for each, library in zip(by_hand, efficientnet.run(runtime), strict=True):
        same(each.permute(0, 2, 3, 1), library)


@torch.inference_mode()
def test_llama_reads_a_question_as_the_language_model_does(language):
    config = language.network.config
    by_hand = Llama(
        language.network.state_dict(),
        LlamaShape(
            config.num_hidden_layers,
            config.num_attention_heads,
            config.num_key_value_heads,
            config.rms_norm_eps,
            config.rope_parameters["rope_theta"],
        ),
    )
    ids = torch.tensor([language.encode("Is there any anomaly in the image of the flange?")])
    cache = KeyValueCache()
    pieces = [by_hand.read(by_hand.embed(part), cache) for part in (ids[:, :5], ids[:, 5:])]
    same(torch.cat(pieces, dim=1), language.network(input_ids=ids).logits)


@torch.inference_mode()
def test_an_adapter_on_a_real_matrix_is_what_mini_adds_into_it(language):
    attention = language.network.model.layers[3].self_attn
    name = "layers.3.q_proj"
    adapter = LoraLinear(attention.q_proj, RANK, ALPHA)
    torch.nn.init.normal_(adapter.lora_B, std=0.05, generator=torch.manual_seed(1))
    x = torch.randn(2, 7, attention.q_proj.in_features, generator=torch.manual_seed(2))
    by_hand = adapter(x)
    before = attention.q_proj.weight.clone()
    zeros = {
        f"layers.{number}.{part}.{low_or_high}": torch.zeros(1, 1)
        for number in range(len(language.network.model.layers))
        for part in ADAPTED
        for low_or_high in ("lora_A", "lora_B")
    }
    merge_adapters(language.network, {**zeros, f"{name}.lora_A": adapter.lora_A, f"{name}.lora_B": adapter.lora_B})
    try:
        same(by_hand, attention.q_proj(x))
    finally:
        attention.q_proj.weight.copy_(before)


@torch.inference_mode()
def test_mini_s_prompts_are_the_same_where_the_places_have_real_names(language):
    torch.manual_seed(3)
    library = make_prompts(language)
    views, anomaly = torch.randn(2, 2, 384), torch.rand(2, 1, 96, 96)
    same(learn_mini_prompts(library.state_dict(), views, anomaly), library(views, anomaly))


def test_patches_are_as_far_from_a_good_flange_as_the_detector_says(tokens, good_tokens):
    bank, queries = good_tokens.reshape(-1, 384), tokens.reshape(-1, 384)
    # Between unit vectors the cosine distance is half the squared Euclidean one.
    same(score_patches(queries, bank) ** 2 / 2, nearest_distances(queries, bank))


def test_a_memory_bank_of_a_good_flange_finds_the_damaged_one_more_anomalous(tokens, good_tokens):
    whole, thinned = (MemoryBank.learn([good_tokens], keep) for keep in (130, 40))
    assert thinned.tokens.shape == (40, 384)
    assert whole.map(good_tokens).max() == 0
    assert whole.map(tokens).shape == (10, 13)
    for bank in (whole, thinned):
        assert bank.score(tokens) > bank.score(good_tokens)
        assert 0 < bank.score(tokens) <= bank.map(tokens).max()


def test_neighbourhoods_are_means_of_what_is_there(tokens):
    seen = torch.nn.functional.avg_pool2d(
        torch.from_numpy(tokens).permute(2, 0, 1), 3, stride=1, padding=1, count_include_pad=False
    )
    same(look_around(tokens), seen.permute(1, 2, 0))


@torch.inference_mode()
def test_real_patches_meet_words_in_the_same_places(dinov2):
    taps = [torch.from_numpy(tap[:, 1:131]) for tap in dinov2.run("torch")]
    square = [tap[:, :121] for tap in taps]  # the published map is square
    torch.manual_seed(4)
    library = ImageDecoder(width=384, embedding=32, taps=3)
    words = torch.nn.functional.normalize(torch.randn(1, 2, 32), dim=-1)
    by_hand, decoded = decode(library.state_dict(), square), library(square)
    for each, expected in zip(by_hand, decoded, strict=True):
        same(each, expected)
    same(map_by_words(by_hand, words), text_map(decoded, words))
