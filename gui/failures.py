"""What a failed operation says in the message area, and which button leads to the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import inference.errors
import storage.errors
from gui.messages import Message
from gui.operations import Failure
from gui.translated import tr
from station.rights import NotAllowed


@dataclass(frozen=True)
class NextSteps:
    """What the window can open to help."""

    open_models: Callable[[], object]
    open_diagnostics: Callable[[], object]
    open_product_settings: Callable[[], object]
    open_settings: Callable[[], object]
    open_log_on: Callable[[], object] | None = None
    """None where nobody has to log on."""


_OF_THE_DATABASE = (
    storage.errors.DatabaseLocked,
    storage.errors.DamagedDatabase,
    storage.errors.NewerDatabase,
    storage.errors.StorageFailed,
    storage.errors.DiskFull,
    storage.errors.ReadOnly,
    storage.errors.MissingBlob,
    storage.errors.DamagedBlob,
)


def describe_failure(failure: Failure, steps: NextSteps) -> Message:
    """Return the sentence of a failure with a button where there is something to open."""
    error = _find_reason(failure.error)
    if isinstance(error, NotAllowed):
        return _describe_refusal(failure, steps)
    if isinstance(error, inference.errors.ModelPackError):
        return Message(failure.sentence, "error", tr("Model packs…"), steps.open_models)
    if isinstance(error, inference.errors.DeviceError):
        return Message(failure.sentence, "error", tr("Settings…"), steps.open_settings)
    if isinstance(error, _OF_THE_DATABASE):
        return Message(failure.sentence, "error", tr("Diagnostics…"), steps.open_diagnostics)
    if isinstance(error, inference.errors.ReferencesError):
        return Message(failure.sentence, "error", tr("Product…"), steps.open_product_settings)
    return Message(failure.sentence, "error")


def _describe_refusal(failure: Failure, steps: NextSteps) -> Message:
    """Somebody else, or anybody at all, must log on for this."""
    if steps.open_log_on is None:
        return Message(failure.sentence, "error")
    return Message(failure.sentence, "error", tr("Log on…"), steps.open_log_on)


def _find_reason(error: BaseException | None) -> BaseException | None:
    """A judgement that was not recorded carries the reason as its cause."""
    cause = error.__cause__ if error is not None else None
    return cause if isinstance(cause, storage.errors.KnownError) else error
