#!/usr/bin/env python3
"""Checks an evidence bundle of AnomalyGPT Inspector with nothing but Python's standard library.

    python verify.py [BUNDLE.zip or FOLDER]      without an argument: the folder this file lies in

Ends with status 0 when everything fits together, and 1 after naming each place that does not. What it cannot tell:
whether the public key belongs to the station you think of; compare the one it prints with one you got another way.
Whoever gave you the bundle could also have changed this file: take it from the program, or read it, it is short.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

FORMAT, RECIPE = "anomalygpt-evidence/1", "v1"
UNBOUND = {"manifest.json", "chain.jsonl", "anchors.jsonl"}
Json = Dict[str, Any]
Point = Tuple[int, int, int, int]
Problem = Callable[[str, str], None]


# Canonical JSON (RFC 8785): one byte string for one value


def canonical(value: Any) -> str:
    """Return a JSON value as text that has one form only."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return canonical_float(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"


def canonical_float(value: float) -> str:
    """As ECMAScript writes numbers."""
    if not math.isfinite(value):
        raise ValueError("not a JSON number")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) - (len(whole + fraction) - len(digits)) + int(exponent or 0)
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{point - 1:+d}"
    return ("-" if value < 0 else "") + text


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


# Ed25519 (RFC 8032, section 5.1): only the check of a signature

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y: int, sign: int) -> int:
    """Return the x of a point from its y and the lowest bit of x."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("not a point")
    return P - x if x & 1 != sign else x


def read_point(data: bytes) -> Point:
    """Return the point that 32 bytes name."""
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return (x, y, 1, x * y % P)


def add(a: Point, b: Point) -> Point:
    """Points in extended coordinates (X, Y, Z, T)."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def multiply(number: int, point: Point) -> Point:
    """Return a point added to itself so many times."""
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def is_signed(public_key: str, signature: str, data: bytes) -> bool:
    """Whether the holder of a public key signed these bytes."""
    try:
        key, sign = bytes.fromhex(public_key), bytes.fromhex(signature)
        if len(key) != 32 or len(sign) != 64:
            return False
        a, r, s = read_point(key), read_point(sign[:32]), int.from_bytes(sign[32:], "little")
    except ValueError:
        return False
    if s >= ORDER:
        return False
    base_y = 4 * pow(5, P - 2, P) % P
    base = (recover_x(base_y, 0), base_y, 1, recover_x(base_y, 0) * base_y % P)
    hashed = int.from_bytes(hashlib.sha512(sign[:32] + key + data).digest(), "little") % ORDER
    left, right = multiply(s, base), add(r, multiply(hashed, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# The bundle


class Bundle:
    """The files of a zip or a folder, by their path."""

    def __init__(self, path: Path) -> None:
        self.archive = None if path.is_dir() else zipfile.ZipFile(path)
        self.folder = path

    def names(self) -> List[str]:
        """Return the path of every file."""
        if self.archive:
            return [name for name in self.archive.namelist() if not name.endswith("/")]
        paths = (path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return [path.relative_to(self.folder).as_posix() for path in paths]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return self.archive.read(name) if self.archive else (self.folder / name).read_bytes()


def read_lines(bundle: Bundle, name: str) -> List[Json]:
    """Return the JSON objects of a file, one a line."""
    return [json.loads(line) for line in bundle.read(name).decode("utf-8").splitlines()]


def check(bundle: Bundle, problem: Problem) -> List[str]:
    """Tell `problem` each place that does not fit; return the sentences that say what was checked."""
    manifest_bytes = bundle.read("manifest.json")
    manifest = json.loads(manifest_bytes)
    if manifest["format"] != FORMAT:
        problem("manifest.json", "is of the format %r, which this verifier does not know" % manifest["format"])
    files = check_files(bundle, manifest["files"], problem)
    events = read_lines(bundle, "chain.jsonl")
    cited = check_chain(events, problem)
    entries = read_lines(bundle, "rows.jsonl")
    rows = check_rows(entries, cited, files, problem)
    check_signatures(entries, events, problem)
    check_manifest(events, hashlib.sha256(manifest_bytes).hexdigest(), problem)
    anchor = check_anchor(read_lines(bundle, "anchors.jsonl"), events, problem)
    return [
        "%d files, %d rows, %d events" % (len(files), rows, len(events)),
        "inspections: " + ", ".join(map(str, manifest["inspections"])),
        "signed at %s with the public key %s" % (anchor["made_at"], anchor["public_key"]),
    ]


def check_files(bundle: Bundle, named: Json, problem: Problem) -> Set[str]:
    """Return the hashes of the files that are as the manifest says."""
    found = set(bundle.names()) - UNBOUND
    for name in sorted(set(named) - found):
        problem(name, "is missing")
    for name in sorted(found - set(named)):
        problem(name, "was put into the bundle: the manifest does not name it")
    hashes = set()
    for name in sorted(found & set(named)):
        data = bundle.read(name)
        sha256 = hashlib.sha256(data).hexdigest()
        if (sha256, len(data)) != (named[name]["sha256"], named[name]["size"]):
            problem(name, "was altered: its bytes are not those that were exported")
        hashes.add(sha256)
    return hashes


def check_chain(events: List[Json], problem: Problem) -> Dict[Tuple[int, str, str], Any]:
    """Return what the events say they created: event, table and digest of each row."""
    cited: Dict[Tuple[int, str, str], Any] = {}
    previous: Optional[Json] = None
    for event in events:
        place = "event %s" % event.get("seq")
        if event.get("recipe") != RECIPE:
            problem(place, "was hashed by a recipe that this verifier does not know")
        if digest({name: value for name, value in event.items() if name != "hash"}) != event.get("hash"):
            problem(place, "was altered: its hash does not match what it says")
        if previous is not None and (event["seq"], event["previous_hash"]) != (previous["seq"] + 1, previous["hash"]):
            problem(place, "does not follow from event %s: one was taken out, put in or replaced" % previous["seq"])
        for table, key, row_digest, _ in json.loads(event["rows"]):
            cited[event["seq"], table, row_digest] = key
        previous = event
    return cited


def check_rows(rows: List[Json], cited: Dict[Tuple[int, str, str], Any], files: Set[str], problem: Problem) -> int:
    """Compare every row with the event that created it; return how many there are. Purged files may be missing."""
    purged = {entry["row"]["sha256"] for entry in rows if entry["table"] == "tombstones"}
    for entry in rows:
        table, row = entry["table"], entry["row"]
        place = "%s %s" % (table, row.get("id", row.get("inspection_id", row.get("sha256", ""))))
        if (row.get("event_seq"), table, digest({"table": table, "row": row})) not in cited:
            problem(place, "was altered: event %s did not record it so" % row.get("event_seq"))
        for column, value in row.items():
            if column.endswith("_sha256") and value not in files and value not in purged:
                problem(place, "cites a file (%s) that is not in the bundle unchanged" % column)
    return len(rows)


def check_signatures(rows: List[Json], events: List[Json], problem: Problem) -> None:
    """Every person's signature must name the record of the inspection that it stands under."""
    hashes = {event["seq"]: event["hash"] for event in events}
    records = {entry["row"]["id"]: entry["row"]["event_seq"] for entry in rows if entry["table"] == "inspections"}
    for row in (entry["row"] for entry in rows if entry["table"] == "signatures"):
        if row["record_hash"] != hashes.get(records.get(row["inspection_id"])):
            problem("signatures %s" % row["id"], "does not belong to the record that it stands under")


def check_manifest(events: List[Json], sha256: str, problem: Problem) -> None:
    """The chain must have recorded the manifest, and with it every file."""
    exports = [json.loads(event["payload"]) for event in events if event["action"] == "evidence.exported"]
    if sha256 not in [payload.get("manifest") for payload in exports]:
        problem("manifest.json", "was altered: no event of the chain recorded its hash")


def check_anchor(anchors: List[Json], events: List[Json], problem: Problem) -> Json:
    """The signed end must be the end of the chain; return it."""
    anchor = anchors[-1]
    unsigned = {name: value for name, value in anchor.items() if name != "signature"}
    if not is_signed(anchor["public_key"], anchor["signature"], canonical(unsigned).encode("utf-8")):
        problem("anchors.jsonl", "was altered: the signature does not match")
    if not events or (events[-1]["seq"], events[-1]["hash"]) != (anchor["seq"], anchor["head_hash"]):
        problem("chain.jsonl", "does not end where the signed anchor says: its end was cut off or replaced")
    return anchor


def main() -> int:
    """Check a bundle and say what was found."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    problems = []
    try:
        said = check(Bundle(path), lambda place, what: problems.append("%s %s." % (place, what)))
    except (OSError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as error:
        said = []
        problems.append("The bundle cannot be read: %s: %s." % (type(error).__name__, error))
    for sentence in problems:
        print(sentence)
    for sentence in said:
        print(sentence)
    print("NOT INTACT" if problems else "INTACT: nothing was changed since the export")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
