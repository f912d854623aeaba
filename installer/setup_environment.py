"""Prepares a machine to run the program: environment, packages, system libraries, model packs, and last the stamp.

Started by `run.sh`, `test.sh` and `run.bat` with any Python from 3.11 on when the stamp is not right; may be
interrupted at any moment and started again. Running the program afterwards is left to those scripts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.errors import SetupError, explain_os_error
from installer.folder_lock import hold_lock
from installer.layout import Layout
from installer.logged_commands import CommandRunner, clean_environment
from installer.packages import CPU, Pip, install_torch, read_requirements
from installer.progress import say
from installer.system_libraries import install_system_libraries, install_test_programs
from installer.virtual_environment import ensure_environment

GIGABYTE = 10**9
NEEDED_BYTES = 4 * GIGABYTE
"""Room for the environment and for pip's unpacking beside it."""
NEEDED_BYTES_CUDA = 14 * GIGABYTE
"""The same with the libraries of CUDA."""
NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the machine; returns the exit status: 0 ready, 2 with a sentence on stderr, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="setup_environment", description=__doc__)
    parser.add_argument("--with-tests", action="store_true", help="install the test tools as well")
    options = parser.parse_args(arguments)
    try:
        prepare(Layout(Path(__file__).resolve().parent.parent), with_tests=options.with_tests)
    except SetupError as error:
        say(str(error))
        return 2
    except OSError as error:
        say(explain_os_error(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted; run the same command again and it goes on where it stopped.")
        return 130
    return 0


def prepare(layout: Layout, *, with_tests: bool) -> None:
    """Bring the environment to what the project's files ask for; does nothing where it is there already."""
    build = os.environ.get("ANOMALYGPT_TORCH") or read_build(layout)
    if is_prepared(layout, build, with_tests=with_tests):
        return
    layout.environment.mkdir(exist_ok=True)
    with hold_lock(layout.lock, lambda: say("another set-up is at work in this folder; waiting for it")) as lock:
        # The other set-up may have done everything in the meantime.
        if not is_prepared(layout, build, with_tests=with_tests):
            set_up(layout, build, lock, with_tests=with_tests)


def read_build(layout: Layout) -> str:
    """Return the build of torch that was chosen before; the one for the processor where none was."""
    return layout.torch_build.read_text(encoding="utf-8").strip() if layout.torch_build.is_file() else CPU


def is_prepared(layout: Layout, build: str, *, with_tests: bool) -> bool:
    """Tell whether nothing is left to do."""
    return layout.is_ready(with_tests=with_tests) and read_build(layout) == build


def set_up(layout: Layout, build: str, lock: int, *, with_tests: bool) -> None:
    """Go through all steps; every one finds out itself what an earlier, interrupted set-up has already done."""
    say("preparing this copy of the program; once, a few minutes")
    discard_leftovers(layout)
    check_space(layout, NEEDED_BYTES if build == CPU else NEEDED_BYTES_CUDA)
    runner = CommandRunner(layout.log, lock, clean_environment(layout.temporary, os.environ))
    ensure_environment(layout, sys.executable, runner)
    install_packages(Pip(layout, runner), build, with_tests=with_tests)
    install_system_libraries(runner)
    if with_tests:
        install_test_programs(runner)
    fetch_packs(Pip(layout, runner))
    shutil.rmtree(layout.temporary)
    record_success(layout, build, with_tests=with_tests)
    say("ready")


def discard_leftovers(layout: Layout) -> None:
    """Take away the stamps, which hold no longer, and what an interrupted pip was unpacking."""
    for with_tests in (False, True):
        layout.stamp(with_tests=with_tests).unlink(missing_ok=True)
    if layout.temporary.exists():
        shutil.rmtree(layout.temporary)
    layout.temporary.mkdir()
    layout.log.write_text("", encoding="utf-8")


def check_space(layout: Layout, needed: int) -> None:
    """Refuse with a sentence where the disk cannot hold the environment; what is installed already counts as room."""
    room = shutil.disk_usage(layout.environment).free + measure_folder(layout.environment)
    if room < needed:
        raise SetupError(
            f"{layout.project} is on a disk with {room / GIGABYTE:.1f} GB to spare and set-up needs "
            f"{needed / GIGABYTE:.0f} GB: free some space or move the program, then run the same command again."
        )


def measure_folder(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed."""
    paths = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return sum(path.lstat().st_size for path in paths)


def install_packages(pip: Pip, build: str, *, with_tests: bool) -> None:
    """Install torch in the build asked for, then everything else."""

    def accept_cuda() -> None:
        say(
            "the package sources have no torch for the processor alone, so the one with CUDA is taken: several GB more "
            "(PIP_EXTRA_INDEX_URL can name a source that has the small one)"
        )
        check_space(pip.layout, NEEDED_BYTES_CUDA)

    requirements = read_requirements(pip.layout.pyproject, with_tests=with_tests)
    say("installing torch")
    install_torch(pip, build, accept_cuda)
    say(f"installing {len(requirements)} packages and what they need")
    pip.install(requirements)
    if build == CPU and NVIDIA_DRIVER.exists():
        say("this machine has an NVIDIA GPU; to use it, run once with ANOMALYGPT_TORCH=cuda before the command")


def fetch_packs(pip: Pip) -> None:
    """Fetch the default model packs; without them set-up is still complete, since commands fetch what they miss."""
    say("fetching the default model packs")
    try:
        pip.fetch_packs()
    except SetupError as error:
        say(f"the model packs will be fetched when a command first needs them. {error}")


def record_success(layout: Layout, build: str, *, with_tests: bool) -> None:
    """Write the stamps, in one step each and last of all."""
    layout.torch_build.write_text(f"{build}\n", encoding="utf-8")
    for tests in {False, with_tests}:
        draft = layout.environment / "stamp-draft"
        draft.write_bytes(layout.describe())
        draft.replace(layout.stamp(with_tests=tests))


if __name__ == "__main__":
    sys.exit(main())
