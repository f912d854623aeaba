"""Gets a pack's converted weights from a repository on a model hub, one that a plant or a group of stations keeps.

The repository is laid out like a station's models folder: `<pack>/weights.safetensors`. Downloads are resumed, only the
one file is asked for, and what arrives is checked like any other source by whoever called.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from inference.errors import Cancelled, ModelPackError
from inference.model_packs.installed import hash_file
from inference.model_packs.manifest import PackManifest
from inference.model_packs.watching import Watcher

HUB_VARIABLE = "ANOMALYGPT_PACK_HUB"
"""Names the repository, `owner/name` or `owner/name@revision`; HF_ENDPOINT names a hub other than the public one."""


def find_repository() -> tuple[str, str | None] | None:
    """Return the repository and revision that are to be used, if any."""
    repository, _, revision = os.environ.get(HUB_VARIABLE, "").strip().partition("@")
    return (repository, revision or None) if repository else None


def fetch_from_hub(manifest: PackManifest, incoming: Path, watcher: Watcher) -> Path | None:
    """The pack's weights from the hub, kept in `incoming` until they are installed; None when no hub is named.

    Raises ModelPackError with the sentence to show, and Cancelled.
    """
    chosen = find_repository()
    if chosen is None:
        return None
    repository, revision = chosen
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - rarely needed, slow to load
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415

    name = f"{manifest.name}/{manifest.weights.name}"
    try:
        path = Path(
            hf_hub_download(
                repository, name, revision=revision, local_dir=incoming / "hub", tqdm_class=_watch(manifest, watcher)
            )
        )
    except Cancelled:
        raise
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise ModelPackError(_explain(manifest, repository, error)) from error
    if hash_file(path) != manifest.weights.sha256:
        path.unlink()
        raise ModelPackError(
            f"{name} of {repository} is not model pack {manifest.name} {manifest.version}: its SHA-256 differs from "
            f"{manifest.weights.sha256[:12]}...; ask whoever keeps the repository for the file of this version."
        )
    return path


def _explain(manifest: PackManifest, repository: str, error: Exception) -> str:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return (
        f"Model pack {manifest.name} could not be fetched from {repository} ({reason}); check the name in "
        f"{HUB_VARIABLE} and the network, or copy the pack from another station and run `model import FOLDER`."
    )


def _watch(manifest: PackManifest, watcher: Watcher) -> type[Any]:
    """A progress bar, as the hub's client wants one, that tells the watcher instead of a terminal."""
    from tqdm.std import tqdm  # noqa: PLC0415 - comes with the hub's client

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: object, **options: object) -> None:
            options.pop("name", None)
            super().__init__(*arguments, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            total = self.total or manifest.weights.size
            watcher.report(self.n / total, f"fetching {manifest.name}: {self.n / 1e6:.0f} of {total / 1e6:.0f} MB")
            return None

    return Bar
