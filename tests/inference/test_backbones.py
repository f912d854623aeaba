"""Backbones: both runtimes compute the published networks, the same way every time, and refuse what they cannot take.

Small random networks stand for the large ones where the architecture is the point; tests marked `models` use the packs.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from inference.backbones import BackboneOptions, DeviceError, DummyBackbone, choose_device, open_backbone
from inference.backbones.base import Features, Network, Runtime, Weights
from inference.backbones.dinov2 import Dinov2, cubic_weights, resize_positions
from inference.backbones.efficientnet_lite import EfficientNetLite, pad_same, plan_blocks, round_channels
from inference.backbones.openvino_runtime import OpenVinoRuntime
from inference.backbones.pretrained import PretrainedBackbone
from inference.backbones.provider import build_network
from inference.backbones.torch_runtime import TorchRuntime
from inference.errors import ModelPackError
from inference.model_packs import install_pack, read_manifests, verify_pack
from inference.results import PackIdentity

COLOURS = {"mean": (123.675, 116.28, 103.53), "std": (58.395, 57.12, 57.375)}
RUNTIMES: dict[str, Callable[[Network, Weights], Runtime]] = {
    "torch": lambda network, weights: TorchRuntime(network, weights, "cpu", "float32"),
    "openvino": lambda network, weights: OpenVinoRuntime(network, weights, "float32"),
}


@pytest.fixture(autouse=True)
def one_torch_thread() -> None:
    torch.set_num_threads(1)


def draw_photos(batch: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Smooth coloured noise: neither flat nor pure noise, as photos are."""
    noise = torch.from_numpy(np.random.default_rng(seed).uniform(0, 255, (batch, 3, 8, 8)))
    smooth = F.interpolate(noise, size=(height, width), mode="bilinear")
    return smooth.permute(0, 2, 3, 1).numpy().astype(np.uint8)


def standardise(pixels: np.ndarray, mean: tuple[float, ...], std: tuple[float, ...]) -> torch.Tensor:
    return ((torch.from_numpy(pixels) - torch.tensor(mean)) / torch.tensor(std)).permute(0, 3, 1, 2).float()


def join(network: Network, weights: Weights, runtime: str) -> PretrainedBackbone:
    identity = PackIdentity("random", "1", "0" * 64)
    return PretrainedBackbone(identity, network, RUNTIMES[runtime](network, weights), network.make_feeder(weights))


def compare(found: Features, expected: Features) -> tuple[float, float]:
    """Smallest cosine between corresponding feature vectors, and largest difference relative to the largest value."""
    cosines, differences = [], []
    for a, b in zip((*found.layers, found.summary), (*expected.layers, expected.summary), strict=True):
        lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
        cosines.append(((a * b).sum(-1) / lengths).min())
        differences.append(np.abs(a - b).max() / np.abs(b).max())
    return float(min(cosines)), float(max(differences))


@pytest.fixture(scope="module")
def published_dinov2() -> torch.nn.Module:
    """A small random DINOv2 of the transformers package, which we did not write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers import Dinov2Config, Dinov2Model

        torch.manual_seed(0)
        sizes = {
            "hidden_size": 24,
            "num_hidden_layers": 3,
            "num_attention_heads": 2,
            "image_size": 70,
            "patch_size": 14,
        }
        model = Dinov2Model(Dinov2Config(**sizes, layerscale_value=0.5)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("size", [(70, 70), (42, 84), (14, 14)])
def test_our_dinov2_gives_the_hidden_states_of_the_published_one(
    published_dinov2: torch.nn.Module, runtime: str, size: tuple[int, int]
):
    weights = {name: values.detach().numpy() for name, values in published_dinov2.state_dict().items()}
    pixels = draw_photos(2, *size)
    features = join(Dinov2((1, 3), heads=2, **COLOURS), weights, runtime).extract(pixels)
    with torch.inference_mode():
        hidden = published_dinov2(standardise(pixels, **COLOURS), output_hidden_states=True).hidden_states
    for layer, number in zip(features.layers, (1, 3), strict=True):
        assert layer.shape == (2, size[0] // 14, size[1] // 14, 24)
        assert np.allclose(layer.reshape(2, -1, 24), hidden[number][:, 1:], atol=2e-4)
    assert np.allclose(features.summary, hidden[3][:, 0], atol=2e-4)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 60), st.integers(1, 60))
def test_positions_are_resized_as_torch_does_it(height: int, width: int):
    positions = np.random.default_rng(height).normal(size=(1, 1 + 37 * 37, 4)).astype(np.float32)
    grid = torch.from_numpy(positions[:, 1:].reshape(1, 37, 37, 4)).permute(0, 3, 1, 2)
    expected = F.interpolate(grid, size=(height, width), mode="bicubic").permute(0, 2, 3, 1).reshape(1, -1, 4)
    resized = resize_positions(positions, height, width)
    assert np.abs(resized[:, 1:] - expected.numpy()).max() < 1e-4  # torch works out its coordinates in float32
    assert np.array_equal(resized[:, :1], positions[:, :1])


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_resampled_constant_stays_constant(source: int, target: int):
    assert np.allclose(cubic_weights(source, target).sum(axis=1), 1)


def random_lite_weights(network: EfficientNetLite) -> dict[str, np.ndarray]:
    """Weights of the right shapes whose activations neither vanish nor explode."""
    numbers = np.random.default_rng(3)
    shapes = {"stem": (32, 3, 3, 3)}
    for block in plan_blocks(network.width, network.depth):
        shapes[f"{block.name}.expand"] = (block.expanded, block.inputs, 1, 1)
        shapes[f"{block.name}.depthwise"] = (block.expanded, 1, block.kernel, block.kernel)
        shapes[f"{block.name}.project"] = (block.outputs, block.expanded, 1, 1)
    wanted = {name.rpartition(".")[0] for name in network.weight_names()}
    weights: dict[str, np.ndarray] = {}
    for name in sorted(wanted):
        spread = np.sqrt(2 / np.prod(shapes[name][1:]))
        weights[f"{name}.weight"] = numbers.normal(size=shapes[name], scale=spread).astype(np.float32)
        weights[f"{name}.bias"] = numbers.normal(size=shapes[name][0], scale=0.1).astype(np.float32)
    return weights


def run_lite_by_hand(weights: dict[str, np.ndarray], x: torch.Tensor) -> list[torch.Tensor]:
    """EfficientNet-Lite0's first five stages from the paper's table; TensorFlow's padding worked out from sizes."""

    def convolve(x: torch.Tensor, name: str, stride: int = 1, groups: int = 1) -> torch.Tensor:
        weight, bias = (torch.from_numpy(weights[f"{name}.{kind}"]) for kind in ("weight", "bias"))
        missing = [(-(-side // stride) - 1) * stride + weight.shape[2] - side for side in (x.shape[3], x.shape[2])]
        pads = [pad for total in missing for pad in (max(total, 0) // 2, max(total, 0) - max(total, 0) // 2)]
        return F.conv2d(F.pad(x, pads), weight, bias, stride=stride, groups=groups)

    outputs, number = [], 0
    x = F.relu6(convolve(x, "stem", 2))
    for repeats, stride, expands in ((1, 1, False), (2, 2, True), (2, 2, True), (3, 2, True), (3, 1, True)):
        for repeat in range(repeats):
            y = F.relu6(convolve(x, f"blocks.{number}.expand")) if expands else x
            y = F.relu6(convolve(y, f"blocks.{number}.depthwise", stride if repeat == 0 else 1, y.shape[1]))
            y = convolve(y, f"blocks.{number}.project")
            x = x + y if repeat > 0 else y
            number += 1
        outputs.append(x)
    return [outputs[2], outputs[4]]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_our_efficientnet_lite_gives_what_the_papers_table_says(runtime: str):
    network = EfficientNetLite((8, 16), width=1.0, depth=1.0, **COLOURS)
    weights = random_lite_weights(network)
    pixels = draw_photos(2, 64, 96)
    features = join(network, weights, runtime).extract(pixels)
    expected = run_lite_by_hand(weights, standardise(pixels, **COLOURS))
    assert [layer.shape for layer in features.layers] == [(2, 8, 12, 40), (2, 4, 6, 112)]
    for layer, activation in zip(features.layers, expected, strict=True):
        assert np.allclose(layer, activation.permute(0, 2, 3, 1), atol=1e-3)
    assert np.allclose(features.summary, features.layers[1].mean(axis=(1, 2)), atol=1e-5)


@pytest.mark.parametrize(
    ("width", "depth", "blocks", "channels"), [(1.0, 1.0, 16, [40, 112]), (1.1, 1.2, 21, [48, 120])]
)
def test_the_lite_variants_have_their_published_sizes(width: float, depth: float, blocks: int, channels: list[int]):
    planned = plan_blocks(width, depth)
    assert len(planned) == blocks
    assert [[block.outputs for block in planned if block.total_stride == stride][-1] for stride in (8, 16)] == channels


@given(st.floats(8, 2000))
def test_channels_are_rounded_to_eights_and_never_far_down(channels: float):
    rounded = round_channels(channels)
    assert rounded % 8 == 0
    assert 0.9 * channels <= rounded <= channels + 8


@pytest.mark.parametrize(("kernel", "stride", "pads"), [(3, 1, (1, 1)), (5, 1, (2, 2)), (3, 2, (0, 1)), (5, 2, (1, 2))])
def test_same_padding_puts_the_odd_pixel_behind(kernel: int, stride: int, pads: tuple[int, int]):
    assert pad_same(kernel, stride) == pads


def test_the_dummy_marks_itself_and_sees_where_colour_changes():
    photo = np.full((1, 42, 56, 3), 128, np.uint8)
    photo[0, 14:28, 28:42] = (255, 0, 0)
    dummy = DummyBackbone()
    features = dummy.extract(photo)
    assert dummy.dummy
    assert dummy.identity.name == "dummy"
    assert features.layers[0].shape == (1, 3, 4, 8)
    changed = np.abs(features.layers[0] - features.layers[0][0, 0, 0]).max(axis=3)[0] > 0.1
    assert changed[1, 2]
    assert not changed[:, 0].any()


@pytest.mark.parametrize("shape", [(1, 42, 43, 3), (1, 42, 42, 4), (42, 42, 3), (0, 42, 42, 3)])
def test_photos_of_another_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match=r"multiples of 14|uint8 \(B, H, W, 3\)"):
        DummyBackbone().extract(np.zeros(shape, np.uint8))


def test_photos_of_another_type_are_refused():
    with pytest.raises(ValueError, match="not float32"):
        DummyBackbone().extract(np.zeros((1, 42, 42, 3), np.float32))


def test_the_dummy_opens_without_any_model_pack(tmp_path: Path):
    assert open_backbone("dummy", tmp_path).dummy


def test_a_backbone_whose_pack_is_missing_says_how_to_install_it(tmp_path: Path):
    with pytest.raises(ModelPackError, match="run `model install dinov2-vits14`"):
        open_backbone("dinov2-vits14", tmp_path)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_device_that_is_not_there_is_refused_with_a_way_out():
    with pytest.raises(DeviceError, match="choose --device auto or cpu"):
        choose_device("cuda")
    assert choose_device("auto") == "cpu"


@pytest.mark.models
def test_the_installed_dinov2_is_the_whole_published_network_but_for_the_mask_token(model_home: Path):
    pack = verify_pack("dinov2-vits14", model_home / "models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers import Dinov2Config, Dinov2Model

        sizes = {"hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 6, "image_size": 518}
        published = Dinov2Model(Dinov2Config(**sizes, patch_size=14)).eval()
    keys = published.load_state_dict(load_file(pack.weights_file), strict=False)
    assert (keys.missing_keys, keys.unexpected_keys) == (["embeddings.mask_token"], [])
    pixels = draw_photos(1, 140, 112)
    with torch.inference_mode():
        hidden = published(standardise(pixels, **COLOURS), output_hidden_states=True).hidden_states
    found = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu"))
    grids = tuple(hidden[layer][:, 1:].reshape(1, 10, 8, 384).numpy() for layer in found.layers)
    expected = Features(grids, hidden[8][:, 0].numpy())
    cosine, difference = compare(found.extract(pixels), expected)
    assert cosine > 0.99999
    assert difference < 1e-4


@pytest.mark.models
def test_openvino_on_a_gpu_is_refused(model_home: Path):
    with pytest.raises(DeviceError, match="OpenVINO does not run on cuda"):
        open_backbone("dinov2-vits14", model_home / "models", BackboneOptions(device="cuda", runtime="openvino"))


@pytest.fixture(scope="module")
def packs(model_home: Path) -> dict[str, Path]:
    """Where the real packs are; EfficientNet-Lite2 is no default and is kept beside the default ones for later runs."""
    others = model_home.with_name("test-home-others") / "models"
    try:
        install_pack("efficientnet-lite2", others)
    except ModelPackError as error:
        pytest.skip(f"EfficientNet-Lite2 cannot be had: {error}")
    return {"dinov2-vits14": model_home / "models", "efficientnet-lite2": others}


@pytest.mark.models
@pytest.mark.parametrize(("name", "rounded_cosine"), [("dinov2-vits14", 0.999), ("efficientnet-lite2", 0.95)])
def test_both_runtimes_give_the_same_features_in_float32_and_nearly_in_bfloat16(
    packs: dict[str, Path], name: str, rounded_cosine: float, record_property: Callable[[str, object], None]
):
    stride = open_backbone(name, packs[name]).stride
    photos = draw_photos(2, stride * 10, stride * 13)
    by_way = {
        (runtime, precision): open_backbone(
            name, packs[name], BackboneOptions("cpu", runtime=runtime, precision=precision)
        ).extract(photos)
        for runtime, precision in (("torch", "float32"), ("openvino", "float32"), ("openvino", "bfloat16"))
    }
    exact, difference = compare(by_way["openvino", "float32"], by_way["torch", "float32"])
    rounded, _ = compare(by_way["openvino", "bfloat16"], by_way["torch", "float32"])
    record_property("largest relative difference in float32", difference)
    assert exact > 0.9999
    assert difference < 1e-4
    assert rounded > rounded_cosine


@pytest.mark.models
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_twenty_runs_give_the_same_bits_whatever_ran_in_between(model_home: Path, precision: str):
    backbone = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu", precision=precision))
    photos = draw_photos(1, 140, 112)
    first = backbone.extract(photos)
    for run in range(20):
        backbone.extract(draw_photos(1, 14 * (run % 5 + 1), 28, seed=run))
        again = backbone.extract(photos)
        assert all(np.array_equal(a, b) for a, b in zip(again.layers, first.layers, strict=True))
        assert np.array_equal(again.summary, first.summary)


@pytest.mark.models
@pytest.mark.parametrize("runtime", ["torch", "openvino"])
def test_photos_that_may_not_be_written_to_are_taken(model_home: Path, runtime: Literal["torch", "openvino"]):
    photos = draw_photos(1, 28, 28)
    photos.flags.writeable = False
    backbone = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu", runtime))
    assert backbone.extract(photos).layers[0].shape == (1, 2, 2, 384)


@pytest.mark.models
def test_a_photo_has_the_same_features_alone_and_in_a_batch(model_home: Path):
    backbone = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu"))
    photos = draw_photos(3, 140, 112)
    together = backbone.extract(photos)
    alone = backbone.extract(photos[1:2])
    assert compare(alone, Features(tuple(layer[1:2] for layer in together.layers), together.summary[1:2]))[1] < 1e-5


@pytest.mark.models
def test_layers_are_tapped_as_asked_and_recorded(model_home: Path):
    shallow = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu", layers=(3, 1)))
    default = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu"))
    assert shallow.layers == (1, 3)
    assert default.layers == (4, 6, 8)
    assert len(default.extract(draw_photos(1, 56, 56)).layers) == 3


@pytest.mark.models
def test_the_device_tells_precision_and_runtime(model_home: Path):
    openvino = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu"))
    reference = open_backbone("dinov2-vits14", model_home / "models", BackboneOptions("cpu", runtime="torch"))
    assert openvino.device == "cpu (OpenVINO, float32)"
    assert reference.device == "cpu (torch, float32)"


@pytest.mark.models
def test_opening_on_the_processor_loads_no_torch_forks_nothing_and_calls_nobody(model_home: Path, project: Path):
    program = (
        "import sys, threading; from pathlib import Path\n"
        "forbidden = ('os.fork', 'subprocess.Popen', 'socket.connect', 'socket.getaddrinfo')\n"
        "sys.addaudithook(lambda event, _: sys.exit(event) if event in forbidden else None)\n"
        "from inference.backbones import open_backbone, BackboneOptions\n"
        "open_backbone('dinov2-vits14', Path(sys.argv[1]), BackboneOptions('cpu'))\n"
        "assert not {'torch', 'transformers', 'onnx'} & set(sys.modules), 'a heavy import'\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    command = [sys.executable, "-c", program, str(model_home / "models")]
    finished = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def test_every_shipped_backbone_has_a_network_of_its_own():
    networks = {pack.name: build_network(pack) for pack in read_manifests().values() if pack.role == "backbone"}
    assert {name: network.stride for name, network in networks.items()} == {
        "dinov2-vits14": 14,
        "efficientnet-lite0": 16,
        "efficientnet-lite2": 16,
    }
