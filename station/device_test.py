"""A test computation on every device: how long a backbone takes for a rendered photo, and whether all see the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from inference.backbones import BackboneOptions, open_backbone
from inference.backbones.provider import choose_device
from inference.errors import DeviceError, KnownError
from inference.images import find_photos, read_photo
from inference.profiles import find_profile
from station.console import OnProgress, ignore_progress
from station.engine import DUMMY, make_sure_of_packs
from station.language import tr
from station.models import MODELS_FOLDER
from station.samples import SAMPLE_PRODUCT, SAMPLES

if TYPE_CHECKING:
    from inference.backbones import Backbone
    from station.station import Station

ConcreteDevice = Literal["cpu", "cuda", "mps"]
DEVICES: tuple[ConcreteDevice, ...] = ("cpu", "cuda", "mps")
SIDE = 448
"""Pixels of each side of the test photo: a multiple of the strides of all backbones."""
RUNS = 3
AGREEMENT = 0.99
"""Mean cosine with the processor's features from which on a device sees the same. Rounding to 16 bits stays above."""


@dataclass(frozen=True)
class DeviceTrial:
    """What one device did."""

    device: ConcreteDevice
    name: str
    """As records name it, such as "cpu (OpenVINO, bfloat16)"; "" when it cannot be used."""
    seconds: float | None = None
    """Shortest time for one photo of 448 x 448 pixels."""
    agreement: float | None = None
    """Mean cosine between its features and the processor's, 1.0 is the same."""
    problem: str = ""
    """Why it cannot be used."""

    @property
    def works(self) -> bool:
        """Whether it computed what the processor computes."""
        return not self.problem and self.agreement is not None and self.agreement >= AGREEMENT


@dataclass(frozen=True)
class DeviceTest:
    """The trials of all devices, and which one "auto" takes."""

    trials: tuple[DeviceTrial, ...]
    automatic: ConcreteDevice


def run_device_test(
    station: Station, on_progress: OnProgress = ignore_progress, devices: tuple[ConcreteDevice, ...] = DEVICES
) -> DeviceTest:
    """Try every device, the processor first; missing default packs are installed before. Raises `ModelPackError`."""
    if station.settings.backbone != DUMMY:
        make_sure_of_packs(station, lambda share, what: on_progress(0.5 * share, what))
    pixels = read_test_photo(station)
    reference: NDArray[np.float32] | None = None
    trials = []
    for place, device in enumerate(devices):
        on_progress(0.5 + 0.5 * place / len(devices), f"computing on {device}")
        trial, features = _try_device(station, device, pixels, reference)
        reference = features if reference is None else reference
        trials.append(trial)
    on_progress(1.0, "device test done")
    return DeviceTest(tuple(trials), choose_device("auto"))


def read_test_photo(station: Station) -> NDArray[np.uint8]:
    """Return the rendered sample part as a batch of one, uint8 (1, 448, 448, 3)."""
    import cv2  # noqa: PLC0415 - costs start-up time that the window need not pay

    path = find_photos(SAMPLES / SAMPLE_PRODUCT / "train" / "good")[0]
    photo = read_photo(path, station.settings.pixel_limit)
    small = cv2.resize(photo.pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)[None]


def _try_device(
    station: Station, device: ConcreteDevice, pixels: NDArray[np.uint8], reference: NDArray[np.float32] | None
) -> tuple[DeviceTrial, NDArray[np.float32] | None]:
    try:
        backbone = _open(station, device)
        features, seconds = _measure(lambda: backbone.extract(pixels).layers[-1])
    except DeviceError:
        missing = tr("There is no such device here, or the program cannot use it.")
        return DeviceTrial(device, "", problem=missing), None
    except KnownError:
        raise
    except (RuntimeError, OSError) as error:
        # A driver that does not fit shows up as any of these, deep inside the runtime.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return DeviceTrial(device, "", problem=tr("The computation failed: {reason}", reason=reason)), None
    agreement = compare_features(features, features if reference is None else reference)
    return DeviceTrial(device, backbone.device, seconds, agreement), features


def _open(station: Station, device: ConcreteDevice) -> Backbone:
    folder = station.home / MODELS_FOLDER
    if station.settings.backbone == DUMMY:
        if device != "cpu":
            raise DeviceError(f"The dummy backbone does not run on {device}.")
        return open_backbone(DUMMY, folder)
    profile = find_profile(station.settings.profile)
    view = profile.views[0]
    return open_backbone(view.pack, folder, BackboneOptions(device, precision=profile.precision, layers=view.layers))


def _measure(compute: Callable[[], NDArray[np.float32]]) -> tuple[NDArray[np.float32], float]:
    """Return what was computed and the shortest of a few runs; the first run warms up and does not count."""
    features, times = compute(), []
    for _ in range(RUNS):
        started = perf_counter()
        features = compute()
        times.append(perf_counter() - started)
    return features, min(times)


def compare_features(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean cosine between corresponding feature vectors, float32 (..., C); 0.0 for different shapes."""
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return 0.0
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return float(((one * other).sum(axis=-1) / np.maximum(lengths, 1e-12)).mean())
