"""An archive is read as a home folder is read, and never written by whoever reads."""

import pytest

from storage.archive.archive_store import ArchiveStore
from storage.archive.errors import ArchiveFailed
from storage.errors import PurgedBlob, UnknownInspection
from storage.history import UNREVIEWED
from storage.records import HistoryOrder, InspectionFilter, NewTurn
from storage.store import Store
from tests.storage.archive.test_refusals import agree_to_purge, sync
from tests.storage.conftest import ADA, VERSION, build_inspection

FILTERS = {
    "everything": InspectionFilter(),
    "product": InspectionFilter(product="bolt"),
    "verdict": InspectionFilter(verdicts=("reject", "review")),
    "serial": InspectionFilter(serial="SN"),
    "since": InspectionFilter(since="2020-01-01"),
    "until": InspectionFilter(until="2020-01-01"),
    "decision": InspectionFilter(disposition="rework"),
    "undecided": InspectionFilter(disposition="none"),
    "severity": InspectionFilter(severity="major"),
    "numbers": InspectionFilter(ids=(2,)),
    "name": InspectionFilter(text="LOOSE"),
    "conversation": InspectionFilter(text="is it Cracked"),
    "two letters": InspectionFilter(text="it"),
    "comment": InspectionFilter(text="lamp flickered"),
    "query": InspectionFilter(text="crack"),
    "signs": InspectionFilter(text='100%_/"*'),
    "nothing": InspectionFilter(text="no such words"),
    "umlaut": InspectionFilter(text="GRÜN"),
}
ORDERS = ["time", "verdict", "score", "product", "file_name", "serial", "decision", "person"]


@pytest.fixture
def archived(filled, address, tmp_path):
    """A filled station's archive, looked into from another home folder, beside the station's own store."""
    for number in range(5):
        filled.record_inspection(build_inspection(filled, f"Zug {number}.png", score=0.1 * number), ADA)
    filled.add_turn(3, NewTurn("user", 'grün, 100%_/"* sicher?'), ADA)
    sync(filled, address)
    with Store.open(tmp_path / "auditor", application_version=VERSION) as own:
        looked = ArchiveStore.look_into(address, None, own)
        yield looked
        looked.close()


@pytest.mark.parametrize("name", FILTERS)
def test_the_history_is_narrowed_as_at_the_station(filled, archived, name):
    matching = FILTERS[name]
    assert archived.list_inspections(matching) == filled.list_inspections(matching)
    assert archived.count_inspections(matching) == filled.count_inspections(matching)
    assert archived.list_failures(matching) == filled.list_failures(matching)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("by", ORDERS)
def test_every_order_is_paged_as_at_the_station(filled, archived, by, descending):
    order, after = HistoryOrder(by, descending), None
    while page := filled.list_inspections(limit=2, order=order, after=after):
        assert archived.list_inspections(limit=2, order=order, after=after) == page
        after = page[-1]
    assert archived.list_inspections(limit=2, order=order, after=after) == []


def test_a_record_with_all_that_belongs_to_it_is_the_same(filled, archived):
    for number in (1, 2, 3):
        assert archived.get_inspection(number) == filled.get_inspection(number)
        assert archived.list_signatures(number) == filled.list_signatures(number)
    assert archived.list_events() == filled.list_events()
    assert archived.list_products(include_retired=True) == filled.list_products(include_retired=True)
    assert archived.find_next_unreviewed(None, UNREVIEWED) == filled.find_next_unreviewed(None, UNREVIEWED)
    assert archived.list_recent_reasons() == filled.list_recent_reasons()
    photo = filled.get_inspection(1).photo
    assert archived.read_blob(photo) == filled.read_blob(photo)
    with pytest.raises(UnknownInspection):
        archived.get_inspection(999)


def test_a_purged_file_is_named_as_purged(filled, archived, address):
    mask = filled.get_inspection(1).corrected_masks[0].mask
    agree_to_purge(filled)
    sync(filled, address)
    with pytest.raises(PurgedBlob):
        archived.read_blob(mask)


def test_verifying_looks_at_all_of_it(filled, archived):
    report, here = archived.verify(), filled.verify()
    assert report.ok
    assert (report.head_seq, report.head_hash) == (here.head_seq, here.head_hash)


@pytest.mark.parametrize(
    "write",
    [
        lambda archived: archived.add_comment(1, "what I think of it", ADA),
        lambda archived: archived.put_blob(b"bytes"),
        lambda archived: archived.put_blob_file(archived.home),
        lambda archived: archived.anchor("report"),
        lambda archived: archived.export_evidence([1], archived.home / "x.zip", {}, ADA),
    ],
)
def test_whoever_looks_into_an_archive_cannot_write_it(archived, write):
    before = archived.list_events()
    with pytest.raises(ArchiveFailed):
        write(archived)
    assert archived.list_events() == before


def test_what_an_export_leaves_is_noted_in_ones_own_home_folder(archived):
    before = archived.list_events()
    archived.record_event("inspections.exported", "export", "x.csv", {"rows": 3}, ADA)
    assert archived.list_events() == before
    (noted, *_) = archived._own.list_events()
    assert noted.payload["archive"]["station"] == "line 1"
