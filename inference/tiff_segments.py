"""Unpacks the strips or tiles of LZW and PackBits TIFFs with libtiff.

The LZW decoder behind tifffile ends the whole process on some damaged files (segmentation fault); libtiff, which has
been hardened for decades, does not. Pillow is the way to libtiff: each segment goes in as a TIFF of its own, one row of
bytes. What the bytes mean is left to `tiff_decoding`.
"""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image

LIBTIFF_COMPRESSIONS = frozenset({5, 32773})
"""LZW and PackBits (TIFF 6.0, tag 259)."""

_HEADER = struct.Struct("<2sHI")
_ENTRY = struct.Struct("<HHII")
_LONG = 4
"""The field type of 32-bit numbers."""


def unpack_segments(page: Any, data: bytes) -> list[bytes]:
    """Return the unpacked bytes of every segment of a tifffile page, in order. Raises `OSError` on damaged ones."""
    places = zip(page.dataoffsets, page.databytecounts, strict=True)
    return [
        _unpack(data[offset : offset + count], int(page.compression), _count_bytes(page, index))
        for index, (offset, count) in enumerate(places)
    ]


def _count_bytes(page: Any, index: int) -> int:
    """Return the unpacked size of a segment; rows are padded to whole bytes, the last strip may be lower."""
    separate = page.planarconfig == 2
    if page.is_tiled:
        width, height = page.tilewidth, page.tilelength
    else:
        width = page.imagewidth
        rows = min(page.rowsperstrip, page.imagelength)
        strips = -(-page.imagelength // rows)
        height = min(rows, page.imagelength - (index % strips) * rows)
    samples = 1 if separate else page.samplesperpixel
    return int(height * (-(-width * samples * page.bitspersample // 8)))


def _unpack(packed: bytes, compression: int, size: int) -> bytes:
    with Image.open(io.BytesIO(_wrap(packed, compression, size)), formats=("TIFF",)) as image:
        return image.tobytes()


def _wrap(packed: bytes, compression: int, size: int) -> bytes:
    """Build a TIFF of one row of `size` grey pixels of 8 bits (TIFF 6.0, section 3)."""
    tags = {256: size, 257: 1, 258: 8, 259: compression, 262: 1, 273: 0, 277: 1, 278: 1, 279: len(packed)}
    tags[273] = _HEADER.size + 2 + _ENTRY.size * len(tags) + 4
    entries = b"".join(_ENTRY.pack(tag, _LONG, 1, value) for tag, value in tags.items())
    return _HEADER.pack(b"II", 42, _HEADER.size) + struct.pack("<H", len(tags)) + entries + bytes(4) + packed
