"""What the command `inspect` does: say each photo as it is recorded, then files, report, document and status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from inference.highlighter.results import QueryResult
from inference.images import find_photos
from station.batch import BatchItem, inspect_photos
from station.conversing import check_question
from station.documents import Document, describe_inspection, list_warnings
from station.errors import KNOWN_ERRORS, OutputError, RequestError
from station.highlighting import check_query, highlight, read_recorded_photo
from station.inspection_commands import InspectOptions
from station.interrupts import InterruptWatch
from station.outputs import InspectionFiles, OutputFolder, QueryFiles, find_recorded_files, is_written_by_us
from station.products import PreparedProduct, prepare_product, prepare_references
from station.query_files import QueryFileNames, find_recorded_query_files, write_query_files
from station.reporting import write_report
from station.sessions import STATUS_ERROR, STATUS_OK, STATUS_REJECT, STATUS_REVIEW, STATUS_STOPPED, Session
from station.talking import talk
from station.wording import describe_in_a_line
from storage.records import RecordedInspection


def run_inspect(session: Session, what: InspectOptions) -> int:
    """Do what the options say and return the exit status. Raises known errors before the first photo only."""
    photos = list_photos(what)
    for question in what.ask:
        check_question(question)
    if what.query is not None:
        check_query(what.query)
    run = InspectRun(session, OutputFolder(what.output) if what.output else None, what.ask, what.query)
    run.inspect(photos, _prepare(session, what), what.serial)
    if what.report:
        run.write_report(what.report)
    return run.finish()


def list_photos(what: InspectOptions) -> list[Path]:
    """Return the photos named and those of the folders named. Raises `RequestError` where there are none."""
    found = (photo for folder in what.folder for photo in find_photos(folder))
    photos = [*what.images, *(photo for photo in found if not is_written_by_us(photo))]
    if not photos:
        where = f"in {what.folder[0]}" if what.folder else "named"
        raise RequestError(f"No photo {where}; name photos of parts, or a folder that holds some with --folder.")
    return photos


def _prepare(session: Session, what: InspectOptions) -> PreparedProduct:
    if bool(what.product) == bool(what.reference):
        raise RequestError("Say what to compare with: either --product NAME or --reference IMAGE, one of the two.")
    with session.console.progress("learning the product") as on_progress:
        if what.product:
            return prepare_product(session.station, what.product, what.profile, on_progress)
        return prepare_references(session.station, what.reference, what.profile, on_progress)


class InspectRun:
    """One `inspect` command on its way: says what is recorded and remembers what the end needs."""

    def __init__(
        self,
        session: Session,
        output: OutputFolder | None,
        questions: Sequence[str] = (),
        query: str | None = None,
    ) -> None:
        self._station = session.station
        self._console = session.console
        self._output = output
        self._questions = questions
        self._query = query
        self._documents: list[Document] = []
        self._recorded: list[int] = []
        self._errors: list[Document] = []
        self._verdicts: Counter[str | None] = Counter()
        self._stopped = False

    @property
    def has_errors(self) -> bool:
        """Whether anything could not be done so far."""
        return bool(self._errors)

    def inspect(self, photos: Sequence[Path], product: PreparedProduct, serial: str = "") -> None:
        """Inspect one photo after the other; Ctrl-C ends it after what is recorded."""
        for warning in product.learned.warnings:
            self._console.warn(warning)
        try:
            self._inspect_all(photos, product, serial)
        except KeyboardInterrupt:
            self._stopped = True
            self._fail(None, f"Stopped after {len(self._recorded)} of {len(photos)} photos; those are recorded.")

    def write_report(self, path: Path) -> None:
        """Write the PDF of what was inspected."""
        if not self._recorded:
            self._fail(None, f"{path} was not written because no photo could be inspected.")
            return
        try:
            write_report(self._station, self._recorded, path)
        except KNOWN_ERRORS as error:
            self._fail(None, str(error))
        else:
            self._console.note(f"report: {path}")

    def finish(self) -> int:
        """Print the document or the summary and return the status."""
        self._console.document({"inspections": self._documents, "errors": self._errors})
        if len(self._recorded) + len(self._errors) > 1:
            self._console.result(self._summarise())
        return STATUS_STOPPED if self._stopped else choose_status(self._verdicts, any_error=bool(self._errors))

    def _inspect_all(self, photos: Sequence[Path], product: PreparedProduct, serial: str) -> None:
        known_warnings = frozenset(product.learned.warnings)
        with self._console.progress("inspecting") as on_progress, InterruptWatch() as watch:
            for done, item in enumerate(inspect_photos(self._station, photos, product, serial), start=1):
                self._take(item, known_warnings)
                watch.check()
                on_progress(done / len(photos), item.path.name)

    def _take(self, item: BatchItem, known_warnings: frozenset[str]) -> None:
        if item.inspected is None:
            self._fail(item.path, item.failure)
            return
        record = item.inspected.record
        self._recorded.append(record.id)
        self._verdicts[record.verdict] += 1
        self._say(record, known_warnings)
        results = self._highlight(item.path, record)
        record = self._ask(item.path, record)
        files = self._write_files(item.path, record, results)
        self._documents.append(describe_inspection(record, str(item.path), files))

    def _say(self, record: RecordedInspection, known_warnings: frozenset[str]) -> None:
        line = describe_in_a_line(record)
        if self._console.as_json:
            self._console.note(f"recorded {record.id} {record.record_hash} {line}")
        self._console.result(line)
        for warning in list_warnings(record):
            if warning not in known_warnings:
                self._console.warn(f"{record.file_name}: {warning}")

    def _highlight(self, path: Path, record: RecordedInspection) -> Sequence[QueryResult]:
        """Highlight what the person wants to see on each photo, before anything is asked about it."""
        if self._query is None:
            return ()
        try:
            results = highlight(self._station, record.id, self._query)
        except KNOWN_ERRORS as error:
            self._fail(path, f"Inspection {record.id} is recorded, but nothing was highlighted: {error}")
            return ()
        for result in results:
            if result.outcome == "failed":
                self._fail(path, result.sentence)
            else:
                self._console.result(f"  {result.query}: {result.sentence}")
        return results

    def _ask(self, path: Path, record: RecordedInspection) -> RecordedInspection:
        """Ask what the person wants to know of each photo; return the record with all that was added to it."""
        try:
            for failure in talk(self._station, self._console, record.id, self._questions):
                self._fail(path, failure)
            return self._station.store.get_inspection(record.id)
        except KNOWN_ERRORS as error:
            self._fail(path, f"Inspection {record.id} is recorded, but not all was asked: {error}")
            return record

    def _write_files(
        self, path: Path, record: RecordedInspection, results: Sequence[QueryResult] = ()
    ) -> InspectionFiles:
        """Copy the pictures where the person wants them, else point at the recorded ones."""
        store = self._station.store
        if self._output is not None:
            try:
                files = self._output.write(store, record)
                return replace(files, queries=self._write_query_files(self._output, files.stem, record, results))
            except OutputError as error:
                self._fail(path, f"Inspection {record.id} is recorded, but its files are not written: {error}")
        return replace(find_recorded_files(store, record), queries=find_recorded_query_files(store, record))

    def _write_query_files(
        self, output: OutputFolder, stem: str, record: RecordedInspection, results: Sequence[QueryResult]
    ) -> dict[int, QueryFiles]:
        if not results:
            return {}
        names = QueryFileNames(output.folder, stem, beside_inspection=True)
        return write_query_files(names, read_recorded_photo(self._station, record), results, record)

    def _fail(self, path: Path | None, sentence: str) -> None:
        self._errors.append({"image": None if path is None else str(path), "sentence": sentence})
        self._console.fail(sentence)

    def _summarise(self) -> str:
        counts = [f"{self._verdicts[verdict]} {verdict}" for verdict in ("accept", "reject", "review")]
        return f"{len(self._recorded)} inspected: {', '.join(counts)}; errors: {len(self._errors)}"


def choose_status(verdicts: Iterable[str | None], *, any_error: bool) -> int:
    """Return the exit status: an error outranks reject, reject outranks review."""
    if any_error:
        return STATUS_ERROR
    seen = set(verdicts)
    return STATUS_REJECT if "reject" in seen else STATUS_REVIEW if "review" in seen else STATUS_OK
