"""Photos as they come in: one file or its bytes become upright RGB pixels, or one sentence why they cannot.

The format is told from the content, sizes are checked on the header before anything is decoded, and everything that was
assumed on the way becomes a warning of the photo. How each format is decoded is left to `decoding`.
"""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.decoding import PhotoDecoder
from inference.errors import PhotoError
from inference.file_kinds import PHOTO_SUFFIXES, Header, UndecodableError, describe_kind, recognise_format
from inference.results import RgbPixels

DEFAULT_PIXEL_LIMIT = 120_000_000
"""Largest photo in pixels unless the caller says otherwise; above it, map and mask alone take over 600 MB."""

MIN_SIDE = 32
"""Smallest width and height in pixels: below it a photo has fewer than 3 x 3 patches and nothing can be compared."""

SUPPORTED_SUFFIXES = frozenset(suffix for suffixes in PHOTO_SUFFIXES.values() for suffix in suffixes)
"""Lower-case suffixes, with the dot, of files that are looked for in folders."""

_MAX_BYTES_PER_PIXEL = 16
"""Four float32 channels without compression: no photo within the pixel limit needs a larger file."""

_FILE_OVERHEAD = 64 * 2**20
"""Room for thumbnails, profiles and further pages beside the pixels, in bytes."""

_FORMATS = "PNG, JPEG, BMP, TIFF or WebP"


@dataclass(frozen=True)
class Photo:
    """One decoded photo.

    Transparent pixels are laid over white, 16-bit samples scaled to 8 bits, colour profiles not applied.
    """

    pixels: RgbPixels
    """uint8 (H, W, 3), RGB, upright (EXIF orientation applied)."""
    name: str
    """The file's name without folders, safe to show."""
    sha256: str
    """Of the file's bytes as received, lower-case hexadecimal."""
    bit_depth: int
    """Bits per channel in the file, rounded up to 8, 16 or 32."""
    warnings: tuple[str, ...] = ()
    """What was assumed or ignored, such as "EXIF data is damaged and was ignored"; without the file's name."""
    samples: NDArray[np.uint16] | None = field(default=None, repr=False, compare=False)
    """Upright samples as the file has them, (H, W) or (H, W, 3), of a 16-bit photo without transparency; else None.

    For people to look at and measure by; the detector sees `pixels`.
    """

    @property
    def height(self) -> int:
        """Rows of the upright photo."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of the upright photo."""
        return int(self.pixels.shape[1])


def read_photo(path: Path, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> Photo:
    """Read and decode one file. Raises `PhotoError` with one sentence that names the file."""
    try:
        _check_file(path, pixel_limit)
        data = path.read_bytes()
    except FileNotFoundError:
        raise PhotoError(f"There is no file {_printable(str(path))}; check its name and folder.") from None
    except PermissionError:
        raise PhotoError(f"{_printable(path.name)} may not be read by this user; ask for permission to it.") from None
    except OSError as error:
        reason = error.strerror or "unknown fault"
        raise PhotoError(f"{_printable(path.name)} cannot be read ({reason}); check the disk or network.") from error
    return decode_photo(data, path.name, pixel_limit)


def decode_photo(data: bytes, name: str, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> Photo:
    """Decode a file's bytes; `name` is used in sentences and its suffix is compared with the content.

    Raises `PhotoError`: empty, not a photo, damaged, no pixels, smaller than `MIN_SIDE` or over `pixel_limit`.
    """
    name = _printable(name)
    file_format = _require_format(data, name)
    decoder = PhotoDecoder(data, file_format)
    try:
        header = decoder.read_header()
        _check_size(header, name, pixel_limit)
        pixels = decoder.decode()
    except UndecodableError as fault:
        raise PhotoError(f"{name} {fault}; save or copy it again, or take a new photo.") from fault
    warnings = (*_compare_suffix(name, file_format), *_note_pictures(header), *decoder.warnings)
    return Photo(pixels, name, hashlib.sha256(data).hexdigest(), header.bit_depth, warnings, decoder.samples)


def find_photos(folder: Path) -> list[Path]:
    """List the files of a folder that go by a photo's suffix, in natural order (2 before 10), hidden ones left out.

    Folders inside are not entered. Raises `PhotoError` when the folder cannot be listed.
    """
    try:
        files = [path for path in folder.iterdir() if _looks_like_photo(path)]
    except OSError as error:
        reason = error.strerror or "unknown fault"
        raise PhotoError(f"Folder {_printable(str(folder))} cannot be listed ({reason}); check its name.") from error
    return sorted(files, key=lambda path: (_split_numbers(path.name.casefold()), path.name))


def _looks_like_photo(path: Path) -> bool:
    return path.suffix.lower() in SUPPORTED_SUFFIXES and not path.name.startswith(".") and path.is_file()


def _split_numbers(text: str) -> list[tuple[bool, int, str]]:
    """Split "b10a" into comparable pieces: digits sort as numbers and before letters."""
    pieces = [piece for piece in re.split(r"(\d+)", text) if piece]
    return [(False, int(piece), "") if piece.isdecimal() else (True, 0, piece) for piece in pieces]


def _check_file(path: Path, pixel_limit: int) -> None:
    """Refuse what must not even be opened: folders, pipes and devices, and files no photo could need."""
    status = path.stat()
    name = _printable(path.name or str(path))
    if stat.S_ISDIR(status.st_mode):
        raise PhotoError(f"{name} is a folder, not a photo; name the photos inside it.")
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError(f"{name} is {_name_kind(status.st_mode)}, not a photo; give a {_FORMATS} file.")
    most = pixel_limit * _MAX_BYTES_PER_PIXEL + _FILE_OVERHEAD
    if status.st_size > most:
        sizes = f"{status.st_size / 2**20:.0f} MB, over the limit of {most / 2**20:.0f} MB"
        raise PhotoError(f"{name} is too large ({sizes}); give a smaller photo.")


def _name_kind(mode: int) -> str:
    """What something is that is neither file nor folder."""
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _require_format(data: bytes, name: str) -> str:
    if not data:
        raise PhotoError(f"{name} is an empty file; copy it again or take a new photo.")
    file_format = recognise_format(data)
    if file_format is None:
        raise PhotoError(f"{name} is not a photo but {describe_kind(data)}; give a {_FORMATS} file.")
    return file_format


def _check_size(header: Header, name: str, pixel_limit: int) -> None:
    size = f"{header.width} x {header.height} pixels"
    if header.width <= 0 or header.height <= 0:
        raise PhotoError(f"{name} has no pixels ({size}); take a new photo.")
    if min(header.width, header.height) < MIN_SIDE:
        least = f"{MIN_SIDE} x {MIN_SIDE}"
        raise PhotoError(f"{name} is too small: {size}, the least is {least}; give a photo of higher resolution.")
    count = header.width * header.height
    if count > pixel_limit:
        sizes = f"{header.width} x {header.height} are {count:,} pixels, the limit is {pixel_limit:,}"
        raise PhotoError(f"{name} is too large: {sizes}; make the photo smaller or raise the limit.")


def _compare_suffix(name: str, file_format: str) -> tuple[str, ...]:
    suffix = Path(name).suffix.lower()
    if not suffix or suffix in PHOTO_SUFFIXES[file_format]:
        return ()
    return (f"the file ends in {suffix} but is a {file_format} file",)


def _note_pictures(header: Header) -> tuple[str, ...]:
    if header.pictures <= 1:
        return ()
    return (f"the file holds {header.pictures} pictures and only the first was used",)


def _printable(text: str) -> str:
    """Replace what would break a sentence, a terminal or a UTF-8 record: control characters and stray surrogates."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
