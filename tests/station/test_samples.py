"""The sample photos: copied whole, inspected under names that say what they show."""

import pytest

from station.command_options import CommonOptions
from station.errors import OutputError, RequestError
from station.samples import SAMPLES, copy_samples, inspect_samples
from station.sessions import Session


@pytest.fixture
def session(own_home, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    with Session(CommonOptions(quiet=True)) as opened:
        yield opened


def test_every_file_is_copied_byte_for_byte(tmp_path):
    copies = copy_samples(tmp_path / "samples")

    assert len(copies) == sum(path.is_file() for path in SAMPLES.rglob("*"))
    for copy in copies:
        assert copy.read_bytes() == (SAMPLES / copy.relative_to(tmp_path / "samples")).read_bytes()


def test_copying_again_repairs_what_was_changed(tmp_path):
    [first, *_] = copy_samples(tmp_path)
    first.write_bytes(b"changed")

    copy_samples(tmp_path)

    assert first.read_bytes() != b"changed"


def test_a_file_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "samples").touch()

    with pytest.raises(OutputError, match="in the way"):
        copy_samples(tmp_path / "samples")


def test_samples_that_are_missing_are_told(session, tmp_path, monkeypatch):
    monkeypatch.setattr("station.samples.SAMPLES", tmp_path / "nothing")

    with pytest.raises(RequestError, match="install the application again"):
        inspect_samples(session)


def test_one_sample_that_fails_does_not_hide_the_others(session, own_home, capsys, monkeypatch):
    from station import samples

    gather = samples._gather_photos

    def spoil_one(folder):
        reference, parts = gather(folder)
        parts[0].write_bytes(b"spoilt")
        return reference, parts[:2]

    monkeypatch.setattr(samples, "_gather_photos", spoil_one)

    assert inspect_samples(session) == 2
    captured = capsys.readouterr()
    assert "1 inspected" in captured.out
    assert "chip-000.jpg" in captured.err
    assert (own_home / "samples" / "results" / "report.pdf").is_file()
