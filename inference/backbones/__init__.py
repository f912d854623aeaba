"""Backbones: pretrained networks that turn photos into features. `open_backbone` is the way in."""

from inference.backbones.base import Backbone, Features
from inference.backbones.dummy import DummyBackbone
from inference.backbones.provider import BackboneOptions, choose_device, open_backbone
from inference.errors import DeviceError

__all__ = ["Backbone", "BackboneOptions", "DeviceError", "DummyBackbone", "Features", "choose_device", "open_backbone"]
