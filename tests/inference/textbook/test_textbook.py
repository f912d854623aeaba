"""The versions by hand and those of the libraries give the same numbers on the same weights."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close
from transformers import Dinov2Config, Dinov2Model, LlamaConfig, LlamaForCausalLM

from inference import metrics as library_metrics
from inference.anomalygpt import losses as library_losses
from inference.anomalygpt.prompt_learner import PromptLearner
from inference.anomalygpt.vision_tower import VisionShape, VisionTower
from inference.language.generating import Decoding, Generation
from inference.textbook import losses, metrics, patchcore
from inference.textbook.convolution import convolve, convolve_depthwise
from inference.textbook.llama import KeyValueCache, Llama, LlamaShape
from inference.textbook.lora import LoraLinear
from inference.textbook.prompt_learner import learn_prompts
from inference.textbook.vision_transformer import dinov2_taps, imagebind_taps
from tests.inference.textbook.comparing import same


@pytest.fixture
def llamas(request):
    """A small Llama of transformers and the same by hand; as many key heads as asked for."""
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=101,
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=3,
        num_attention_heads=6,
        num_key_value_heads=request.param,
        tie_word_embeddings=request.param == 2,
        rms_norm_eps=1e-5,
    )
    library = LlamaForCausalLM(config).eval()
    by_hand = Llama(library.state_dict(), LlamaShape(layers=3, heads=6, key_heads=request.param))
    return library, by_hand


@pytest.mark.parametrize("llamas", [6, 2], indirect=True, ids=["own keys", "grouped queries"])
@torch.inference_mode()
def test_llama_gives_the_logits_of_transformers(llamas):
    library, by_hand = llamas
    ids = torch.randint(0, 101, (2, 17), generator=torch.manual_seed(2))
    same(by_hand.read(by_hand.embed(ids)), library(input_ids=ids).logits)


@pytest.mark.parametrize("llamas", [2], indirect=True)
@torch.inference_mode()
def test_llama_reads_in_pieces_what_it_reads_at_once(llamas):
    _, by_hand = llamas
    embeddings = by_hand.embed(torch.randint(0, 101, (1, 12), generator=torch.manual_seed(3)))
    cache = KeyValueCache()
    pieces = [by_hand.read(embeddings[:, :5], cache), by_hand.read(embeddings[:, 5:6], cache)]
    pieces.append(by_hand.read(embeddings[:, 6:], cache))
    assert cache.length == 12
    same(torch.cat(pieces, dim=1), by_hand.read(embeddings))


@pytest.mark.parametrize("llamas", [2], indirect=True)
@torch.inference_mode()
def test_llama_answers_word_for_word_like_transformers(llamas):
    library, by_hand = llamas
    embeddings = by_hand.embed(torch.tensor([[5, 7, 9, 11]]))
    cache, said = KeyValueCache(), []
    for _ in range(10):
        said.append(int(by_hand.read(embeddings, cache)[0, -1].argmax()))
        embeddings = by_hand.embed(torch.tensor([[said[-1]]]))
    start = by_hand.embed(torch.tensor([[5, 7, 9, 11]]))
    assert [*Generation(library, start, Decoding(most_tokens=10), stop_ids=())] == said


@torch.inference_mode()
def test_dinov2_gives_the_hidden_states_of_transformers():
    torch.manual_seed(4)
    config = Dinov2Config(
        hidden_size=24, num_hidden_layers=4, num_attention_heads=3, image_size=56, patch_size=14, mlp_ratio=2
    )
    library = Dinov2Model(config).eval()
    for name, parameter in library.named_parameters():
        if "layer_scale" in name or "cls_token" in name or "position" in name:
            parameter.normal_()
    photos = torch.rand(2, 3, 56, 56)
    hidden = library(pixel_values=photos, output_hidden_states=True).hidden_states
    for by_hand, number in zip(dinov2_taps(library.state_dict(), photos, 3, (2, 4)), (2, 4), strict=True):
        same(by_hand, hidden[number])


@torch.inference_mode()
def test_imagebind_gives_the_taps_of_the_module():
    torch.manual_seed(5)
    tower = VisionTower(VisionShape(side=42, width=32, blocks=3, heads=4, embedding=8, taps=(0, 2))).eval()
    for parameter in tower.parameters():
        parameter.normal_(std=0.3)
    photos = torch.rand(2, 3, 42, 42)
    taps = imagebind_taps(tower.state_dict(), photos, 4, (0, 2))
    for by_hand, library in zip(taps, tower(photos).taps, strict=True):
        same(by_hand, library)


def test_an_adapter_changes_nothing_at_first_and_merges_into_one_layer():
    torch.manual_seed(6)
    base = torch.nn.Linear(10, 7)
    adapter = LoraLinear(base, rank=3, alpha=6.0)
    x = torch.rand(4, 10)
    assert_close(adapter(x), base(x))
    torch.nn.init.normal_(adapter.lora_B)
    assert not torch.allclose(adapter(x), base(x))
    assert_close(adapter.merge()(x), adapter(x))
    adapter(x).sum().backward()
    assert base.weight.grad is None
    assert adapter.lora_A.grad is not None


def test_a_coreset_covers_its_tokens_at_least_as_well_as_any_first_ones():
    tokens = np.random.default_rng(7).normal(size=(200, 6)).astype(np.float32)
    chosen = patchcore.choose_coreset(tokens, 20)
    assert len(set(chosen.tolist())) == 20
    assert chosen[1] == int(((tokens - tokens[0]) ** 2).sum(axis=1).argmax())
    covered = patchcore.score_patches(tokens, tokens[chosen]).max()
    assert covered < patchcore.score_patches(tokens, tokens[:20]).max()


def test_patches_are_as_far_from_memory_as_torch_says():
    generator = np.random.default_rng(8)
    tokens, memory = (generator.normal(size=(count, 5)).astype(np.float32) for count in (30, 12))
    library = torch.cdist(torch.from_numpy(tokens), torch.from_numpy(memory)).min(dim=1).values
    same(torch.from_numpy(patchcore.score_patches(tokens, memory)), library)


@pytest.mark.parametrize("seed", range(5))
def test_auroc_is_that_of_the_library_ties_included(seed):
    generator = np.random.default_rng(seed)
    is_bad = generator.random(40) < 0.4
    is_bad[:2] = True, False
    scores = np.round(generator.random(40) + 0.3 * is_bad, 1)
    assert metrics.auroc(scores, is_bad) == pytest.approx(library_metrics.auroc(is_bad, scores))


@pytest.mark.parametrize("seed", range(3))
def test_aupro_is_that_of_the_library(seed):
    generator = np.random.default_rng(seed)
    masks = [np.zeros((24, 24), bool) for _ in range(3)]
    masks[0][3:9, 4:10] = masks[0][15:20, 12:22] = masks[1][5:7, 5:20] = True
    maps = [generator.random((24, 24)) * 0.7 + 0.4 * mask for mask in masks]
    by_library = library_metrics.aupro(
        [np.asarray(each, np.float32) for each in maps], [mask.astype(np.uint8) * 255 for mask in masks]
    )
    assert metrics.aupro([np.asarray(each, np.float32) for each in maps], masks) == pytest.approx(by_library, abs=2e-3)


@torch.inference_mode()
def test_prompts_of_a_map_are_those_of_the_published_module():
    torch.manual_seed(9)
    library = PromptLearner(width=64)
    anomaly = torch.rand(2, 1, 224, 224)
    same(learn_prompts(library.state_dict(), anomaly), library(anomaly))


@pytest.mark.parametrize(("stride", "side"), [(1, 3), (2, 3), (2, 5), (1, 1)])
def test_convolutions_are_those_of_torch(stride, side):
    torch.manual_seed(10)
    x, weight, bias = torch.randn(2, 4, 15, 18), torch.randn(6, 4, side, side), torch.randn(6)
    padded = torch.nn.functional.pad(x, (0, 1, 0, 1))
    same(
        convolve(x, weight, bias, stride=stride, padding=(0, 1)),
        torch.nn.functional.conv2d(padded, weight, bias, stride=stride),
    )
    same(
        convolve_depthwise(x, weight[:4, :1], bias[:4], stride=stride, padding=(0, 1)),
        torch.nn.functional.conv2d(padded, weight[:4, :1], bias[:4], stride=stride, groups=4),
    )


def test_the_losses_of_a_map_and_their_slopes_are_those_of_the_training():
    generator = np.random.default_rng(5)
    target = torch.from_numpy((generator.random((2, 1, 32, 32)) < 0.05).astype(np.float32))
    abnormal = torch.from_numpy(generator.random((2, 1, 32, 32), np.float32)).requires_grad_()
    for by_hand, library in (
        (losses.focal_loss, library_losses.focal_loss),
        (losses.dice_loss, library_losses.dice_loss),
    ):
        ours, theirs = (loss(abnormal, target) for loss in (by_hand, library))
        same(ours, theirs)
        same(*(torch.autograd.grad(loss, abnormal)[0] for loss in (ours, theirs)))
