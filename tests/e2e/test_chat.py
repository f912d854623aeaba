"""`chat` and `inspect --ask`: questions answered from the facts, printed, in the document and in the audit database."""

import json

import pytest

from storage.store import Store


@pytest.fixture
def chat(run):
    def run_chat(*words):
        return json.loads(run("chat", *words, "--json").stdout)

    return run_chat


def test_a_defective_part_is_talked_about_over_three_questions(photos, chat, own_home):
    document = chat(
        photos / "spot.png", "--reference", photos / "reference.png",
        "--ask", "Is there any anomaly?", "--ask", "Where?", "--ask", "How large is it?",
    )  # fmt: skip

    [inspection] = document["inspections"]
    said = [turn["text"] for turn in inspection["turns"]]
    region = inspection["regions"][0]
    assert [turn["role"] for turn in inspection["turns"]] == ["user", "assistant"] * 3
    assert said[::2] == ["Is there any anomaly?", "Where?", "How large is it?"]
    assert "verdict is reject" in said[1]
    assert f"at the {region['place']}" in said[3]
    assert f"{region['width']} x {region['height']} px" in said[5]
    with Store.open(own_home, application_version="0") as store:
        assert [turn.text for turn in store.get_inspection(inspection["id"]).turns] == said
        assert store.verify().ok


def test_a_product_is_talked_about_by_name(photos, chat, run):
    run("product", "add", "plate", "--reference", photos / "reference.png")

    [inspection] = chat(photos / "good.png", "--product", "plate", "--ask", "Womit wurde verglichen?")["inspections"]

    assert "Das Produkt ist „plate“, Version 1." in inspection["turns"][1]["text"]


def test_without_a_product_there_is_no_verdict_and_the_answer_says_so(photos, chat):
    [inspection] = chat(photos / "good.png", "--ask", "Is it good?")["inspections"]

    assert (inspection["verdict"], inspection["score"], inspection["map"]) == (None, None, None)
    assert "no verdict" in inspection["turns"][1]["text"]


def test_lines_typed_are_asked_until_an_empty_one(photos, own_home):
    from typer.testing import CliRunner

    from station.commands import app

    typed = "Where is it?\nAnd how large?\n\nnever asked\n"
    words = ["chat", str(photos / "spot.png"), "--reference", str(photos / "reference.png")]
    result = CliRunner().invoke(app, words, input=typed)

    assert result.exit_code == 0
    assert "REJECT" in result.stdout
    assert "Region 1 " in result.stdout
    with Store.open(own_home, application_version="0") as store:
        assert [turn.text for turn in store.get_inspection(1).turns][::2] == ["Where is it?", "And how large?"]


def test_questions_and_answers_are_printed_for_a_person(photos, run):
    result = run("chat", photos / "spot.png", "--reference", photos / "reference.png", "--ask", "有异常吗？")

    assert "> 有异常吗？\n有。" in result.stdout


@pytest.mark.parametrize(
    ("question", "sentence"), [("  ", "is empty"), ("x" * 10_001, "10001 characters"), ("a\0b", "zero byte")]
)
def test_a_question_that_cannot_be_asked_is_refused_before_anything_is_recorded(
    photos, chat, own_home, question, sentence
):
    document = chat(photos / "good.png", "--reference", photos / "reference.png", "--ask", question)

    assert document["inspections"] == []
    assert sentence in document["errors"][0]["sentence"]
    assert not (own_home / "audit.sqlite").exists()


def test_a_file_that_is_no_photo_is_a_sentence(tmp_path, run):
    (tmp_path / "no.png").write_text("no photo")

    result = run("chat", tmp_path / "no.png", "--ask", "Where?")

    assert result.exit_code == 2
    assert "no.png" in result.stderr
    assert "Traceback" not in result.output


def test_both_a_product_and_references_are_refused(photos, run):
    result = run("chat", photos / "good.png", "--product", "p", "--reference", photos / "good.png", "--ask", "Where?")

    assert (result.exit_code, "one of the two" in result.stderr) == (2, True)


def test_inspect_asks_about_each_photo_and_keeps_its_status(photos, run, own_home):
    result = run(
        "inspect", photos / "spot.png", photos / "another.png", "--reference", photos / "reference.png",
        "--ask", "Is it good?", "--ask", "Why?", "--json",
    )  # fmt: skip

    inspections = json.loads(result.stdout)["inspections"]
    assert result.exit_code == 1
    assert [len(inspection["turns"]) for inspection in inspections] == [4, 4]
    for inspection in inspections:
        assert f"verdict is {inspection['verdict']}" in inspection["turns"][1]["text"]


def test_inspect_refuses_an_empty_question_before_the_first_photo(photos, run):
    result = run("inspect", photos / "spot.png", "--reference", photos / "reference.png", "--ask", "")

    assert result.exit_code == 2
    assert "question is empty" in result.stderr
