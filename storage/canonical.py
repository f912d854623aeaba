"""One byte string for one value: JSON after RFC 8785 (JCS), so that anybody can recompute our hashes.

Text keys sorted by UTF-16 code units, no blanks, numbers as ECMAScript writes them (so 1, 1.0 and 1e0 are the same
number), text as UTF-8 without normalisation. What has no single form there is refused: NaN and infinities, integers
beyond 2**53 - 1, half surrogate pairs, anything that is not JSON. What is hashed is left to `audit_chain`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from json.encoder import encode_basestring

MAX_INTEGER = 2**53 - 1
"""Largest integer every JSON reader keeps exactly (RFC 7493, section 2.2)."""

_EXPONENT_FROM = 21
"""ECMAScript writes numbers of 10**21 and more with an exponent (ECMA-262, Number::toString)."""
_EXPONENT_BELOW = -6
"""... and those whose first digit stands further right than the sixth decimal place."""


class NotCanonical(ValueError):
    """A value has no canonical JSON form; the message says which and why."""


def canonical_json(value: object) -> bytes:
    """The canonical UTF-8 bytes of a JSON value; `NotCanonical` when it has none."""
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"the text {error.object[:40]!a} holds half a surrogate pair") from None


def canonical_text(value: object) -> str:
    """The same as text, for JSON columns."""
    return canonical_json(value).decode("utf-8")


def digest(value: object) -> str:
    """Lower-case hex SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def read_json(text: str) -> object:
    """The value of JSON text; refuses NaN and infinities, which Python would accept."""
    return json.loads(text, parse_int=_read_whole, parse_constant=_refuse_constant)


def _read_whole(digits: str) -> int | float:
    """An integer as far as every JSON reader keeps it; beyond that it was a float when it was written."""
    number = int(digits)
    return number if abs(number) <= MAX_INTEGER else float(digits)


def _refuse_constant(name: str) -> object:
    raise NotCanonical(f"{name} is not a JSON number")


def _encode(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _encode_integer(value)
    if isinstance(value, float):
        return _encode_float(value)
    return _encode_container(value)


def _encode_container(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring(key)}:{_encode(value[key])}" for key in _sort_keys(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_encode, value)) + "]"
    raise NotCanonical(f"a {type(value).__name__} is not JSON")


def _sort_keys(mapping: Mapping[object, object]) -> list[str]:
    keys = [key for key in mapping if isinstance(key, str)]
    if len(keys) != len(mapping):
        raise NotCanonical("a key that is not text is not JSON")
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _encode_integer(value: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise NotCanonical(f"the integer {value} is beyond 2**53 - 1; hand it in as text")
    return str(int(value))


def _encode_float(value: float) -> str:
    if not math.isfinite(value):
        raise NotCanonical(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    return sign + _place_point(*_shortest_digits(abs(value)))


def _shortest_digits(value: float) -> tuple[str, int]:
    """Significant digits d1 d2 ... and the n of 0.d1d2... x 10**n; Python's repr is the shortest that round-trips."""
    mantissa, _, exponent = repr(float(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(digits)
    return digits.rstrip("0"), len(whole) - leading_zeros + int(exponent or 0)


def _place_point(digits: str, point: int) -> str:
    """Write 0.`digits` x 10**`point` as ECMAScript does (ECMA-262, Number::toString, steps 6 to 11)."""
    count = len(digits)
    if count <= point <= _EXPONENT_FROM:
        return digits + "0" * (point - count)
    if 0 < point <= _EXPONENT_FROM:
        return f"{digits[:point]}.{digits[point:]}"
    if _EXPONENT_BELOW < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
