"""What an error says in the window: its own sentence, unless that speaks of options of the command line."""

from __future__ import annotations

import inference.errors
from gui.translated import tell, tr


def tell_error(error: BaseException) -> str:
    """Return one sentence for a person at the window."""
    if isinstance(error, inference.errors.DeviceError):
        return tr(
            "The device that the settings name for computing is not there any more or has failed. Choose another one "
            "in the settings, such as Automatic or the processor."
        )
    return tell(str(error))
