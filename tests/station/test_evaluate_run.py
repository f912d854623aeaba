"""What an evaluation writes and leaves out, on categories made by hand."""

import csv
from pathlib import Path

import pytest

from station.command_options import CommonOptions
from station.errors import DataError
from station.evaluate_run import _choose_categories, describe_machine, format_scores
from station.evaluating import JudgedPhoto
from station.evaluation_data import Category, LabelledPhoto
from station.sessions import Session

ROOT = Path("data")
CUT = LabelledPhoto(ROOT / "leather" / "test" / "cut" / "000.png", "cut")
LEATHER = Category("leather", ROOT / "leather", (ROOT / "leather" / "train" / "good" / "0.png",), (CUT,))
BARE = Category("bare", ROOT / "bare", (), (CUT,))


def test_scores_keep_all_their_digits_and_files_are_relative():
    score = 71.40000000000003

    [row] = csv.DictReader(
        format_scores([(LEATHER, JudgedPhoto(CUT, score, "reject", 1e-12, 0.25))], ROOT).decode().splitlines()
    )

    assert float(row["score"]) == score
    assert float(row["p_value"]) == 1e-12
    assert (row["file"], row["label"], row["verdict"]) == ("leather/test/cut/000.png", "cut", "reject")


def test_a_category_without_references_is_left_out_with_a_word(capsys):
    with Session(CommonOptions()) as session:
        assert _choose_categories(session, [LEATHER, BARE]) == [LEATHER]

    assert "bare is left out" in capsys.readouterr().err


def test_nothing_to_measure_is_a_sentence():
    with pytest.raises(DataError, match="nothing can be measured"):
        _choose_categories(Session(CommonOptions()), [BARE])


def test_the_machine_is_told_with_its_load():
    machine = describe_machine(1.5)

    assert machine["load_before"] == 1.5
    assert machine["cores"] >= 1
