"""Products: every change makes a version, older versions stay, names are unique whatever their case."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import InvalidRecord, ProductExists, UnknownProduct, UnknownReference
from storage.products import check_name
from storage.records import Actor, NewReference

REASON = "the customer asked for it"


@pytest.fixture
def reference(store):
    """A function that keeps a photo and offers it as a reference."""

    def offer(name, state="approved"):
        return NewReference(store.put_blob(name.encode()), f"{name}.png", state)

    return offer


@pytest.fixture
def bolt(store, reference, ada):
    return store.add_product("Bolt", [reference("first")], {"alpha": 0.05}, ada, "first set-up")


def test_a_product_begins_with_version_one(bolt, ada):
    assert (bolt.name, bolt.version, bolt.settings, bolt.created_by) == ("Bolt", 1, {"alpha": 0.05}, ada)
    assert [(row.file_name, row.state) for row in bolt.references] == [("first.png", "approved")]


def test_a_product_reads_back_as_it_was_added(store, bolt):
    assert store.get_product("Bolt") == bolt


def test_more_references_make_the_next_version_and_leave_the_first(store, bolt, reference, ada):
    second = store.add_references("Bolt", [reference("second"), reference("third")], ada)
    assert second.version == 2
    assert [row.file_name for row in second.references] == ["first.png", "second.png", "third.png"]
    assert store.get_product("Bolt", 1) == bolt


def test_a_proposed_reference_counts_only_once_approved(store, bolt, reference, ada):
    proposed = store.add_references("Bolt", [reference("second", "proposed"), reference("third")], ada)
    assert [row.file_name for row in proposed.approved] == ["first.png", "third.png"]
    approved = store.approve_reference("Bolt", proposed.references[1].id, ada)
    assert [row.file_name for row in approved.approved] == ["first.png", "second.png", "third.png"]


def test_a_retired_reference_is_in_no_later_version(store, bolt, reference, ada):
    store.add_references("Bolt", [reference("second")], ada)
    retired = store.retire_reference("Bolt", bolt.references[0].id, ada, REASON)
    assert [row.file_name for row in retired.references] == ["second.png"]
    assert len(store.get_product("Bolt", 2).references) == 2


def test_old_inspections_keep_pointing_to_the_version_they_used(store, bolt, make_inspection, ada):
    recorded = store.record_inspection(make_inspection(store, product_version_id=bolt.id), ada)
    store.retire_reference("Bolt", bolt.references[0].id, ada, REASON)
    again = store.get_inspection(recorded.id)
    assert (again.product, again.product_version) == ("Bolt", 1)
    assert store.get_product(again.product, again.product_version).references == bolt.references


def test_other_settings_make_the_next_version_with_the_same_references(store, bolt, ada):
    changed = store.change_settings("Bolt", {"alpha": 0.01}, ada, REASON)
    assert (changed.version, changed.settings, changed.references) == (2, {"alpha": 0.01}, bolt.references)
    assert store.list_events(limit=1)[0].payload == {"old": {"alpha": 0.05}, "new": {"alpha": 0.01}}


def test_a_product_may_wait_for_its_first_reference(store, ada):
    assert store.add_product("Nut", [], {}, ada).references == ()


@pytest.mark.parametrize("name", ["bolt", "BOLT", " Bolt ", "\uff22olt"])
def test_names_differ_by_more_than_case(store, bolt, ada, name):
    with pytest.raises(ProductExists, match="A product named Bolt exists already"):
        store.add_product(name, [], {}, ada)


def test_names_are_compared_as_unicode_folds_them(store, ada):
    store.add_product("Stra\u00dfe", [], {}, ada)
    assert store.get_product("STRASSE").name == "Stra\u00dfe"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "a\0b", "a\u2028b", "a\ud800b"])
def test_unfit_names_are_refused(store, ada, name):
    with pytest.raises(InvalidRecord, match="product name"):
        store.add_product(name, [], {}, ada)


@settings(deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200))
def test_any_other_name_is_kept_as_it_is_but_for_blanks_around_it(name):
    if name.strip():
        assert check_name(name) == name.strip()


def test_an_unknown_product_is_answered_with_similar_names(store, bolt):
    with pytest.raises(UnknownProduct, match=r"no product named Blot; did you mean Bolt\?"):
        store.get_product("Blot")


def test_an_unknown_product_of_an_empty_home_says_how_to_add_one(store):
    with pytest.raises(UnknownProduct, match="add one with 'product add'"):
        store.get_product("Bolt")


def test_an_unknown_name_with_nothing_like_it_says_where_to_look(store, bolt):
    with pytest.raises(UnknownProduct, match="'product list'"):
        store.get_product("Zylinderkopf")


def test_an_unknown_version_says_which_there_are(store, bolt):
    with pytest.raises(UnknownProduct, match="it has 1 to 1"):
        store.get_product("Bolt", 2)


def test_an_unknown_reference_says_which_there_are(store, bolt, ada):
    with pytest.raises(UnknownReference, match=r"no reference 99; it has 1\."):
        store.retire_reference("Bolt", 99, ada, REASON)


def test_the_same_photo_cannot_be_two_references(store, bolt, reference, ada):
    with pytest.raises(InvalidRecord, match=r"first\.png is the same photo as reference first\.png"):
        store.add_references("Bolt", [reference("first")], ada)
    with pytest.raises(InvalidRecord, match="same photo"):
        store.add_product("Nut", [reference("twin"), reference("twin")], {}, ada)


def test_an_approved_reference_cannot_be_approved_again(store, bolt, ada):
    with pytest.raises(InvalidRecord, match="approved already"):
        store.approve_reference("Bolt", bolt.references[0].id, ada)


def test_retired_products_leave_the_list_and_can_come_back(store, bolt, ada):
    assert store.retire_product("Bolt", ada, REASON).retired
    assert store.list_products() == []
    assert [product.name for product in store.list_products(include_retired=True)] == ["Bolt"]
    assert not store.reinstate_product("Bolt", ada, REASON).retired
    assert store.list_products() == [bolt]


def test_a_retired_product_is_not_changed(store, bolt, reference, ada):
    store.retire_product("Bolt", ada, REASON)
    with pytest.raises(InvalidRecord, match="retired; take it back"):
        store.add_references("Bolt", [reference("second")], ada)
    with pytest.raises(InvalidRecord, match="retired already"):
        store.retire_product("Bolt", ada, REASON)


def test_products_are_listed_by_name_in_their_newest_version(store, bolt, ada):
    store.add_product("anchor", [], {}, ada)
    store.change_settings("Bolt", {}, ada, REASON)
    assert [(product.name, product.version) for product in store.list_products()] == [("anchor", 1), ("Bolt", 2)]


@pytest.mark.parametrize("reason", ["", "too short", " " * 20, "too short \n", "with\0zero byte in it"])
def test_taking_something_away_needs_a_reason(store, bolt, ada, reason):
    attempts = [
        lambda: store.retire_reference("Bolt", bolt.references[0].id, ada, reason),
        lambda: store.change_settings("Bolt", {}, ada, reason),
        lambda: store.retire_product("Bolt", ada, reason),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidRecord, match="at least 10 characters"):
            attempt()
    assert store.get_product("Bolt") == bolt


def test_every_change_is_an_event_with_its_actor_and_reason(store, bolt, ada):
    store.retire_reference("Bolt", bolt.references[0].id, Actor("Grace"), REASON)
    event = store.list_events(limit=1)[0]
    assert (event.action, event.actor.name, event.reason) == ("reference.retired", "Grace", REASON)
    assert event.payload == {"old": "approved", "new": "retired"}
