"""What a file is, told from its first bytes: one of the photo formats we read, or a plain word for what it seems to be.

Suffixes are never believed here; comparing them with the content is left to the caller.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

PHOTO_SUFFIXES = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
}
"""The formats that are read, by the name shown to people, with the suffixes each goes by."""

_PHOTO_SIGNATURES = (
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("JPEG", b"\xff\xd8\xff"),
    ("BMP", b"BM"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("TIFF", b"II+\0"),
    ("TIFF", b"MM\0+"),
)

_OTHER_SIGNATURES = (
    (b"GIF8", "a GIF animation"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\x01\0", "an icon file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"OggS", "a sound or video file"),
    (b"\x1aE\xdf\xa3", "a video file"),
)

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}


def recognise_format(data: bytes) -> str | None:
    """Return the key of `PHOTO_SUFFIXES` the content belongs to, or None; a known start does not mean a sound file."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    return next((name for name, start in _PHOTO_SIGNATURES if data.startswith(start)), None)


def describe_kind(data: bytes) -> str:
    """Say with an article what the bytes seem to be, such as "a text file"; for files that are no photo we read."""
    for start, words in _OTHER_SIGNATURES:
        if data.startswith(start):
            return words
    if data[4:8] == b"ftyp":
        return _describe_media_container(data[8:12])
    return _describe_text(data) if _is_text(data) else "a file of an unknown kind"


def _describe_media_container(brand: bytes) -> str:
    if brand in _HEIF_BRANDS:
        return "a HEIC photo"
    return "an AVIF picture" if brand in {b"avif", b"avis"} else "a video file"


def _describe_text(data: bytes) -> str:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    return "a web page" if start.startswith((b"<!doctype html", b"<html")) else "a text file"


def _is_text(data: bytes) -> bool:
    start = data[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n\f" for character in text.removeprefix("\ufeff"))


class UndecodableError(Exception):
    """The bytes cannot become pixels; the message completes the sentence "<name> ..."."""


@dataclass(frozen=True)
class Header:
    """What a photo file says about itself before its pixels are touched; the size is as stored, not yet upright."""

    width: int
    height: int
    bit_depth: int
    """Bits per channel, rounded up to 8, 16 or 32."""
    pictures: int = 1
    """Pages of a TIFF, frames of an animation; only the first is used."""
