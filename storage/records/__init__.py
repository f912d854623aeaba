"""The frozen values that go into the audit database and come back out: plain types, no SQL, no inference.

Names starting with `New` are handed in; the others are read back and carry the identities the database gave them.
They check themselves where a wrong value would otherwise be kept for ever. Every mapping must be plain JSON: text keys;
values of None, bool, int below 2**53, finite float, str, lists, mappings.

Each file here is one idea: `words`, `products`, `inspections`, `reviews`, `history`, `proof`; others import from here.
"""

from storage.records.history import (
    HistoryOrder,
    InspectionFilter,
    InspectionSummary,
)
from storage.records.inspections import (
    FailedInspection,
    NewInspection,
    NewQuery,
    NewRegion,
    NewTurn,
    RecordedFailure,
    RecordedQuery,
    RecordedTurn,
)
from storage.records.products import (
    NewReference,
    ProductVersion,
    ReferenceRow,
)
from storage.records.proof import (
    BackupSummary,
    DatabaseMeasure,
    Problem,
    RecordedEvent,
    VerificationReport,
)
from storage.records.reviews import (
    Account,
    Comment,
    CorrectedMask,
    Disposition,
    RecordedInspection,
    Signature,
)
from storage.records.words import (
    MAX_COMMENT,
    MAX_NAME,
    MAX_REASON,
    MIN_REASON,
    Actor,
    ActorKind,
    BlobRef,
    Decision,
    HistorySort,
    Json,
    Meaning,
    QueryOutcome,
    ReferenceState,
    Reviewed,
    Role,
    Severity,
    Verdict,
    check_comment,
    check_length,
    check_reason,
    refuse_zero_bytes,
)

__all__ = [
    "MAX_COMMENT",
    "MAX_NAME",
    "MAX_REASON",
    "MIN_REASON",
    "Account",
    "Actor",
    "ActorKind",
    "BackupSummary",
    "BlobRef",
    "Comment",
    "CorrectedMask",
    "DatabaseMeasure",
    "Decision",
    "Disposition",
    "FailedInspection",
    "HistoryOrder",
    "HistorySort",
    "InspectionFilter",
    "InspectionSummary",
    "Json",
    "Meaning",
    "NewInspection",
    "NewQuery",
    "NewReference",
    "NewRegion",
    "NewTurn",
    "Problem",
    "ProductVersion",
    "QueryOutcome",
    "RecordedEvent",
    "RecordedFailure",
    "RecordedInspection",
    "RecordedQuery",
    "RecordedTurn",
    "ReferenceRow",
    "ReferenceState",
    "Reviewed",
    "Role",
    "Severity",
    "Signature",
    "Verdict",
    "VerificationReport",
    "check_comment",
    "check_length",
    "check_reason",
    "refuse_zero_bytes",
]
