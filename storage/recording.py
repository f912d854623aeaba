"""Writing what happened: inspections, failures, what people add to them and plain events, each one change of the chain.

Turns frozen values into rows; how a change becomes durable and provable is left to `audit_chain`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import get_args

from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Change, Entry, Ledger
from storage.canonical import canonical_text
from storage.database import read
from storage.errors import InvalidRecord, UnknownInspection
from storage.history import load_failure
from storage.inspection_queries import (
    load_comments,
    load_corrected_masks,
    load_dispositions,
    load_inspection,
    load_newest_turn,
    load_queries,
)
from storage.masks import measure_mask
from storage.records import (
    Actor,
    BlobRef,
    Comment,
    CorrectedMask,
    Decision,
    Disposition,
    FailedInspection,
    NewInspection,
    NewQuery,
    NewTurn,
    RecordedEvent,
    RecordedFailure,
    RecordedInspection,
    RecordedQuery,
    RecordedTurn,
    Severity,
    check_comment,
    check_reason,
    refuse_zero_bytes,
)
from storage.stored_values import read_event


def record_inspection(ledger: Ledger, inspection: NewInspection, actor: Actor) -> RecordedInspection:
    """Record an inspection with its references, regions, query and turns, whole or not at all."""
    with ledger.entry() as entry:
        row = entry.add(_make_inspection(entry, inspection))
        _add_references(entry, row.id, inspection)
        _add_regions(entry, row.id, inspection)
        if inspection.query is not None:
            _add_query(entry, row.id, inspection.query)
        for turn in inspection.turns:
            _add_turn(entry, row.id, turn)
        payload = {"file_name": inspection.file_name, "verdict": inspection.verdict, "score": inspection.score}
        entry.seal(Change(actor, "inspection.recorded", "inspection", row.id, payload=payload))
        return load_inspection(entry.session, row.id)


def record_failure(ledger: Ledger, failure: FailedInspection, actor: Actor) -> RecordedFailure:
    """Record that a photo could not be judged, and why."""
    with ledger.entry() as entry:
        row = schema.Failure(
            id=entry.next_key(schema.Failure),
            event_seq=entry.seq,
            file_name=failure.file_name,
            sentence=failure.sentence,
            photo_sha256=_cite(entry, failure.photo),
            product_version_id=failure.product_version_id,
            details=canonical_text(failure.details),
        )
        entry.add(row)
        entry.seal(Change(actor, "inspection.failed", "failure", row.id))
        return load_failure(entry.session, row.id)


def record_event(ledger: Ledger, change: Change) -> RecordedEvent:
    """Record something that adds no row of its own: a setting, a model pack, an export, a report."""
    with ledger.entry() as entry:
        return read_event(entry.seal(change))


def add_disposition(
    ledger: Ledger,
    inspection_id: int,
    decision: Decision,
    code: str,
    reason: str,
    actor: Actor,
    severity: Severity | None = None,
) -> Disposition:
    """Put a person's decision beside an inspection's verdict."""
    reason = check_reason(reason)
    refuse_zero_bytes("code", code)
    _require_choice("decision", decision, get_args(Decision))
    if severity is not None:
        _require_choice("severity", severity, get_args(Severity))
    with ledger.entry() as entry:
        _require_inspection(entry.session, inspection_id)
        earlier = load_dispositions(entry.session, inspection_id)
        row = schema.Disposition(
            id=entry.next_key(schema.Disposition),
            event_seq=entry.seq,
            inspection_id=inspection_id,
            decision=decision,
            code=code,
            reason=reason,
            severity=severity,
        )
        entry.add(row)
        payload: dict[str, object] = {
            "old": earlier[-1].decision if earlier else None,
            "new": decision,
            "code": code,
        }
        if severity is not None:
            payload["severity"] = severity
        entry.seal(Change(actor, "disposition.added", "inspection", inspection_id, reason, payload))
        return load_dispositions(entry.session, inspection_id)[-1]


def add_comment(ledger: Ledger, inspection_id: int, text: str, actor: Actor) -> Comment:
    """Put a person's remark on an inspection beside it, verbatim."""
    check_comment(text)
    with ledger.entry() as entry:
        _require_inspection(entry.session, inspection_id)
        row = schema.Comment(
            id=entry.next_key(schema.Comment), event_seq=entry.seq, inspection_id=inspection_id, text=text
        )
        entry.add(row)
        entry.seal(Change(actor, "comment.added", "inspection", inspection_id, payload={"comment": row.id}))
        return load_comments(entry.session, inspection_id)[-1]


def add_corrected_mask(ledger: Ledger, inspection_id: int, mask: BlobRef, reason: str, actor: Actor) -> CorrectedMask:
    """Put the defect as a person drew it beside the machine's mask; the area is counted here."""
    reason = check_reason(reason)
    with read(ledger.engine) as session:  # decoding a large mask must not keep others from writing
        inspected = _require_inspection(session, inspection_id)
        area = measure_mask(ledger.blobs.read(mask.sha256), inspected.width, inspected.height)
        machine = inspected.mask_sha256
    with ledger.entry() as entry:
        earlier = load_corrected_masks(entry.session, inspection_id)
        row = schema.CorrectedMask(
            id=entry.next_key(schema.CorrectedMask),
            event_seq=entry.seq,
            inspection_id=inspection_id,
            mask_sha256=entry.cite(mask),
            area_px=area,
            reason=reason,
        )
        entry.add(row)
        old = earlier[-1].mask.sha256 if earlier else machine
        payload = {"old": old, "new": mask.sha256, "area_px": area}
        entry.seal(Change(actor, "mask.corrected", "inspection", inspection_id, reason, payload))
        return load_corrected_masks(entry.session, inspection_id)[-1]


def add_query(ledger: Ledger, inspection_id: int, query: NewQuery, actor: Actor) -> RecordedQuery:
    """Put what was highlighted on an inspection's photo, and what came of it, beside the inspection."""
    with ledger.entry() as entry:
        _require_inspection(entry.session, inspection_id)
        _add_query(entry, inspection_id, query)
        payload = {"text": query.text, "outcome": query.outcome, "regions": len(query.regions)}
        entry.seal(Change(actor, "query.recorded", "inspection", inspection_id, payload=payload))
        return load_queries(entry.session, inspection_id)[-1]


def add_turn(ledger: Ledger, inspection_id: int, turn: NewTurn, actor: Actor) -> RecordedTurn:
    """Put a turn at the end of an inspection's conversation; the turn it replaces stays."""
    with ledger.entry() as entry:
        _require_inspection(entry.session, inspection_id)
        if turn.replaces_turn_id is not None:
            _require_turn(entry, inspection_id, turn.replaces_turn_id)
        _add_turn(entry, inspection_id, turn)
        payload = {"role": turn.role, "stop_cause": turn.stop_cause, "replaces": turn.replaces_turn_id}
        entry.seal(Change(actor, "turn.added", "inspection", inspection_id, payload=payload))
        return load_newest_turn(entry.session, inspection_id)


def _require_turn(entry: Entry, inspection_id: int, turn_id: int) -> None:
    turn = entry.session.get(schema.Turn, turn_id)
    if turn is None or turn.inspection_id != inspection_id:
        raise InvalidRecord(f"Inspection {inspection_id} has no turn {turn_id} that could be replaced.")


def _require_inspection(session: Session, inspection_id: int) -> schema.Inspection:
    found = session.get(schema.Inspection, inspection_id)
    if found is None:
        raise UnknownInspection(f"There is no inspection {inspection_id}; 'history' shows those there are.")
    return found


def _require_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InvalidRecord(f"The {what} is {value!r}; use one of {', '.join(choices)}.")


def _make_inspection(entry: Entry, inspection: NewInspection) -> schema.Inspection:
    return schema.Inspection(
        id=entry.next_key(schema.Inspection),
        event_seq=entry.seq,
        product_version_id=inspection.product_version_id,
        serial=inspection.serial,
        photo_sha256=entry.cite(inspection.photo),
        file_name=inspection.file_name,
        width=inspection.width,
        height=inspection.height,
        verdict=inspection.verdict,
        score=inspection.score,
        score_limit=inspection.limit,
        p_value=inspection.p_value,
        raw_score=inspection.raw_score,
        calibration=canonical_text(inspection.calibration),
        map_sha256=_cite(entry, inspection.map),
        mask_sha256=_cite(entry, inspection.mask),
        overlay_sha256=_cite(entry, inspection.overlay),
        nearest_reference=inspection.nearest_reference,
        gates=canonical_text(inspection.gates),
        model_packs=canonical_text(inspection.model_packs),
        device=inspection.device,
        seconds=canonical_text(inspection.seconds),
        configuration=canonical_text(inspection.configuration),
        warnings=canonical_text(inspection.warnings),
    )


def _add_references(entry: Entry, inspection_id: int, inspection: NewInspection) -> None:
    for position, reference in enumerate(inspection.references):
        entry.add(
            schema.InspectionReference(
                inspection_id=inspection_id,
                position=position,
                event_seq=entry.seq,
                photo_sha256=entry.cite(reference.photo),
                file_name=reference.file_name,
            )
        )


def _add_regions(entry: Entry, inspection_id: int, inspection: NewInspection) -> None:
    for position, region in enumerate(inspection.regions):
        entry.add(schema.Region(inspection_id=inspection_id, position=position, event_seq=entry.seq, **asdict(region)))


def _add_query(entry: Entry, inspection_id: int, query: NewQuery) -> None:
    entry.add(
        schema.Query(
            id=entry.next_key(schema.Query),
            event_seq=entry.seq,
            inspection_id=inspection_id,
            text=query.text,
            regions=canonical_text([asdict(region) for region in query.regions]),
            mask_sha256=_cite(entry, query.mask),
            details=canonical_text(query.details),
            outcome=query.outcome,
            sentence=query.sentence or None,
            soft_map_sha256=_cite(entry, query.soft_map),
        )
    )


def _add_turn(entry: Entry, inspection_id: int, turn: NewTurn) -> None:
    entry.add(
        schema.Turn(
            id=entry.next_key(schema.Turn),
            event_seq=entry.seq,
            inspection_id=inspection_id,
            role=turn.role,
            text=turn.text,
            provider=turn.provider,
            system_prompt=turn.system_prompt,
            decoding=canonical_text(turn.decoding),
            stop_cause=turn.stop_cause,
            photo_sha256=_cite(entry, turn.shown_photo),
            replaces_turn_id=turn.replaces_turn_id,
        )
    )


def _cite(entry: Entry, blob: BlobRef | None) -> str | None:
    return None if blob is None else entry.cite(blob)
