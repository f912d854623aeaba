"""Turns the bytes of a PNG, JPEG, BMP, TIFF or WebP file into upright 8-bit RGB pixels.

Pillow decodes what has 8 bits per channel, OpenCV 16-bit PNG (Pillow would drop the low bytes), `tiff_decoding` every
TIFF. The header is read before any pixel, so that the caller can refuse a size first. Files, names, hashes and
sentences that name a file are left to `images`.

Colour profiles (ICC) are not applied: reference and part come from the same camera, so both shift alike.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import ExifTags, Image

from inference.file_kinds import Header, UndecodableError
from inference.results import RgbPixels
from inference.sample_depth import keep_deep_samples, narrow_samples
from inference.tiff_decoding import decode_tiff, read_tiff_header

# Our pixel limit is checked on the header and may be raised by the caller; Pillow's own would get in its way.
Image.MAX_IMAGE_PIXELS = None

_ROWS_AT_ONCE = 256

_DAMAGED_EXIF = "EXIF data is damaged and was ignored"

_DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    AttributeError,
    AssertionError,
    struct.error,
    zlib.error,
    cv2.error,
    tifffile.TiffFileError,
)
"""What the libraries raise on damaged files; a test with files changed at random holds this list complete."""

_UPRIGHT: dict[int, Callable[[NDArray[Any]], Any]] = {
    2: lambda pixels: cv2.flip(pixels, 1),
    3: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_180),
    4: lambda pixels: cv2.flip(pixels, 0),
    5: cv2.transpose,
    6: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE),
    7: lambda pixels: cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180),
    8: lambda pixels: cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
"""What undoes each EXIF orientation (EXIF 2.32, tag 0x0112); 1 is upright already."""

_warnings_lock = threading.RLock()


class PhotoDecoder:
    """One file being decoded: `read_header` first, then `decode`. Not to be shared between threads."""

    def __init__(self, data: bytes, file_format: str) -> None:
        self._data = data
        self._format = file_format
        self.warnings: list[str] = []
        """What was assumed or ignored, without the file's name; complete after `decode`."""
        self.samples: NDArray[np.uint16] | None = None
        """After `decode`, upright samples, (H, W) or (H, W, 3), of a 16-bit photo without transparency; else None."""
        self._deep: list[NDArray[np.uint16]] = []

    def read_header(self) -> Header:
        """Read size, depth and number of pictures without decoding. Raises `UndecodableError`."""
        with self._translating_faults():
            if self._format == "TIFF":
                return read_tiff_header(self._data)
            if self._format == "PNG":
                return _read_png_header(self._data)
            if self._format == "BMP":
                return _read_bmp_header(self._data)
            with self._open() as image:
                # The second picture of a JPEG is a preview or a depth map made by the camera, not another photo.
                pictures = getattr(image, "n_frames", 1) if self._format == "WebP" else 1
                return Header(image.width, image.height, 8, pictures)

    def decode(self) -> RgbPixels:
        """Return uint8 (H, W, 3) RGB, upright, transparency laid over white. Raises `UndecodableError`."""
        with self._translating_faults():
            image, orientation = self._decode_stored()
            pixels = _copy_pixels(_flatten(image, self.warnings))
        if self._deep:
            self.samples = self._turn_upright(self._deep[0], orientation, [])
        upright: RgbPixels = self._turn_upright(pixels, orientation, self.warnings)
        return upright

    def _decode_stored(self) -> tuple[Image.Image, object]:
        if self._format == "TIFF":
            return decode_tiff(self._data, self.warnings, self._deep)
        if self._format == "PNG":
            chunks = dict(_walk_png_chunks(self._data))
            if _read_png_depth(self._data) == 16:
                return _decode_deep_png(self._data, self.warnings, self._deep), self._read_orientation(
                    {"exif": chunks.get(b"eXIf", b"")}
                )
        image = self._open()
        image.load()
        return image, self._read_orientation(image.info)

    def _open(self) -> Image.Image:
        return Image.open(io.BytesIO(self._data), formats=(self._format.upper(),))

    def _read_orientation(self, info: dict[Any, Any]) -> object:
        """Look in Pillow's raw EXIF and XMP entries, afresh: its JPEG reader forgets that they could not be parsed."""
        carrier = Image.new("L", (1, 1))
        carrier.info = info
        try:
            return carrier.getexif().get(ExifTags.Base.Orientation, 1)
        except _DECODER_FAULTS:
            self._note_damaged_exif()
            return 1

    def _note_damaged_exif(self) -> None:
        if _DAMAGED_EXIF not in self.warnings:
            self.warnings.append(_DAMAGED_EXIF)

    def _turn_upright(self, pixels: NDArray[Any], orientation: object, notes: list[str]) -> Any:
        if orientation == 1:
            return pixels
        if not isinstance(orientation, int) or orientation not in _UPRIGHT:
            notes.append(f"EXIF orientation {orientation!r} does not exist and was ignored")
            return pixels
        return _UPRIGHT[orientation](pixels)

    @contextmanager
    def _translating_faults(self) -> Iterator[None]:
        """Turn the libraries' many exceptions into one, and their Python warnings into ours."""
        try:
            with _gathering_warnings() as gathered:
                yield
        except _DECODER_FAULTS as fault:
            raise UndecodableError(f"is a damaged or truncated {self._format} file") from fault
        except MemoryError as fault:
            raise UndecodableError("does not fit into the memory of this computer") from fault
        if any("EXIF" in message for message in gathered):
            self._note_damaged_exif()


@contextmanager
def _gathering_warnings() -> Iterator[list[str]]:
    """Collect Python warnings instead of showing them; locked, because the filters belong to the whole process."""
    messages: list[str] = []
    with _warnings_lock, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield messages
        messages.extend(str(warning.message) for warning in caught)


def _flatten(image: Image.Image, notes: list[str]) -> Image.Image:
    """Convert any Pillow mode to RGB, noting what is more than a plain conversion."""
    if image.mode == "CMYK":
        notes.append("colours were converted from CMYK, approximately")
    if image.has_transparency_data:
        return _lay_over_white(image.convert("RGBA"), notes)
    return image if image.mode == "RGB" else image.convert("RGB")


def _copy_pixels(image: Image.Image) -> RgbPixels:
    """Copy an RGB image into a writable array, in strips: at once it would need three times the memory."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, _ROWS_AT_ONCE):
        strip = image.crop((0, top, image.width, min(top + _ROWS_AT_ONCE, image.height)))
        pixels[top : top + _ROWS_AT_ONCE] = np.asarray(strip)
    return pixels


def _lay_over_white(image: Image.Image, notes: list[str]) -> Image.Image:
    """Composite as a viewer would show it.

    Colours hidden under transparent pixels were not seen by the person who approved the photo and are often garbage, so
    they must not be judged. White is what paper and most viewers put behind. An alpha plane of zeros is no wholly
    transparent photo but a byte that some cameras leave unused.
    """
    alpha = image.getchannel("A")
    colours = image.convert("RGB")
    low, high = alpha.getextrema()
    if low == 255:
        return colours
    if high == 0:
        notes.append("the alpha channel is zero everywhere and was ignored")
        return colours
    notes.append("transparent pixels were laid over white")
    white = Image.new("RGB", image.size, "white")
    white.paste(colours, mask=alpha)
    return white


def _read_png_header(data: bytes) -> Header:
    """Read the IHDR chunk (PNG, section 11.2.2), and acTL for the frames of an animation."""
    width, height = struct.unpack_from(">II", data, 16)
    depth = 16 if _read_png_depth(data) == 16 else 8
    animation = data[:4096].find(b"acTL")
    frames = struct.unpack_from(">I", data, animation + 4)[0] if animation > 0 else 1
    return Header(width, height, depth, frames)


def _read_png_depth(data: bytes) -> int:
    return data[24]


def _read_bmp_header(data: bytes) -> Header:
    """Read size and depth; the first header of 1987 has 16-bit numbers, later ones a height below 0 for top-down."""
    (header_size,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header_size == 12 else "<ii", data, 18)
    return Header(width, abs(height), 8)


def _walk_png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each chunk up to IEND; raise where one is cut off or its checksum is wrong.

    Pillow and OpenCV skip the checksums of pixel data, and a changed byte there would be judged as a defect.
    """
    view, start, kind = memoryview(data), 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + 8 + length
        if zlib.crc32(view[start + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise ValueError(f"the checksum of {kind!r} does not match")
        yield kind, bytes(view[start + 8 : end]) if kind == b"eXIf" else b""
        start = end + 4


def _decode_deep_png(data: bytes, notes: list[str], deep: list[NDArray[np.uint16]]) -> Image.Image:
    samples = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if samples is None:
        raise ValueError("OpenCV cannot decode the file")
    if samples.ndim == 2:
        keep_deep_samples(samples[..., None], deep)
        return Image.fromarray(narrow_samples(samples, 16, False, notes))
    channels = samples.shape[2]
    if channels >= 3:
        samples = cv2.cvtColor(samples, cv2.COLOR_BGR2RGB if channels == 3 else cv2.COLOR_BGRA2RGBA)
    keep_deep_samples(samples, deep)
    return Image.fromarray(narrow_samples(samples, 16, channels != 3, notes))
