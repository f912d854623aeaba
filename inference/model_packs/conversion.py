"""Turns fetched weight files into the arrays our networks read. Runs once, when a pack is installed.

Nothing here runs code from a fetched file: ONNX is parsed as data, torch files are opened with `weights_only=True`. The
results are the same bytes on every machine, so that the manifest can pin them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inference.model_packs.language_models import convert_llama_gguf

if TYPE_CHECKING:
    import onnx

FloatArray = NDArray[np.float32]
Arrays = dict[str, FloatArray]
Stored = dict[str, NDArray[Any]]

_BACKBONE = "backbone."
_ENCODER_NODES = "/backbone/encoder/"
_CLASS_POSITION_NODE = "/backbone/embeddings/Concat_6"
_PATCH_POSITIONS_NODE = "/backbone/embeddings/Reshape_1"

_ATTENTION_NAMES = {
    "attention.attention.query": "attention.q_proj",
    "attention.attention.key": "attention.k_proj",
    "attention.attention.value": "attention.v_proj",
    "attention.output.dense": "attention.o_proj",
}
"""Names of transformers 4 to those of transformers 5."""

_BATCH_NORM_EPSILON = 1e-3
"""EfficientNet's, larger than torch's default."""


def convert(recipe: str, data: bytes) -> Stored:
    """Run the conversion `recipe` of a manifest on the fetched file's bytes; arrays by weight name.

    A backbone's are float32, a language model's float16.
    """
    # safetensors writes an array's memory as it lies, whatever its strides say.
    return {name: np.ascontiguousarray(array) for name, array in _RECIPES[recipe](data).items()}


def convert_dinov2_onnx(data: bytes) -> Arrays:
    """DINOv2 inside an exported ONNX graph to the state dict of `transformers.Dinov2Model` (without its mask token).

    The export kept most names, but made anonymous, transposed constants of the matrix weights and split the position
    embedding; those are found by the nodes that use them.
    """
    import onnx  # noqa: PLC0415

    graph = onnx.load_model_from_string(data).graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    arrays = {name.removeprefix(_BACKBONE): _to_array(stored[name]) for name in stored if name.startswith(_BACKBONE)}
    for node in graph.node:
        if node.op_type == "MatMul" and node.name.startswith(_ENCODER_NODES):
            arrays |= {_weight_name(node): _to_array(stored[name]).T for name in node.input if name in stored}
    positions = [
        _to_array(stored[_find_node(graph, name).input[0]]) for name in (_CLASS_POSITION_NODE, _PATCH_POSITIONS_NODE)
    ]
    arrays["embeddings.position_embeddings"] = np.concatenate(positions, axis=1)
    return {_rename_attention(name): array for name, array in arrays.items()}


def convert_efficientnet_lite_pth(data: bytes) -> Arrays:
    """EfficientNet-Lite's torch state dict to plain convolutions, batch norms folded in; the classifier is left out."""
    import torch  # noqa: PLC0415

    state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    arrays = {name: tensor.numpy() for name, tensor in state.items()}
    names = [
        name.removesuffix(".weight") for name in arrays if name.endswith("_conv.weight") or name == "_conv_stem.weight"
    ]
    folded: Arrays = {}
    for name in names:
        folded |= fold_batch_norm(arrays, name, _norm_of(name, arrays), _plain_name(name))
    return folded


def fold_batch_norm(arrays: Mapping[str, NDArray[Any]], convolution: str, norm: str, name: str) -> Arrays:
    """One convolution with bias that does what a convolution followed by a batch norm (in evaluation) did.

    w' = w g / sqrt(v + e), b' = b - m g / sqrt(v + e); computed in float64 and rounded once.
    """
    gain, shift, mean, variance = (
        arrays[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gain / np.sqrt(variance + _BATCH_NORM_EPSILON)
    weight = arrays[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = shift - mean * scale
    return {f"{name}.weight": weight.astype(np.float32), f"{name}.bias": bias.astype(np.float32)}


_RECIPES: dict[str, Callable[[bytes], Stored]] = {
    "dinov2-onnx": convert_dinov2_onnx,
    "efficientnet-lite-pth": convert_efficientnet_lite_pth,
    "llama-gguf": convert_llama_gguf,
}


def _to_array(tensor: onnx.TensorProto) -> FloatArray:
    from onnx import numpy_helper  # noqa: PLC0415

    return np.asarray(numpy_helper.to_array(tensor), np.float32)


def _find_node(graph: onnx.GraphProto, name: str) -> onnx.NodeProto:
    return next(node for node in graph.node if node.name == name)


def _weight_name(node: onnx.NodeProto) -> str:
    """ "/backbone/encoder/layer.3/mlp/fc1/MatMul" is "encoder.layer.3.mlp.fc1.weight"."""
    path: str = node.name.removeprefix("/backbone/").removesuffix("/MatMul")
    return path.replace("/", ".") + ".weight"


def _rename_attention(name: str) -> str:
    for old, new in _ATTENTION_NAMES.items():
        name = name.replace(old, new)
    return name


def _norm_of(convolution: str, names: Iterable[str]) -> str:
    """The batch norm behind a convolution: `_bn0` behind stem and expansion, `_bn1` and `_bn2` behind the others."""
    stem, _, part = convolution.rpartition(".")
    number = {"_conv_stem": 0, "_expand_conv": 0, "_depthwise_conv": 1, "_project_conv": 2}[part]
    return f"{stem}._bn{number}".lstrip(".")


def _plain_name(convolution: str) -> str:
    """ "_blocks.3._expand_conv" is "blocks.3.expand"; "_conv_stem" is "stem"."""
    return convolution.replace("_conv_stem", "stem").replace("_conv", "").replace("._", ".").lstrip("_")
