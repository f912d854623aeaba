"""A log bundle holds logs, settings and the diagnosis, no secrets, and is written whole or not at all."""

import logging
import zipfile

import pytest

from station.errors import OutputError
from station.log_bundle import save_log_bundle
from station.logs import read_log_tail, start_logging, stop_logging


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "anomalygpt.log").write_text("it went wrong, password = hunter2\n")
    (home / "settings.toml").write_text('user = "Kim"\n')
    return home


def _read(path):
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_logs_settings_and_diagnosis_are_in_it(home, tmp_path):
    files = _read(save_log_bundle(home, tmp_path / "b.zip", "versions", "the fault"))

    assert files.keys() == {"diagnosis.txt", "fault.txt", "logs/anomalygpt.log", "settings.toml"}
    assert files["diagnosis.txt"] == "versions"


def test_secrets_are_hidden(home, tmp_path):
    assert "hunter2" not in _read(save_log_bundle(home, tmp_path / "b.zip", ""))["logs/anomalygpt.log"]


def test_a_home_without_anything_gives_a_bundle_all_the_same(tmp_path):
    assert _read(save_log_bundle(tmp_path / "none", tmp_path / "b.zip", "versions")) == {"diagnosis.txt": "versions"}


def test_a_bundle_that_cannot_be_written_is_a_sentence_and_leaves_nothing(home, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="cannot be written"):
        save_log_bundle(home, tmp_path / "file" / "b.zip", "")


def test_what_is_logged_is_at_the_end_of_the_log(tmp_path):
    start_logging(tmp_path)
    try:
        logging.getLogger("station").info("secret: abc")
    finally:
        stop_logging()

    assert read_log_tail(tmp_path)[-1].endswith("secret: ***")
    assert read_log_tail(tmp_path / "none") == ()
