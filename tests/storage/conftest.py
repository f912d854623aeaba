"""Stores to test with: real SQLite files and real blobs in temporary folders."""

import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from storage import schema
from storage.audit_chain import Change
from storage.records import Actor, FailedInspection, NewInspection, NewQuery, NewReference, NewRegion, NewTurn
from storage.store import Store

ADA = Actor("Ada")
REASON = "the customer asked for it"
VERSION = "0.1.0"
HOMES = Path(__file__).with_name("old_homes")
OLD = sorted(int(path.name[7:11]) for path in HOMES.iterdir())
"""Schemas of which a home is kept here, made and filled by the program of its time (`conftest.fill`).

Before the schema changes, add one of the schema that landed.
"""


@pytest.fixture
def ada():
    return ADA


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory):
    """A freshly made home folder, to be copied: making the schema is the slow part."""
    home = tmp_path_factory.mktemp("empty") / "home"
    Store.open(home, application_version=VERSION).close()
    return home


@pytest.fixture(scope="session")
def full_home(tmp_path_factory, empty_home):
    """A home folder with at least one row in every table, to be copied."""
    home = tmp_path_factory.mktemp("full") / "home"
    shutil.copytree(empty_home, home)
    with Store.open(home, application_version=VERSION) as store:
        fill(store)
        add_people(store)
        add_review_and_retention(store)
    return home


@pytest.fixture
def home(tmp_path, empty_home):
    return Path(shutil.copytree(empty_home, tmp_path / "home"))


@pytest.fixture
def store(home):
    with Store.open(home, application_version=VERSION) as store:
        yield store


@pytest.fixture
def filled(tmp_path, full_home):
    """An open store with something in every table."""
    home = Path(shutil.copytree(full_home, tmp_path / "filled"))
    with Store.open(home, application_version=VERSION) as store:
        yield store


@pytest.fixture
def make_inspection():
    """A function that keeps an inspection's blobs in a store and returns the inspection, not yet recorded."""
    return build_inspection


@pytest.fixture
def unpack(tmp_path):
    """A function that lays out the home made under an earlier schema and returns it with the end of its chain."""

    def unpack_home(revision):
        home = tmp_path / "old"
        with tarfile.open(HOMES / f"schema-{revision:04}.tar.xz") as packed:
            packed.extractall(home, filter="data")
        with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
            ((head,),) = connection.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchall()
        return home, head

    return unpack_home


@pytest.fixture
def run_sql():
    """A function that runs SQL as any other SQLite client would, with that client's default settings."""
    return execute_outside


def execute_outside(home, *statements, parameters=()):
    with closing(sqlite3.connect(home / "audit.sqlite", isolation_level=None)) as connection:
        return [connection.execute(statement, parameters).fetchall() for statement in statements][-1]


def build_inspection(store, name="part.png", **changes):
    photo = store.put_blob(f"photo {name}".encode())
    values = {
        "photo": photo,
        "file_name": name,
        "width": 640,
        "height": 480,
        "verdict": "reject",
        "score": 71.5,
        "limit": 50.0,
        "p_value": 0.0125,
        "raw_score": 1.43,
        "calibration": {"rule": "student-t", "parts": 1, "alpha": 0.05, "promise": "at most 5 %"},
        "map": store.put_blob(f"map {name}".encode()),
        "mask": store.put_blob(f"mask {name}".encode()),
        "regions": tuple(NewRegion(x, 20, 8, 9, 50, 2.5, 1.25, "top left") for x in (10, 30)),
        "gates": ({"code": "blurred", "sentence": "The photo is blurred."},),
        "model_packs": ({"name": "dinov2-small", "version": "1", "sha256": "ab" * 32},),
        "device": "cpu (OpenVINO, bfloat16)",
        "seconds": {"total": 0.25},
        "configuration": {"tile": 448},
        "warnings": ("EXIF data is damaged and was ignored",),
        "nearest_reference": 0,
        "serial": "SN-1",
    }
    return NewInspection(**{**values, **changes})


def add_people(store):
    """An account and its signature; apart from `fill`, which also fills databases older than people."""
    eva = store.add_account("Eva", "engineer", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", ADA, REASON)
    store.add_signature(1, eva, "approved", "looked at the part", ADA)


def add_review_and_retention(store):
    """A row in each table of review and retention."""
    mask = store.put_blob(b"a corrected mask")
    with store._ledger.entry() as entry:
        shared = {"id": 1, "event_seq": entry.seq}
        entry.add(schema.Comment(**shared, inspection_id=1, text="the lamp flickered"))
        corrected = {"mask_sha256": entry.cite(mask), "area_px": 12, "reason": REASON}
        entry.add(schema.CorrectedMask(**shared, inspection_id=1, **corrected))
        entry.add(schema.RetentionRule(**shared, keep="years", years=15, reason=REASON))
        entry.add(schema.LegalHold(**shared, inspection_id=2, held=1, reason=REASON))
        entry.add(schema.Purge(**shared, contents="[]", reason=REASON))
        entry.add(schema.PurgeState(**shared, purge_id=1, state="withdrawn", reason=REASON))
        entry.add(schema.Tombstone(sha256=mask.sha256, event_seq=entry.seq, purge_id=1, size=mask.size))
        entry.seal(Change(ADA, "test.filled", "database", "all"))


def fill(store):
    reference = NewReference(store.put_blob(b"a good part"), "good.png")
    product = store.add_product("Bolt", [reference], {"alpha": 0.05}, ADA)
    store.add_references("Bolt", [NewReference(store.put_blob(b"another"), "other.png", "proposed")], ADA)
    turns = (NewTurn("user", "Is it cracked?"), NewTurn("assistant", "Yes, top left.", "facts", stop_cause="end"))
    query = NewQuery("crack", mask=store.put_blob(b"query mask"))
    whole = build_inspection(store, product_version_id=product.id, query=query, turns=turns)
    store.record_inspection(whole, ADA)
    loose = build_inspection(store, "loose.png", references=(reference,), verdict="accept", score=20.0, regions=())
    store.record_inspection(loose, ADA)
    store.add_disposition(1, "rework", "scratch", "can be polished away", ADA)
    store.retire_product("Bolt", ADA, "no longer produced")
    broken = FailedInspection("broken.png", "broken.png is not an image.", store.put_blob(b"no photo at all"))
    store.record_failure(broken, ADA)
    store.record_event("model_pack.installed", "model_pack", "dinov2-small", {"sha256": "ab" * 32}, ADA)
