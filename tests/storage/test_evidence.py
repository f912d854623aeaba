"""An evidence bundle proves itself with nothing but Python, and every alteration of it is named (D19)."""

import hashlib
import json
import runpy
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from storage.canonical import canonical_text
from storage.errors import UnknownInspection
from storage.exports import verify_evidence
from storage.exports.evidence import VERIFIER
from storage.signing import SigningKey, is_signed


@pytest.fixture
def bundle(filled, ada, tmp_path):
    """The folder of an unpacked bundle of the filled store's first inspection."""
    documents = {"inspections/000001/inspection.json": b"{}"}
    filled.add_corrected_mask(1, filled.put_blob(draw_mask()), "it runs on to the rim", ada)
    filled.export_evidence([1], tmp_path / "proof.zip", documents, ada)
    return unpack(tmp_path / "proof.zip", tmp_path / "proof")


def draw_mask():
    target = BytesIO()
    Image.new("L", (640, 480), 255).save(target, "PNG")
    return target.getvalue()


def unpack(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def run_verifier(path):
    """Run the file that is in the program, with Python's standard library only; in this process it says the same."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run_here(path) == (done.returncode, done.stdout)
    return done


def run_here(*arguments):
    """Run the same file in this process; return its status and what it printed."""
    printed = StringIO()
    called = patch.object(sys, "argv", [str(VERIFIER), *map(str, arguments)])
    with called, redirect_stdout(printed), pytest.raises(SystemExit) as left:
        runpy.run_path(str(VERIFIER), run_name="__main__")
    return left.value.code, printed.getvalue()


def change_json_line(path, number, change):
    lines = path.read_text(encoding="utf-8").splitlines()
    values = json.loads(lines[number])
    change(values)
    lines[number] = json.dumps(values)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change_row(folder, table, rewrites_manifest=False, **values):
    """Change the first row of a table, and, where wanted, the manifest as if the bundle had been made so."""
    path = folder / "rows.jsonl"
    tables = [json.loads(line)["table"] for line in path.read_text(encoding="utf-8").splitlines()]
    change_json_line(path, tables.index(table), lambda line: line["row"].update(values))
    if rewrites_manifest:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        data = path.read_bytes()
        manifest["files"]["rows.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def drop_line(path, number):
    lines = path.read_text(encoding="utf-8").splitlines()
    del lines[number]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_d19_a_good_bundle_is_accepted_by_the_verifier_inside_it(bundle):
    outside = run_verifier(bundle)
    inside = subprocess.run(
        [sys.executable, "-I", "-S", bundle / "verify.py"], capture_output=True, text=True, check=False
    )

    assert outside.returncode == inside.returncode == 0, outside.stdout + outside.stderr
    assert "INTACT" in inside.stdout


def test_the_zip_itself_can_be_checked_without_unpacking(filled, ada, tmp_path):
    filled.export_evidence([1], tmp_path / "proof.zip", {}, ada)

    assert run_verifier(tmp_path / "proof.zip").returncode == 0


def test_d15_a_bundle_holds_what_people_added_with_its_files(bundle, filled):
    tables = {json.loads(line)["table"] for line in (bundle / "rows.jsonl").read_text(encoding="utf-8").splitlines()}

    assert {"dispositions", "comments", "corrected_masks", "signatures"} <= tables
    kept = filled.get_inspection(1).corrected_masks[-1].mask
    assert (bundle / "inspections/000001/corrected-mask-2.png").read_bytes() == filled.read_blob(kept)


def flip_photo(folder):
    [photo] = folder.glob("inspections/000001/photo*")
    data = bytearray(photo.read_bytes())
    data[0] ^= 1
    photo.write_bytes(data)


ALTERATIONS = {
    "one bit of the photo": (flip_photo, "photo"),
    "the words of the inspection": (
        lambda folder: (folder / "inspections/000001/inspection.json").write_text('{"verdict": "accept"}'),
        "inspection.json",
    ),
    "the verdict in its row": (
        lambda folder: change_json_line(folder / "rows.jsonl", 0, lambda line: line["row"].update(verdict="accept")),
        "inspections 1",
    ),
    "a row taken out": (lambda folder: drop_line(folder / "rows.jsonl", 0), "rows.jsonl"),
    "the actor of an event": (
        lambda folder: change_json_line(folder / "chain.jsonl", 1, lambda event: event.update(actor="Eve")),
        "event",
    ),
    "a comment": (lambda folder: change_row(folder, "comments", text="the lamp was fine"), "comments 1"),
    "a comment and the manifest with it": (
        lambda folder: change_row(folder, "comments", rewrites_manifest=True, text="the lamp was fine"),
        "comments 1",
    ),
    "the area of a corrected mask": (
        lambda folder: change_row(folder, "corrected_masks", area_px=7),
        "corrected_masks 1",
    ),
    "the severity of a decision": (
        lambda folder: change_row(folder, "dispositions", severity="minor"),
        "dispositions 1",
    ),
    "a corrected mask": (
        lambda folder: (folder / "inspections/000001/corrected-mask-2.png").write_bytes(b"another mask"),
        "corrected-mask-2.png",
    ),
    "the record that a signature names": (
        lambda folder: change_row(folder, "signatures", record_hash="ab" * 32),
        "signatures 1 does not belong to the record",
    ),
    "an event taken out": (lambda folder: drop_line(folder / "chain.jsonl", 1), "event"),
    "the last event taken out": (lambda folder: drop_line(folder / "chain.jsonl", -1), "chain.jsonl"),
    "the anchor's moment": (
        lambda folder: change_json_line(
            folder / "anchors.jsonl", 0, lambda anchor: anchor.update(made_at="2020-01-01")
        ),
        "anchors.jsonl",
    ),
    "the manifest": (
        lambda folder: (folder / "manifest.json").write_text(
            (folder / "manifest.json").read_text().replace('"Ada"', '"Eve"')
        ),
        "manifest.json",
    ),
    "a file put in": (lambda folder: (folder / "inspections/000001/extra.txt").write_text("new"), "extra.txt"),
    "a file taken out": (lambda folder: (folder / "README.txt").unlink(), "README.txt"),
    "the chain cut to nothing": (lambda folder: (folder / "chain.jsonl").write_text(""), "chain.jsonl"),
    "a number that is none put into an event": (
        lambda folder: change_json_line(folder / "chain.jsonl", 1, lambda event: event.update(seq=float("nan"))),
        "cannot be read: ValueError: not a JSON number",
    ),
    "the format of the bundle": (
        lambda folder: (folder / "manifest.json").write_text(
            (folder / "manifest.json").read_text().replace("anomalygpt-evidence/1", "anomalygpt-evidence/2")
        ),
        "is of the format 'anomalygpt-evidence/2', which this verifier does not know",
    ),
    "the recipe of an event": (
        lambda folder: change_json_line(folder / "chain.jsonl", 1, lambda event: event.update(recipe="v2")),
        "was hashed by a recipe that this verifier does not know",
    ),
    "a signature cut short": (
        lambda folder: change_json_line(folder / "anchors.jsonl", 0, lambda anchor: anchor.update(signature="ab" * 63)),
        "the signature does not match",
    ),
    "a manifest that is no JSON": (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_d19_an_altered_bundle_is_refused_and_the_place_named(bundle, what):
    alter, place = ALTERATIONS[what]
    alter(bundle)

    told = run_verifier(bundle)

    assert told.returncode == 1
    assert place in told.stdout, told.stdout
    assert "Traceback" not in told.stderr


def test_a_chain_hashed_anew_without_the_key_is_refused(bundle):
    """Whoever can compute hashes still cannot sign them."""
    path = bundle / "chain.jsonl"
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for before, event in zip([None, *events], events, strict=False):
        event["actor"] = "Eve"
        event["previous_hash"] = before["hash"] if before else event["previous_hash"]
        event["hash"] = verify_evidence.digest({name: value for name, value in event.items() if name != "hash"})
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    change_json_line(bundle / "anchors.jsonl", 0, lambda anchor: anchor.update(head_hash=events[-1]["hash"]))

    told = run_verifier(bundle)

    assert told.returncode == 1
    assert "the signature does not match" in told.stdout


def test_an_unknown_inspection_leaves_no_file(filled, ada, tmp_path):
    with pytest.raises(UnknownInspection, match="no inspection 99"):
        filled.export_evidence([1, 99], tmp_path / "proof.zip", {}, ada)

    assert list(tmp_path.glob("*.zip*")) == []


def test_a_bundle_of_no_inspection_is_refused(filled, ada, tmp_path):
    with pytest.raises(UnknownInspection, match="at least one"):
        filled.export_evidence([], tmp_path / "proof.zip", {}, ada)

    assert list(tmp_path.glob("*.zip*")) == []
    assert "evidence.exported" not in [event.action for event in filled.list_events()]


def test_the_export_is_in_the_chain_with_the_hash_of_the_manifest(filled, ada, tmp_path):
    filled.export_evidence([1], tmp_path / "proof.zip", {}, ada)
    [event] = [event for event in filled.list_events() if event.action == "evidence.exported"]

    assert event.payload["inspections"] == [1]
    assert len(event.payload["manifest"]) == 64
    assert filled.verify().ok


def test_names_of_strangers_stay_inside_the_bundle(store, make_inspection, ada, tmp_path):
    name = "../../etc/\u202e evil.p/ng\x07"
    store.record_inspection(make_inspection(store, file_name=name.replace("\x07", "")), ada)
    store.export_evidence([1], tmp_path / "proof.zip", {}, ada)

    with zipfile.ZipFile(tmp_path / "proof.zip") as archive:
        assert all(".." not in place and not place.startswith("/") for place in archive.namelist())
    assert run_verifier(tmp_path / "proof.zip").returncode == 0


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=8,
    )
)
@settings(max_examples=300, deadline=None)
def test_the_verifier_writes_the_same_canonical_json_as_the_program(value):
    try:
        expected = canonical_text(value)
    except ValueError:
        return  # half surrogate pairs have no canonical form
    assert verify_evidence.canonical(json.loads(expected)) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(0.0)
@example(-0.0)
@example(-1.5)
@example(1e20)
@example(1e21)
@example(1.25e22)
@example(1e-6)
@example(1e-7)
@example(1.25e-7)
@example(5e-324)
def test_the_verifier_writes_numbers_as_the_program_does(number):
    assert verify_evidence.canonical(number) == canonical_text(number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_of_json_has_no_hash_for_the_verifier(number):
    with pytest.raises(ValueError, match="not a JSON number"):
        verify_evidence.digest({"score": number})


@given(st.binary(max_size=200), st.integers(0, 63), st.integers(0, 7))
@settings(max_examples=8, deadline=None)
def test_the_verifiers_signature_check_agrees_with_the_library(data, place, bit):
    key = make_key()
    signature = key.sign(data)
    altered = bytearray(bytes.fromhex(signature))
    altered[place] ^= 1 << bit

    assert verify_evidence.is_signed(key.public_key, signature, data)
    for other in (bytes(altered).hex(), "", "zz"):
        assert verify_evidence.is_signed(key.public_key, other, data) == is_signed(key.public_key, other, data) == False  # noqa: E712


def test_a_signature_to_which_the_order_of_the_curve_was_added_is_refused_as_by_the_library():
    """It would hold by the equation alone, and one signature would have two forms (RFC 8032, section 5.1.7)."""
    key = make_key()
    signature = bytes.fromhex(key.sign(b"chain"))
    other = int.from_bytes(signature[32:], "little") + verify_evidence.ORDER
    forged = (signature[:32] + other.to_bytes(32, "little")).hex()

    assert verify_evidence.is_signed(key.public_key, signature.hex(), b"chain")
    assert not is_signed(key.public_key, forged, b"chain")
    assert not verify_evidence.is_signed(key.public_key, forged, b"chain")


@pytest.mark.parametrize(
    ("y", "sign"),
    [(2, 0), (verify_evidence.P, 0), (1, 1)],
    ids=["off the curve", "not the shortest form", "minus nought"],
)
def test_bytes_that_name_no_point_sign_nothing(y, sign):
    point = (y | sign << 255).to_bytes(32, "little")

    with pytest.raises(ValueError, match="not a point"):
        verify_evidence.read_point(point)
    assert not verify_evidence.is_signed(point.hex(), make_key().sign(b"chain"), b"chain")


def make_key():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
