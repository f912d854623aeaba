"""How long this process waits for a database that another program has locked; a program that ends waits hardly at all.

Only the moment is kept here; who waits is `database`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_limits: list[float] = []
"""Moments, of the monotonic clock, at which all waiting ends."""


@contextmanager
def limited_patience(seconds: float) -> Iterator[None]:
    """Within the block nobody in this process, in whatever thread, waits longer than so many seconds from now."""
    limit = time.monotonic() + seconds
    _limits.append(limit)
    try:
        yield
    finally:
        _limits.remove(limit)


def is_over(deadline: float) -> bool:
    """Whether a wait that was to last until `deadline` must end now."""
    return time.monotonic() >= min([deadline, *_limits])
