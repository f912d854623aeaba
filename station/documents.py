"""Inspections, products and events as plain JSON: the one shape that every `--json` prints.

Keys are a promise to other programs; add, never rename. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from station.outputs import InspectionFiles, QueryFiles
from storage.sequence import find_current, is_overtaken, list_steps

if TYPE_CHECKING:
    from storage.records import (
        InspectionSummary,
        NewQuery,
        NewRegion,
        ProductVersion,
        RecordedFailure,
        RecordedInspection,
        Signature,
        VerificationReport,
    )

Document = dict[str, object]


def describe_inspection(record: RecordedInspection, image: str, files: InspectionFiles) -> Document:
    """Return one inspection as JSON; `image` is the photo's name as the person gave it."""
    return {
        "id": record.id,
        "image": image,
        "sha256": record.photo.sha256,
        "width": record.width,
        "height": record.height,
        "product": record.product,
        "product_version": record.product_version,
        "verdict": record.verdict,
        "score": record.score,
        "limit": record.limit,
        "p_value": record.p_value,
        "calibration": dict(record.calibration),
        "regions": _describe_regions(record.regions),
        "map": _name(files.map),
        "mask": _name(files.mask),
        "overlay": _name(files.overlay),
        "query": _describe_newest_query(record, files),
        "turns": [{"role": turn.role, "text": turn.text} for turn in record.turns],
        "model_packs": [dict(pack) for pack in record.model_packs],
        "device": record.device,
        "seconds": dict(record.seconds),
        "record_hash": record.record_hash,
        "warnings": list_warnings(record),
    }


def list_warnings(record: RecordedInspection) -> list[str]:
    """Return everything a person should know beside the verdict: the reasons for a review first."""
    return [*(str(gate["sentence"]) for gate in record.gates), *record.warnings]


def describe_dispositions(record: RecordedInspection) -> list[Document]:
    """Return what persons decided on an inspection, oldest first."""
    return [
        {
            "decision": disposition.decision,
            "code": disposition.code,
            "severity": disposition.severity,
            "reason": disposition.reason,
            "decided_by": disposition.decided_by.name,
            "decided_at": disposition.decided_at,
        }
        for disposition in record.dispositions
    ]


def describe_comments(record: RecordedInspection) -> list[Document]:
    """Return what persons remarked on an inspection, oldest first."""
    return [
        {"text": comment.text, "written_by": comment.written_by.name, "written_at": comment.written_at}
        for comment in record.comments
    ]


def describe_corrected_masks(record: RecordedInspection) -> list[Document]:
    """Return the masks that persons drew on an inspection, oldest first."""
    return [
        {
            "number": mask.id,
            "sha256": mask.mask.sha256,
            "area_px": mask.area_px,
            "reason": mask.reason,
            "drawn_by": mask.drawn_by.name,
            "drawn_at": mask.drawn_at,
        }
        for mask in record.corrected_masks
    ]


def describe_signatures(signatures: Sequence[Signature], record: RecordedInspection) -> list[Document]:
    """Return who signed an inspection, oldest first."""
    return [
        {
            "signer": signature.printed_name,
            "meaning": signature.meaning,
            "comment": signature.comment,
            "record_hash": signature.record_hash,
            "recorded_at": signature.recorded_at,
            "signed_before_later_additions": is_overtaken(signature, record),
        }
        for signature in signatures
    ]


def describe_review(record: RecordedInspection, signatures: Sequence[Signature]) -> Document:
    """Return everything that was added to an inspection: by kind, in the order of all, and what of it counts now."""
    current = find_current(record, signatures)
    decided, drawn = current.disposition, current.corrected_mask
    return {
        "dispositions": describe_dispositions(record),
        "corrected_masks": describe_corrected_masks(record),
        "comments": describe_comments(record),
        "signatures": describe_signatures(signatures, record),
        "sequence": [
            {
                "what": step.kind,
                "number": getattr(step.what, "id", record.id),
                "recorded_at": step.recorded_at,
                "recorded_by": step.recorded_by.name,
                "event": step.event_seq,
            }
            for step in list_steps(record, signatures)
        ],
        "current": {
            "disposition": decided.decision if decided else None,
            "code": decided.code if decided else "",
            "severity": decided.severity if decided else None,
            "mask": "corrected" if drawn else "machine",
            "mask_sha256": drawn.mask.sha256 if drawn else record.mask and record.mask.sha256,
        },
    }


def describe_summary(summary: InspectionSummary) -> Document:
    """Return one line of the history as JSON."""
    return {
        "id": summary.id,
        "recorded_at": summary.recorded_at,
        "recorded_by": summary.recorded_by,
        "product": summary.product,
        "product_version": summary.product_version,
        "image": summary.file_name,
        "sha256": summary.photo.sha256,
        "serial": summary.serial,
        "verdict": summary.verdict,
        "score": summary.score,
        "regions": summary.regions,
        "disposition": summary.disposition,
        "record_hash": summary.record_hash,
        "code": summary.code,
        "severity": summary.severity,
        "corrected_area_px": summary.corrected_area_px,
        "comments": summary.comments,
    }


def describe_failure(failure: RecordedFailure) -> Document:
    """Return a photo that could not be judged as JSON."""
    return {
        "id": failure.id,
        "recorded_at": failure.recorded_at,
        "recorded_by": failure.recorded_by,
        "product": failure.product,
        "product_version": failure.product_version,
        "image": failure.file_name,
        "sentence": failure.sentence,
        "record_hash": failure.record_hash,
    }


def describe_product(version: ProductVersion, warnings: Sequence[str] = ()) -> Document:
    """Return one product version with its references as JSON."""
    return {
        "name": version.name,
        "version": version.version,
        "retired": version.retired,
        "settings": dict(version.settings),
        "references": [
            {"id": row.id, "image": row.file_name, "sha256": row.photo.sha256, "state": row.state}
            for row in version.references
        ],
        "created_at": version.created_at,
        "created_by": version.created_by.name,
        "reason": version.reason,
        "warnings": list(warnings),
    }


def describe_verification(report: VerificationReport) -> Document:
    """Return what `audit verify` looked at and found as JSON."""
    return {
        "ok": report.ok,
        "checked": dict(report.checked),
        "problems": [asdict(problem) for problem in report.problems],
        "warnings": [asdict(warning) for warning in report.warnings],
        "head_seq": report.head_seq,
        "head_hash": report.head_hash,
    }


def _describe_regions(regions: Iterable[NewRegion]) -> list[Mapping[str, object]]:
    return [asdict(region) for region in regions]


def _describe_newest_query(record: RecordedInspection, files: InspectionFiles) -> Document | None:
    """Return the newest query as JSON, with those asked before it, oldest first, under "earlier"."""
    if record.query is None:
        return None
    told = [_describe_query(query, files.queries.get(query.id)) for query in record.queries]
    newest = told[-1] if told else _describe_query(record.query, None)
    return {**newest, "earlier": told[:-1]}


def _describe_query(query: NewQuery, files: QueryFiles | None) -> Document:
    """Return a query as JSON; its mask is named by its path, or by its hash where nobody looked for the file."""
    kept = query.mask.sha256 if query.mask else None
    return {
        "text": query.text,
        "found": query.found,
        "outcome": query.outcome or ("found" if query.found else "not found"),
        "sentence": query.sentence,
        "regions": _describe_regions(query.regions),
        "mask": _name(files.mask) if files else kept,
        "cutout": _name(files.cutout) if files else None,
        "overlay": _name(files.overlay) if files else None,
    }


def _name(path: Path | None) -> str | None:
    return None if path is None else str(path)
