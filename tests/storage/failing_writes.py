"""Every write call of one inspection fails in turn: the program that is run with `failing_writes.c` before it.

`python failing_writes.py HOME CODE STAYS` prints, as JSON, one line for each write call that was made to fail: what the
store said, whether nothing half was left, and whether the next inspections were recorded: by the same store, which had
seen the failure, and by one opened anew.
"""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path


def main() -> int:
    """Go through the calls until an inspection needs no more of them."""
    from storage.errors import KnownError
    from storage.store import Store
    from tests.storage.conftest import ADA, build_inspection

    home, code, stays = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
    faults = ctypes.CDLL(None)
    nth = 0
    while True:
        nth += 1
        with Store.open(home, application_version="1") as store:
            before = store.count_inspections()
            faults.fault_arm(str(home).encode(), nth, code, stays)
            said = ""
            try:
                store.record_inspection(build_inspection(store, f"{code}-{stays}-{nth}.png"), ADA)
            except KnownError as error:
                said = str(error)
            calls = faults.fault_disarm()
            recorded = store.count_inspections() - before
            store.record_inspection(build_inspection(store, f"{code}-{stays}-{nth}-after.png"), ADA)
        with Store.open(home, application_version="1") as store:
            kept = store.count_inspections() - before - 1
            store.record_inspection(build_inspection(store, f"{code}-{stays}-{nth}-next.png"), ADA)
            went_on = store.count_inspections() - before - kept == 2
            report = store.verify()
        line = {"call": nth, "said": said, "recorded": recorded, "kept": kept, "calls": calls}
        line |= {"went_on": went_on, "intact": report.ok}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        if calls < nth:
            return 0


if __name__ == "__main__":
    sys.exit(main())
