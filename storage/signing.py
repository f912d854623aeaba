"""The station's signing key (Ed25519, RFC 8032): made once, kept in the home folder for its owner only.

Whoever holds the key can sign anything: it proves nothing against its own holder. What is signed is `anchors`' affair.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from storage.durability import flush_file, flush_folder
from storage.errors import StorageFailed
from storage.faults import explain_faults

ALGORITHM = "Ed25519"
KEY_FOLDER, KEY_NAME = "keys", "anchors.pem"
_OWNER_ONLY = 0o600


class SigningKey:
    """One private key. It never leaves this object but into its own file."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def load_or_make(cls, home: Path) -> Self:
        """Read the key of a home folder, made where there is none; of two processes that make one, both get the same.

        Raises `StorageFailed` for a file that holds no such key, and the known errors of a home that cannot be written.
        """
        path = home / KEY_FOLDER / KEY_NAME
        with explain_faults(path):
            if not path.exists():
                _make_key_file(path)
            return cls(_read_key_file(path))

    @property
    def public_key(self) -> str:
        """The public half: 64 hexadecimal digits."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, data: bytes) -> str:
        """Return the signature of bytes: 128 hexadecimal digits."""
        return self._private.sign(data).hex()


def is_signed(public_key: str, signature: str, data: bytes) -> bool:
    """Whether a signature of bytes was made by the holder of a public key; both in hexadecimal digits."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make_key_file(path: Path) -> None:
    """Write a new key beside its place and link it there, unless another process was first."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
            file.write(pem)
            flush_file(file)
        if not path.exists():
            _take_place(partial, path)
        flush_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _take_place(partial: Path, path: Path) -> None:
    """Give a finished file its name, but never in place of another's."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        return
    except OSError:
        partial.rename(path)  # file systems without hard links, such as FAT


def _read_key_file(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise StorageFailed(
            f"The file {path} holds no signing key; bring it back from a backup, or move it away for a new one."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageFailed(f"The key in {path} is not of the kind {ALGORITHM}; move it away for a new one.")
    return key
