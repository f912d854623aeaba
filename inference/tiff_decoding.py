"""Reads the first page of a TIFF: 1 to 32 bits; grey, palette, RGB, CMYK, alpha; any layout and common compression.

tifffile does the decoding. Pillow is not used here because it halves 16-bit colour samples and lets damaged EXIF data
spoil a sound picture. Raises whatever the libraries raise; `decoding` makes one exception of it.
"""

from __future__ import annotations

import io
import logging
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from inference.file_kinds import Header, UndecodableError
from inference.sample_depth import keep_deep_samples, narrow_samples
from inference.tiff_segments import LIBTIFF_COMPRESSIONS, unpack_segments

# tifffile logs the stack trace of a damaged file; without a handler Python would print it to the user.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

_ORIENTATION_TAG = 274

_COLOUR_CHANNELS = {"MINISBLACK": 1, "MINISWHITE": 1, "PALETTE": 1, "RGB": 3, "YCBCR": 3, "SEPARATED": 4}
"""Channels of the photometric interpretations (TIFF 6.0, tag 262) that can be read."""

_ASSOCIATED_ALPHA, _STRAIGHT_ALPHA = 1, 2
"""TIFF 6.0, tag 338: colours multiplied by alpha already, or not."""

_SAFE_COMPRESSIONS = {1, 7, 8, 32946, 50000}
"""None, JPEG, deflate twice, zstd: decoders behind tifffile that survive damaged data."""

_MAX_CHANNELS = 16
_MAX_TILE = 2**26
"""Bounds, in channels and pixels, on what a damaged or hostile header can make us allocate beyond the pixel limit."""


def read_tiff_header(data: bytes) -> Header:
    """Read the first page's size and depth and the number of pages."""
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        page = tiff.pages.first
        depth = 8 if page.bitspersample <= 8 else 16 if page.bitspersample <= 16 else 32
        # A damaged tag may come back as text or as several numbers.
        return Header(int(page.imagewidth), int(page.imagelength), depth, len(tiff.pages))


def decode_tiff(data: bytes, notes: list[str], deep: list[NDArray[np.uint16]]) -> tuple[Image.Image, object]:
    """Return the first page as an 8-bit Pillow image, as stored, and its orientation tag, unchecked.

    Samples of 16 bits, as stored, are appended to `deep` where they mean brightness or RGB.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        page = tiff.pages.first
        _check_page(page, len(data))
        orientation = page.tags.valueof(_ORIENTATION_TAG, 1)
        samples = _read_unpacked(page, data) if page.compression in LIBTIFF_COMPRESSIONS else _read_samples(page)
        image = _interpret_samples(page, samples, notes)
        if page.photometric.name in ("MINISBLACK", "RGB") and page.bitspersample == 16:
            keep_deep_samples(samples, deep)
    return image, int(orientation) if isinstance(orientation, int) else orientation


def _check_page(page: Any, length: int) -> None:
    meaning = getattr(page.photometric, "name", str(page.photometric))
    if meaning not in _COLOUR_CHANNELS:
        raise UndecodableError(f"is a TIFF with {meaning} colours, which cannot be read")
    if meaning == "YCBCR" and page.compression != tifffile.COMPRESSION.JPEG:
        raise UndecodableError("is a TIFF with YCbCr colours but no JPEG compression, which cannot be read")
    if page.samplesperpixel > _MAX_CHANNELS or page.tilewidth * page.tilelength > _MAX_TILE:
        raise ValueError("the header asks for more memory than a photo needs")
    if page.compression not in LIBTIFF_COMPRESSIONS | _SAFE_COMPRESSIONS:
        name = getattr(page.compression, "name", page.compression)
        raise UndecodableError(f"is a TIFF with {name} compression, which cannot be read")
    if page.imagedepth != 1:
        raise UndecodableError("is a TIFF volume, not a photo")
    ends = [offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True)]
    # tifffile fills missing strips with zeros, which would be judged as a black defect.
    if not ends or max(ends) > length or 0 in page.databytecounts:
        raise ValueError("pixel data are missing")


def _read_samples(page: Any) -> NDArray[Any]:
    """Return (H, W, C) in the file's own type."""
    samples: NDArray[Any] = page.asarray(maxworkers=1)
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and page.samplesperpixel > 1:
        samples = np.moveaxis(samples, 0, -1)
    return samples.reshape(page.imagelength, page.imagewidth, -1)


def _read_unpacked(page: Any, data: bytes) -> NDArray[Any]:
    """Read a page through an uncompressed copy of its segments, appended to the file's own header."""
    segments = unpack_segments(page, data)
    ends = np.cumsum([len(segment) for segment in segments]).tolist()
    with tifffile.TiffFile(io.BytesIO(data + b"".join(segments))) as tiff:
        copy: Any = tiff.pages.first
        copy.compression = tifffile.COMPRESSION.NONE
        copy.databytecounts = tuple(len(segment) for segment in segments)
        copy.dataoffsets = tuple(len(data) + start for start in [0, *ends[:-1]])
        return _read_samples(copy)


def _interpret_samples(page: Any, samples: NDArray[Any], notes: list[str]) -> Image.Image:
    meaning = page.photometric.name
    if meaning == "PALETTE":
        return Image.fromarray(_narrow_palette(page.colormap)[samples[..., 0]])
    count = _COLOUR_CHANNELS[meaning]
    alpha_kind = _find_alpha(page, samples.shape[2] - count, notes)
    samples = samples[..., : count + bool(alpha_kind)]
    pixels = narrow_samples(samples, page.bitspersample, bool(alpha_kind), notes)
    if meaning == "MINISWHITE":
        pixels[..., 0] = 255 - pixels[..., 0]
    return _to_image(pixels, count, alpha_kind)


def _narrow_palette(colormap: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return (colours, 3); writers scale by 256 or 257, so the high byte is the colour, and some forget to scale."""
    narrowed = colormap >> 8 if colormap.max() > 255 else colormap
    return np.ascontiguousarray(narrowed.T.astype(np.uint8))


def _find_alpha(page: Any, extra: int, notes: list[str]) -> int:
    """Return the kind of alpha that follows the colours, or 0; other channels are noted and left out."""
    kind = int(page.extrasamples[0]) if page.extrasamples else 0
    has_alpha = extra > 0 and kind in (_ASSOCIATED_ALPHA, _STRAIGHT_ALPHA) and page.photometric.name != "SEPARATED"
    if extra > has_alpha:
        notes.append(f"{extra - has_alpha} extra channels were ignored")
    return kind if has_alpha else 0


def _to_image(pixels: NDArray[np.uint8], colours: int, alpha_kind: int) -> Image.Image:
    size = (pixels.shape[1], pixels.shape[0])
    if colours == 1:
        pixels = np.concatenate([pixels[..., :1]] * 3 + [pixels[..., 1:]], axis=-1)
    mode = "CMYK" if colours == 4 else {0: "RGB", _ASSOCIATED_ALPHA: "RGBa", _STRAIGHT_ALPHA: "RGBA"}[alpha_kind]
    image = Image.frombuffer(mode, size, pixels.tobytes(), "raw", mode, 0, 1)
    return image.convert("RGBA") if mode == "RGBa" else image
