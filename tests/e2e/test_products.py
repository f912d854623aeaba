"""Products and references through the command line: versions grow, nothing is deleted, everybody is named."""

import json

import pytest


@pytest.fixture
def gear(run, photos):
    """Return the function that runs a `product` command on "gear", which has one reference, and reads its document."""
    run("product", "add", "gear", "--reference", photos / "reference.png")

    def run_product(command, *words):
        return json.loads(run("product", command, "gear", *words, "--json").stdout)["products"][0]

    return run_product


def test_a_product_is_added_with_all_its_references(run, photos):
    result = run("product", "add", "gear", "--reference", photos / "reference.png", photos / "good.png", "--json")

    [product] = json.loads(result.stdout)["products"]
    assert (product["name"], product["version"], product["created_by"]) == ("gear", 1, "Ada Lovelace")
    assert [(row["image"], row["state"]) for row in product["references"]] == [
        ("reference.png", "approved"),
        ("good.png", "approved"),
    ]


def test_a_product_is_inspected_by_name_and_version(gear, inspect, photos):
    [inspection] = inspect(photos / "spot.png", "--product", "gear")["inspections"]

    assert (inspection["product"], inspection["product_version"], inspection["verdict"]) == ("gear", 1, "reject")


def test_more_references_make_the_next_version(gear, inspect, photos):
    gear("add-reference", "--reference", photos / "good.png")

    [inspection] = inspect(photos / "another.png", "--product", "gear")["inspections"]

    assert inspection["product_version"] == 2
    assert len(gear("show", "--version", 1)["references"]) == 1
    assert len(gear("show")["references"]) == 2


def test_adding_no_reference_to_a_product_is_refused(gear, run):
    result = run("product", "add-reference", "gear")

    assert result.exit_code == 2
    assert "--reference" in result.stderr


def test_a_proposed_reference_counts_only_after_approval(gear, photos):
    proposed = gear("add-reference", "--reference", photos / "good.png", "--proposed")["references"][1]

    approved = gear("approve", "--reference-id", proposed["id"])["references"][1]

    assert (proposed["state"], approved["state"]) == ("proposed", "approved")


def test_approving_without_a_number_approves_all(gear, photos):
    gear("add-reference", "--reference", photos / "good.png", photos / "another.png", "--proposed")

    states = [reference["state"] for reference in gear("approve")["references"]]

    assert states == ["approved"] * 3


def test_approving_where_nothing_is_proposed_is_a_sentence(gear, run):
    result = run("product", "approve", "gear")

    assert result.exit_code == 2
    assert "no proposed reference" in result.stderr


def test_a_retired_reference_is_gone_from_the_next_version(gear, photos):
    added = gear("add-reference", "--reference", photos / "good.png")["references"][1]

    references = gear("retire", "--reference-id", added["id"], "--reason", "shows a scratch")["references"]

    assert [reference["image"] for reference in references] == ["reference.png"]


def test_retiring_needs_a_reason(gear, run):
    result = run("product", "retire", "gear")

    assert result.exit_code == 2
    assert "reason" in result.stderr


def test_a_retired_product_is_hidden_refused_and_may_come_back(gear, run, photos):
    assert gear("retire", "--reason", "no longer produced")["retired"] is True

    assert json.loads(run("product", "list", "--json").stdout)["products"] == []
    assert len(json.loads(run("product", "list", "--all", "--json").stdout)["products"]) == 1
    assert "retired" in run("inspect", photos / "good.png", "--product", "gear").stderr
    assert gear("reinstate", "--reason", "produced once more")["retired"] is False


def test_a_person_reads_products_as_a_table(gear, run):
    listed, shown = run("product", "list").stdout, run("product", "show", "gear").stdout

    assert "gear" in listed
    assert "in use" in listed
    assert "reference.png" in shown


def test_without_products_the_way_to_add_one_is_told(run):
    assert "product add" in run("product", "list").stdout


def test_the_profile_a_product_was_added_with_is_kept(run, photos):
    run("product", "add", "gear", "--reference", photos / "reference.png", "--profile", "fast")

    [product] = json.loads(run("product", "show", "gear", "--json").stdout)["products"]

    assert product["settings"] == {"profile": "fast"}


def test_a_bad_photo_among_new_references_adds_none_of_them(gear, run, photos):
    (photos / "text.png").write_text("not a photo", encoding="utf-8")

    result = run("product", "add-reference", "gear", "--reference", photos / "good.png", photos / "text.png")

    assert result.exit_code == 2
    assert gear("show")["version"] == 1
