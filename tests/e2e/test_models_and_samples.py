"""Model packs are listed and imported without surprises; the sample photos can be copied and inspected."""

import json
from pathlib import Path

import pytest
from PIL import Image


def test_every_known_pack_is_listed_with_its_state(run):
    packs = json.loads(run("model", "list", "--json").stdout)["model_packs"]

    assert "dinov2-vits14" in {pack["name"] for pack in packs}
    assert {pack["state"] for pack in packs} == {"missing"}
    assert all(len(pack["sha256"]) == 64 for pack in packs)


def test_verifying_nothing_is_no_error(run):
    assert run("model", "verify").exit_code == 0


def test_a_damaged_pack_is_named_with_status_2(run, own_home):
    folder = own_home / "models" / "dinov2-vits14"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(b"damaged")

    result = run("model", "verify")

    assert result.exit_code == 2
    assert "dinov2-vits14" in result.stderr


@pytest.mark.parametrize("words", [("install", "no-such-pack"), ("import", "missing-folder")])
def test_what_cannot_be_installed_is_one_sentence(words, run):
    result = run("model", *words)

    assert result.exit_code == 2
    assert words[1] in result.stderr
    assert "unexpectedly" not in result.stderr


def test_the_samples_are_copied_as_evaluate_needs_them(run, tmp_path):
    result = run("samples", tmp_path / "samples", "--json")

    files = json.loads(result.stdout)["files"]
    assert result.exit_code == 0
    assert len(list((tmp_path / "samples").glob("*/train/good/*"))) == 1
    assert len(list((tmp_path / "samples").glob("*/test/good/*"))) == 3
    assert len(list((tmp_path / "samples").glob("*/test/*/*"))) == 9
    assert all(Path(file).is_file() for file in files)


def test_without_a_command_the_samples_are_inspected_and_the_files_named(run, own_home):
    result = run()

    results = own_home / "samples" / "results"
    assert result.exit_code == 0
    assert "9 inspected" in result.stdout
    assert str(results) in result.stdout
    assert (results / "report.pdf").read_bytes().startswith(b"%PDF")
    with Image.open(own_home / "samples" / "good-000.jpg") as photo, Image.open(results / "good-000.mask.png") as mask:
        assert photo.size == mask.size


def test_options_may_stand_before_the_command(run, tmp_path):
    result = run("--home", tmp_path / "elsewhere", "--json", "product", "list")

    assert json.loads(result.stdout) == {"products": []}
    assert (tmp_path / "elsewhere" / "audit.sqlite").is_file()
