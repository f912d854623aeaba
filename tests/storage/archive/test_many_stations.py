"""Ten stations at once, two of them killed with kill -9 in the middle: nothing lost, nothing twice, all proved."""

import psycopg

from storage.archive.stations import load_stations
from storage.store import Store
from tests.storage.archive.conftest import verify_archive
from tests.storage.archive.many_stations import copy_all, fill_home
from tests.storage.conftest import VERSION

STATIONS, INSPECTIONS, BATCH = 10, 20, 4


def test_ten_stations_copy_at_once_while_two_are_killed_and_go_on(address, tmp_path):
    homes = [tmp_path / f"line {number}" for number in range(STATIONS)]
    for home in homes:
        fill_home(home, INSPECTIONS)
    copied = copy_all(homes, address, {"line 3", "line 7"}, BATCH)
    assert sum(each.is_killed for each in copied) == 2
    stations = {station.name: station for station in load_stations(address)}
    assert sorted(stations) == [home.name for home in homes]
    for home in homes:
        with Store.open(home, application_version=VERSION) as store:
            here = store.verify()
        there = verify_archive(address, home.name)
        assert (here.problems, there.problems) == ((), ())
        assert (there.head_seq, there.head_hash) == (here.head_seq, here.head_hash)
        assert there.checked["rows"] == here.checked["rows"]
        assert stations[home.name].seq == here.head_seq
    count_rows(address, stations.values())


def count_rows(address, stations):
    """Every station has its inspections once, in its own place."""
    with psycopg.connect(address) as client:
        for station in stations:
            assert client.execute(f"SELECT count(*) FROM {station.namespace}.inspections").fetchone() == (INSPECTIONS,)
