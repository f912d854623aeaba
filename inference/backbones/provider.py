"""Opens a backbone by the name of its model pack: verifies the pack, chooses device and runtime, loads the weights.

Torch and OpenVINO are imported only when they are chosen, so that asking for one never pays for the other.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from inference.backbones.base import Backbone, Network, Runtime, Weights
from inference.backbones.dinov2 import Dinov2
from inference.backbones.dummy import DUMMY_NAME, DummyBackbone
from inference.backbones.efficientnet_lite import EfficientNetLite
from inference.backbones.pretrained import PretrainedBackbone
from inference.errors import DeviceError, ModelPackError
from inference.model_packs import read_manifests, verify_pack
from inference.model_packs.manifest import PackManifest
from inference.textbook import Components

Device = Literal["auto", "cpu", "cuda", "mps"]
RuntimeName = Literal["auto", "torch", "openvino"]
Precision = Literal["float32", "bfloat16"]

_NETWORKS: dict[str, type[Dinov2] | type[EfficientNetLite]] = {"dinov2": Dinov2, "efficientnet-lite": EfficientNetLite}


@dataclass(frozen=True)
class BackboneOptions:
    """How to run a backbone.

    Device "auto" takes an NVIDIA GPU that torch can use, else the processor; "mps" only when asked for. Runtime "auto"
    is OpenVINO on the processor and torch elsewhere. Precision "bfloat16" becomes float32 where OpenVINO finds the
    processor cannot do it; the backbone's `device` says what was used. `layers` None means the pack's own. Components
    "textbook" are those written by hand: float32 on the processor, whatever runtime and precision say.
    """

    device: Device = "auto"
    runtime: RuntimeName = "auto"
    precision: Precision = "float32"
    layers: tuple[int, ...] | None = None
    components: Components = "framework"


def open_backbone(name: str, models_folder: Path, options: BackboneOptions = BackboneOptions()) -> Backbone:
    """Open the backbone of the installed pack `name`, or the dummy for "dummy".

    Every file of the pack is verified first. Raises ModelPackError when the pack is unknown, missing, incomplete or
    altered, and DeviceError when the device cannot be used.
    """
    if name == DUMMY_NAME:
        return DummyBackbone()
    pack = verify_pack(name, models_folder)
    if pack.manifest.role != "backbone":
        raise ModelPackError(f"Model pack {name} sees nothing; choose {' or '.join(_list_backbones())}.")
    network = build_network(pack.manifest, options.layers)
    weights = pack.read_weights(network.weight_names())
    runtime = _start_runtime(network, weights, options)
    return PretrainedBackbone(pack.identity, network, runtime, network.make_feeder(weights))


def build_network(manifest: PackManifest, layers: tuple[int, ...] | None = None) -> Network:
    """The architecture a pack is for, tapped at `layers` or at the pack's own."""
    network = _NETWORKS[manifest.architecture](**_as_arguments(manifest))
    return network if layers is None else replace(network, layers=tuple(sorted(set(layers))))


def choose_device(wanted: Device) -> Literal["cpu", "cuda", "mps"]:
    """Resolve "auto" and check that the device is there; raises DeviceError. Imports torch only where a GPU may be."""
    if wanted == "cpu" or (wanted == "auto" and shutil.which("nvidia-smi") is None):
        return "cpu"
    import torch  # noqa: PLC0415

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return "cuda" if present["cuda"] else "cpu"
    if not present[wanted]:
        raise DeviceError(f"Device {wanted} cannot be used by the installed torch here; choose --device auto or cpu.")
    return wanted


def _list_backbones() -> list[str]:
    return [manifest.name for manifest in read_manifests().values() if manifest.role == "backbone"]


def refuse_other_devices(wanted: Device) -> None:
    """Raise DeviceError where the components by hand are wanted on anything but the processor."""
    if wanted not in ("auto", "cpu"):
        raise DeviceError("The textbook's components run on the processor only; choose --device auto or cpu.")


def _start_runtime(network: Network, weights: Weights, options: BackboneOptions) -> Runtime:
    if options.components == "textbook":
        from inference.backbones.textbook_runtime import TextbookRuntime  # noqa: PLC0415

        refuse_other_devices(options.device)
        return TextbookRuntime(network, weights)
    if options.runtime == "openvino" and options.device not in ("auto", "cpu"):
        raise DeviceError(f"OpenVINO does not run on {options.device}; choose --device auto or cpu.")
    device = "cpu" if options.runtime == "openvino" else choose_device(options.device)
    if device == "cpu" and options.runtime != "torch":
        from inference.backbones.openvino_runtime import OpenVinoRuntime  # noqa: PLC0415

        return OpenVinoRuntime(network, weights, options.precision)
    from inference.backbones.torch_runtime import TorchRuntime  # noqa: PLC0415

    return TorchRuntime(network, weights, device, options.precision)


def _as_arguments(manifest: PackManifest) -> dict[str, Any]:
    """The manifest's network table with its lists as tuples, as frozen networks want them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in manifest.network.items()}
