"""Files of an inspection are whole, do not overwrite each other within a run, and are named after the photo."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.errors import OutputError
from station.outputs import OutputFolder, write_whole
from storage.records import BlobRef


@dataclass
class _Record:
    file_name: str
    map: BlobRef | None = None
    mask: BlobRef | None = None
    overlay: BlobRef | None = None


class _Blobs:
    """A store that knows one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keeping = SimpleNamespace(find_purged=lambda sha256: None)

    def blob_path(self, sha256: str) -> Path:
        return self._path


@pytest.fixture
def blobs(tmp_path):
    (tmp_path / "blob").write_bytes(b"picture")
    return _Blobs(tmp_path / "blob")


def test_only_pictures_that_were_recorded_are_written(tmp_path, blobs):
    files = OutputFolder(tmp_path / "out").write(blobs, _Record("a.png", mask=BlobRef("00", 7)))

    assert (files.map, files.overlay) == (None, None)
    assert files.mask == tmp_path / "out" / "a.mask.png"
    assert files.mask.read_bytes() == b"picture"


def test_a_failed_copy_keeps_the_file_of_the_earlier_run(tmp_path, blobs):
    record = _Record("a.png", map=BlobRef("00", 7))
    OutputFolder(tmp_path / "out").write(blobs, record)
    blobs._path.unlink()

    with pytest.raises(OutputError, match=r"a\.map\.tiff"):
        OutputFolder(tmp_path / "out").write(blobs, record)

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.map.tiff"]
    assert (tmp_path / "out" / "a.map.tiff").read_bytes() == b"picture"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="cannot be written: a file is in the way"):
        OutputFolder(tmp_path / "file" / "out")


def test_writing_into_a_missing_folder_is_a_sentence(tmp_path):
    with pytest.raises(OutputError, match=r"all\.csv cannot be written"):
        write_whole(b"data", tmp_path / "missing" / "all.csv")


stems = st.lists(st.sampled_from(["a", "A", "a-2", "b"]), max_size=8)


@given(stems)
def test_no_two_photos_of_a_run_share_a_name_even_without_regard_to_case(stems):
    folder = OutputFolder(Path())

    chosen = [folder._choose_stem(stem).casefold() for stem in stems]

    assert len(set(chosen)) == len(chosen)


@given(stems)
def test_a_name_that_is_free_is_kept(stems):
    folder = OutputFolder(Path())

    for stem in stems:
        taken = stem.casefold() in folder._taken
        assert (folder._choose_stem(stem) == stem) is not taken
