"""Results go to stdout, everything else to stderr, and JSON stays alone."""

import json

from hypothesis import given
from hypothesis import strategies as st

from station.console import Console, format_table


def test_results_and_notes_go_to_different_streams(capsys):
    console = Console()

    console.result("score 12")
    console.note("recorded")
    console.warn("only one reference")
    console.fail("no such file.")

    captured = capsys.readouterr()
    assert captured.out == "score 12\n"
    assert captured.err == "recorded\nwarning: only one reference\nerror: no such file.\n"


def test_json_is_the_only_thing_on_stdout(capsys):
    console = Console(as_json=True)

    console.result("score 12")
    console.table(["a"], [["b"]])
    console.document({"verdict": "réject"})

    assert json.loads(capsys.readouterr().out) == {"verdict": "réject"}


def test_no_document_is_printed_unless_asked_for(capsys):
    Console().document({"verdict": "reject"})

    assert capsys.readouterr().out == ""


def test_quiet_silences_notes_but_not_warnings(capsys):
    console = Console(quiet=True)

    console.note("recorded")
    console.warn("careful")

    assert capsys.readouterr().err == "warning: careful\n"


def test_no_bar_is_drawn_where_stderr_is_not_a_terminal(capsys):
    with Console().progress("learning") as on_progress:
        on_progress(0.5, "half")

    assert capsys.readouterr() == ("", "")


def test_a_bar_moves_on_a_terminal_and_leaves_results_on_stdout(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    console = Console()

    with console.progress("learning") as on_progress:
        on_progress(0.5, "reading references")
        console.result("score 12")

    captured = capsys.readouterr()
    assert captured.out == "score 12\n"
    assert "reading references" in captured.err


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(words, words), max_size=5))
def test_columns_of_a_table_start_at_the_same_place_on_every_line(rows):
    lines = format_table(["name", "version"], rows)

    start = lines[0].index("version")
    assert [line[start:] for line in lines[2:]] == [row[1] for row in rows]
