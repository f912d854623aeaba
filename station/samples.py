"""The sample photos that come with the application: copies for the tutorial, and one inspection of all of them.

What is rendered and how is `inference.synthesis`' affair; here they are only files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inference.images import find_photos
from station.errors import OutputError, RequestError, explain_os_error
from station.outputs import OutputFolder, copy_whole, make_folder
from station.products import prepare_references

if TYPE_CHECKING:
    from station.sessions import Session

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"
SAMPLE_PRODUCT = "flange"


def copy_samples(folder: Path) -> list[Path]:
    """Copy the sample photos with their masks, laid out as `evaluate` needs them. Raises `OutputError`."""
    sources = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
    return [_copy(source, folder / source.relative_to(SAMPLES)) for source in sources]


def inspect_samples(session: Session) -> int:
    """Inspect every sample part, say what was done and where the files are, and return the exit status.

    Rejected parts are no failure here: most of the samples are defective on purpose.
    """
    from station.inspect_run import InspectRun  # noqa: PLC0415 - whoever only needs to know where the photos are

    folder = session.station.home / "samples"
    reference, parts = _gather_photos(folder)
    session.console.result(
        f"One good {SAMPLE_PRODUCT} ({reference.name}) is learned; {len(parts)} others are inspected."
    )
    with session.console.progress("learning the product") as on_progress:
        product = prepare_references(session.station, [reference], on_progress=on_progress)
    run = InspectRun(session, OutputFolder(folder / "results"))
    run.inspect(parts, product)
    run.write_report(folder / "results" / "report.pdf")
    status = run.finish()
    session.console.result(f"Photos: {folder}. Maps, masks, overlays and report.pdf: {folder / 'results'}.")
    session.console.result(f"Records: {session.station.home}. Your own photo: `inspect IMAGE --reference GOOD_IMAGE`.")
    return status if run.has_errors else 0


def _gather_photos(folder: Path) -> tuple[Path, list[Path]]:
    """Copy reference and test photos side by side, named after what they show; return where they are."""
    product = SAMPLES / SAMPLE_PRODUCT
    references = find_photos(product / "train" / "good") if product.is_dir() else []
    if not references:
        raise RequestError(f"The sample photos are missing from {SAMPLES}; install the application again.")
    tests = [photo for label in sorted((product / "test").iterdir()) for photo in find_photos(label)]
    parts = [_copy(photo, folder / f"{photo.parent.name}-{photo.name}") for photo in tests]
    return _copy(references[0], folder / f"reference-{references[0].name}"), parts


def _copy(source: Path, target: Path) -> Path:
    make_folder(target.parent)
    try:
        copy_whole(source, target)
    except OSError as error:
        raise OutputError(explain_os_error(error, target)) from error
    return target
