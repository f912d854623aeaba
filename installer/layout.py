"""Where set-up puts things: the environment beside the program, and in it the log, the lock and the stamps."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The files of one copy of the program. `installer/environment.sh` knows the same names."""

    project: Path

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.project / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def lock(self) -> Path:
        """Held while set-up is at work."""
        return self.environment / "setup.lock"

    @property
    def log(self) -> Path:
        """Everything that pip and apt print."""
        return self.environment / "setup.log"

    @property
    def temporary(self) -> Path:
        """Where pip unpacks: on the disk that was checked for space, and cleared after an interruption."""
        return self.environment / "setup-temporary"

    @property
    def packs(self) -> Path:
        """The fetched wheels of the default model packs."""
        return self.environment / "packs"

    @property
    def torch_build(self) -> Path:
        """Holds the build of torch that was asked for, so that later runs stay with it."""
        return self.environment / "torch-build"

    @property
    def constraints(self) -> Path:
        """The pinned versions."""
        return self.project / "installer" / "constraints.txt"

    @property
    def pack_manifests(self) -> Path:
        """The folder that says which model packs there are, with versions and hashes."""
        return self.project / "resources" / "models"

    @property
    def pyproject(self) -> Path:
        """The requirements."""
        return self.project / "pyproject.toml"

    def stamp(self, *, with_tests: bool) -> Path:
        """The file that says for which requirements the environment is complete; written last of all."""
        return self.environment / ("ready-for-tests" if with_tests else "ready")

    def describe(self) -> bytes:
        """What a stamp holds: the interpreter and the whole text of the files that decide what is installed.

        Plain text instead of a hash, so that `environment.sh` can compare it without starting another program.
        """
        interpreter = f"{self.python.resolve()}\n".encode()
        return interpreter + b"".join(path.read_bytes() for path in (self.constraints, self.pyproject))

    def is_ready(self, *, with_tests: bool) -> bool:
        """Tell whether the environment was completed for exactly the present requirements."""
        stamp = self.stamp(with_tests=with_tests)
        return self.python.exists() and stamp.is_file() and stamp.read_bytes() == self.describe()
