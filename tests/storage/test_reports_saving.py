import errno
import os
import tempfile

import pytest

from storage.errors import KnownError
from storage.reports.errors import ReportError
from storage.reports.saving import save_whole


def refuse_with(number):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return refuse


def test_saving_replaces_an_older_report(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"older")
    save_whole(b"newer", path)
    assert path.read_bytes() == b"newer"


def test_saving_reports_a_full_disk_without_leaving_a_half_written_file(tmp_path, monkeypatch):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"older")
    monkeypatch.setattr(os, "fsync", refuse_with(errno.ENOSPC))
    with pytest.raises(ReportError, match=r"report\.pdf was not written: the disk is full; free some space"):
        save_whole(b"newer", path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_saving_interrupted_by_the_user_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_whole(b"newer", tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_saving_into_a_folder_that_is_missing_says_so(tmp_path):
    with pytest.raises(ReportError, match="its folder does not exist; create it or choose another"):
        save_whole(b"pdf", tmp_path / "missing" / "report.pdf")


def test_saving_where_a_folder_has_the_name_says_so(tmp_path):
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(ReportError, match=r"report\.pdf was not written"):
        save_whole(b"pdf", tmp_path / "report.pdf")
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]


def test_saving_below_a_file_says_so(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReportError, match="was not written"):
        save_whole(b"pdf", tmp_path / "file" / "report.pdf")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "writing there is not permitted"),
        (errno.EROFS, "read-only"),
        (errno.EDQUOT, "your share of the disk is used up"),
        (errno.EIO, "another folder"),
    ],
)
def test_saving_explains_a_folder_that_cannot_be_written(tmp_path, monkeypatch, number, words):
    monkeypatch.setattr(tempfile, "mkstemp", refuse_with(number))
    with pytest.raises(KnownError, match=words):
        save_whole(b"pdf", tmp_path / "report.pdf")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_saved_report_can_be_read_by_whoever_may_read_new_files(tmp_path):
    before = os.umask(0o022)
    try:
        save_whole(b"pdf", tmp_path / "report.pdf")
    finally:
        os.umask(before)
    assert (tmp_path / "report.pdf").stat().st_mode & 0o777 == 0o644
