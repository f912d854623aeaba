"""What stands on an inspection, in the order in which it came, and what of it counts now.

Nothing recorded is ever overwritten: the machine's result is the first step for ever, and whatever people or the
program added since is one more. The current state is only a view of these steps, computed here and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storage.records import (
    Actor,
    Comment,
    CorrectedMask,
    Disposition,
    RecordedInspection,
    RecordedQuery,
    RecordedTurn,
    Signature,
)

StepKind = Literal["machine result", "query", "turn", "disposition", "corrected mask", "comment", "signature"]
Added = RecordedQuery | RecordedTurn | Disposition | CorrectedMask | Comment | Signature


@dataclass(frozen=True)
class Step:
    """One thing on an inspection: who added it when. `what` is None for the machine's result itself."""

    kind: StepKind
    event_seq: int
    recorded_at: str
    recorded_by: Actor
    what: Added | None


@dataclass(frozen=True)
class CurrentState:
    """What counts now; None where nobody decided or drew. The machine's result stands beside it unchanged."""

    disposition: Disposition | None
    corrected_mask: CorrectedMask | None
    signatures: tuple[Signature, ...]
    """Those that were made with all of this in view."""
    overtaken: tuple[Signature, ...]
    """Those made before a decision, mask or comment was added."""


def list_steps(record: RecordedInspection, signatures: Sequence[Signature] = ()) -> tuple[Step, ...]:
    """Return everything on an inspection, oldest first; what one event added together keeps its own order."""
    first = Step("machine result", record.event_seq, record.recorded_at, record.recorded_by, None)
    added = (
        *(_step("query", query, query.recorded_at, query.recorded_by) for query in record.queries),
        *(_step("turn", turn, turn.recorded_at, turn.recorded_by) for turn in record.turns),
        *(_step("disposition", each, each.decided_at, each.decided_by) for each in record.dispositions),
        *(_step("corrected mask", mask, mask.drawn_at, mask.drawn_by) for mask in record.corrected_masks),
        *(_step("comment", comment, comment.written_at, comment.written_by) for comment in record.comments),
        *(_step("signature", each, each.recorded_at, Actor(each.printed_name)) for each in signatures),
    )
    return (first, *sorted(added, key=lambda step: step.event_seq))


def find_current(record: RecordedInspection, signatures: Sequence[Signature] = ()) -> CurrentState:
    """Return what counts now."""
    overtaken = tuple(each for each in signatures if is_overtaken(each, record))
    return CurrentState(
        record.dispositions[-1] if record.dispositions else None,
        record.corrected_masks[-1] if record.corrected_masks else None,
        tuple(each for each in signatures if each not in overtaken),
        overtaken,
    )


def is_overtaken(signature: Signature, record: RecordedInspection) -> bool:
    """Whether something that counts was added after the signature.

    A signature is bound to the hash of the inspection's record, which covers the machine's result. What people added
    before it stands in earlier events of the chain, which the hash of the signature's own event covers; what was added
    later, the signer cannot have seen. Words of a conversation and queries are advisory and overtake nothing.
    """
    judged: tuple[Disposition | CorrectedMask | Comment, ...] = (
        *record.dispositions,
        *record.corrected_masks,
        *record.comments,
    )
    return any(each.event_seq > signature.event_seq for each in judged)


def _step(kind: StepKind, what: Added, recorded_at: str, recorded_by: Actor | None) -> Step:
    return Step(kind, what.event_seq, recorded_at, recorded_by or Actor("unknown", "agent"), what)
