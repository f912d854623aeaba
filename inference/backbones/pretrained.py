"""A backbone with weights: joins a model pack's identity, a network and the runtime that carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from inference.backbones.base import Features, Feeder, Network, PixelBatch, Runtime, check_pixels
from inference.results import PackIdentity


@dataclass(frozen=True)
class PretrainedBackbone:
    """See `Backbone`."""

    identity: PackIdentity
    network: Network
    runtime: Runtime
    feed: Feeder
    dummy: bool = False

    @property
    def stride(self) -> int:
        """See `Backbone`."""
        return self.network.stride

    @property
    def device(self) -> str:
        """See `Backbone`."""
        return self.runtime.device

    @property
    def layers(self) -> tuple[int, ...]:
        """See `Backbone`."""
        return self.network.layers

    def extract(self, pixels: PixelBatch) -> Features:
        """See `Backbone`."""
        check_pixels(pixels, self.stride)
        return self.network.features(self.runtime.run(self.feed(pixels)), pixels)
