"""The program's data: icons, translations, sample photos, the model manifest. No logic but `locate`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def locate(*parts: str) -> Path:
    """Return the path of a resource given by its folders and name, such as `locate("samples", "plate", "001.png")`.

    The program is never run from inside a zip file, so every resource is a plain file. Raises FileNotFoundError where
    there is none: a resource that is missing is a damaged installation.
    """
    path = Path(str(files(__name__))).joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"The resource {'/'.join(parts)} is not part of this installation ({path}).")
    return path
