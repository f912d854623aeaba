"""Light on a scene: area lights, a dome, shadows and occlusion; returns linear radiance.

The gloss is Ward's anisotropic lobe ("Measuring and modeling anisotropic reflection", SIGGRAPH 1992), which gives
turned and brushed metal its fans of light. What the camera makes of the radiance is left to `camera`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap
from inference.synthesis.noise import blur, step_smoothly
from inference.synthesis.surfaces import Color, Scene, Surface

STEEPEST_SLOPE = 3.0
"""Slopes are cut here: steeper walls span less than a pixel and would only alias."""
SHADOW_STEPS = 20
LAMP_DISTANCE = 2.6
"""In photo heights; near enough that a flat face is brighter on the lamp's side."""
Vector = tuple[FloatMap, FloatMap, FloatMap]


@dataclass(frozen=True)
class Light:
    """One area light. Azimuth (from the photo's right, clockwise as y points down) and elevation in radians."""

    azimuth: float
    elevation: float
    power: float
    size: float
    """Angular spread, added to the roughness of what it lights."""
    color: Color = (1.0, 1.0, 1.0)
    casts_shadow: bool = False


@dataclass(frozen=True)
class Illumination:
    """The lamps of a station and its dome of stray light."""

    lights: tuple[Light, ...]
    dome: float
    """Radiance from everywhere; metal at a slant mirrors more of it."""
    camera_distance: float = 3.2
    """In photo heights: how strongly the angle of view changes over the photo."""


def light_scene(scene: Scene, illumination: Illumination) -> NDArray[np.float32]:
    """Return the scene's linear radiance, float32 (H, W, 3)."""
    occlusion = measure_occlusion(scene.part.height, scene.scale)
    lit = light_surface(scene.part, illumination, occlusion, cast_shadows(scene.part.height, illumination))
    if scene.background is None:
        return lit
    below = light_background(scene, scene.background, illumination)
    return np.asarray(below + scene.coverage[..., None] * (lit - below), dtype=np.float32)


def light_background(scene: Scene, background: Surface, illumination: Illumination) -> NDArray[np.float32]:
    """Return the radiance of the background in the part's shadow, a little out of focus because it lies deeper."""
    top = np.where(scene.coverage > 0.5, np.maximum(scene.part.height, 0.0), background.height).astype(np.float32)
    ground = np.minimum(top, background.height)
    shadow = cast_shadows(top, illumination, seen_from=ground)
    hidden = blur(scene.coverage, 0.07 * scene.scale)
    occlusion = np.asarray(1.0 - 0.85 * hidden, dtype=np.float32)
    return blur(light_surface(background, illumination, occlusion, shadow), 0.0024 * scene.scale)


def measure_occlusion(height: FloatMap, scale: float) -> FloatMap:
    """Return the share of the dome each pixel sees, estimated from how far it lies below its surroundings."""
    open_share = np.ones_like(height)
    for reach, weight in ((0.012, 0.35), (0.045, 0.4)):
        sunk = (blur(height, reach * scale) - height) / np.float32(reach * scale)
        open_share = open_share / (1.0 + weight * np.clip(sunk, 0.0, 4.0))
    return open_share


def cast_shadows(height: FloatMap, illumination: Illumination, seen_from: FloatMap | None = None) -> FloatMap:
    """Return how much of the shadow-casting lights reaches each pixel, 0 to 1, by marching towards each light."""
    lit = np.ones_like(height)
    for light in illumination.lights:
        if light.casts_shadow:
            lit = lit * march_towards(light, height, height if seen_from is None else seen_from)
    return lit


def march_towards(light: Light, height: FloatMap, ground: FloatMap) -> FloatMap:
    """Return the visible share of one light; the penumbra widens with the distance of what is in the way."""
    rise = float(np.tan(light.elevation))
    reach = max(float(height.max() - ground.min()) / rise, 1.0)
    visible = np.ones_like(height)
    for distance in np.linspace(1.0, np.sqrt(reach), SHADOW_STEPS) ** 2:
        shift = np.array(
            [[1, 0, -distance * np.cos(light.azimuth)], [0, 1, -distance * np.sin(light.azimuth)]], dtype=np.float32
        )
        moved = cv2.warpAffine(
            height, shift, height.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        clearance = ground + np.float32(distance * rise) - moved
        softness = 0.6 + float(light.size) * distance
        visible = np.minimum(visible, step_smoothly(clearance, -softness, softness))
    return visible


def light_surface(
    surface: Surface, illumination: Illumination, occlusion: FloatMap, shadow: FloatMap
) -> NDArray[np.float32]:
    """Return the radiance of one surface under every light and the dome."""
    normal = find_normals(surface)
    view = aim(surface.height.shape, (0.5, 0.5), illumination.camera_distance)
    tint = np.asarray(surface.tint, dtype=np.float32)
    slant = 1.0 - normal[2]
    stray = illumination.dome * occlusion
    mirrored = surface.gloss * stray * (0.55 + 1.1 * slant - 0.25 * normal[1])
    radiance = surface.diffuse * stray[..., None] + mirrored[..., None] * tint
    for light in illumination.lights:
        towards = aim(surface.height.shape, place_lamp(light), LAMP_DISTANCE * float(np.sin(light.elevation)))
        reached = shadow * light.power if light.casts_shadow else (0.35 + 0.65 * occlusion) * light.power
        color = np.asarray(light.color, dtype=np.float32)
        matt = np.maximum(dot(normal, towards), 0.0) * reached
        lobe = reflect_ward(surface, normal, view, towards, light.size) * surface.gloss * reached
        radiance += surface.diffuse * (matt[..., None] * color) + lobe[..., None] * (tint * color)
    return np.asarray(radiance, dtype=np.float32)


def place_lamp(light: Light) -> tuple[float, float]:
    """Return the point below the lamp in photo heights; (0.5, 0.5) is the photo's middle."""
    run = LAMP_DISTANCE * np.cos(light.elevation)
    return 0.5 + float(run * np.cos(light.azimuth)), 0.5 + float(run * np.sin(light.azimuth))


def aim(shape: tuple[int, ...], point: tuple[float, float], distance: float) -> Vector:
    """Return unit vectors from every pixel to a point above the photo; lengths in photo heights."""
    rows, columns = shape[0], shape[1]
    left = point[0] - 0.5 + 0.5 * columns / rows
    x = np.float32(left) - (np.arange(columns, dtype=np.float32) + 0.5)[None, :] / np.float32(rows)
    y = np.float32(point[1]) - (np.arange(rows, dtype=np.float32) + 0.5)[:, None] / np.float32(rows)
    return normalize(x, y, np.full(shape, distance, dtype=np.float32))


def normalize(x: FloatMap, y: FloatMap, z: FloatMap) -> Vector:
    """Return the vectors at unit length; maps broadcast against each other."""
    scale = np.asarray(1.0 / np.sqrt(x * x + y * y + z * z), dtype=np.float32)
    return np.asarray(x * scale), np.asarray(y * scale), np.asarray(z * scale)


def find_normals(surface: Surface) -> Vector:
    """Return unit normals of the height field with the fine marks across the grain added."""
    slope_y, slope_x = np.gradient(surface.height)
    slope_x = slope_x - surface.tilt * np.sin(surface.grain)
    slope_y = slope_y + surface.tilt * np.cos(surface.grain)
    steepness = np.sqrt(slope_x**2 + slope_y**2)
    cut = np.minimum(1.0, STEEPEST_SLOPE / np.maximum(steepness, 1e-6))
    x, y = (np.asarray(-slope * cut, dtype=np.float32) for slope in (slope_x, slope_y))
    return normalize(x, y, np.ones_like(x))


def dot(a: Vector, b: Vector) -> FloatMap:
    """Return the dot product per pixel."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], dtype=np.float32)


def reflect_ward(surface: Surface, normal: Vector, view: Vector, towards: Vector, size: float) -> FloatMap:
    """Return Ward's anisotropic lobe for one light, without gloss and power (equation 5a, in half-vector form)."""
    half = (view[0] + towards[0], view[1] + towards[1], view[2] + towards[2])
    facing = np.maximum(dot(half, normal), 1e-3)
    cosine, sine = np.cos(surface.grain), np.sin(surface.grain)
    on_grain = half[0] * cosine + half[1] * sine - facing * (normal[0] * cosine + normal[1] * sine)
    off_grain = half[1] * cosine - half[0] * sine - facing * (normal[1] * cosine - normal[0] * sine)
    along2 = surface.along**2 + np.float32(size**2)
    across2 = surface.across**2 + np.float32(size**2)
    lobe = np.exp(-(on_grain**2 / along2 + off_grain**2 / across2) / facing**2)
    lit = step_smoothly(dot(normal, towards), 0.0, 0.15)
    return np.asarray(lobe * lit / (4.0 * np.pi * np.sqrt(along2 * across2)), dtype=np.float32)
