"""What the command `highlight` does: record the photo, highlight each query, write its pictures, say what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inference.highlighter.results import QueryResult
from station.documents import describe_inspection
from station.errors import KNOWN_ERRORS
from station.highlight_commands import HighlightOptions
from station.highlighting import check_query, highlight, read_recorded_photo
from station.outputs import InspectionFiles, find_recorded_files, make_folder
from station.query_files import QueryFileNames, find_recorded_query_files, write_query_files
from station.sessions import STATUS_ERROR, STATUS_OK, Session
from station.single_photo import record_or_inspect
from station.wording import describe_in_a_line
from storage.records import RecordedInspection


def run_highlight(session: Session, what: HighlightOptions) -> int:
    """Do what the options say and return the exit status. Raises known errors before anything is recorded only."""
    check_query(what.query)
    if what.output is not None:
        make_folder(what.output)
    record = record_or_inspect(session, what.image, what.product, what.reference, what.profile, what.serial)
    if record.verdict is not None:
        session.console.result(describe_in_a_line(record))
    run = _HighlightRun(session, what, record.id)
    try:
        run.highlight()
    except KNOWN_ERRORS as error:
        run.fail(f"Photo {record.file_name} is recorded as {record.id}, but not all was done: {error}")
    return run.finish()


class _HighlightRun:
    """One `highlight` command after its photo is recorded."""

    def __init__(self, session: Session, what: HighlightOptions, inspection_id: int) -> None:
        self._session = session
        self._what = what
        self._number = inspection_id
        self._errors: list[str] = []
        self._files: InspectionFiles | None = None

    def highlight(self) -> None:
        """Answer all queries, say what came of each, and write their pictures where they are wanted."""
        with self._session.console.progress("highlighting") as on_progress:
            results = highlight(self._session.station, self._number, self._what.query, on_progress)
        for result in results:
            self._say(result)
        if self._what.output is not None:
            self._write(self._what.output, results)

    def fail(self, sentence: str) -> None:
        """Note what could not be done."""
        self._errors.append(sentence)
        self._session.console.fail(sentence)

    def finish(self) -> int:
        """Print the document and return the status."""
        record = self._read()
        files = self._files or self._find_recorded(record)
        image = str(self._what.image)
        told = [{"image": image, "sentence": sentence} for sentence in self._errors]
        document = describe_inspection(record, image, files)
        self._session.console.document({"inspections": [document], "errors": told})
        return STATUS_ERROR if self._errors else STATUS_OK

    def _say(self, result: QueryResult) -> None:
        if result.outcome == "failed":
            self.fail(result.sentence)
        else:
            self._session.console.result(f"{result.query}: {result.sentence}")

    def _write(self, folder: Path, results: Sequence[QueryResult]) -> None:
        record = self._read()
        photo = read_recorded_photo(self._session.station, record)
        names = QueryFileNames(folder, Path(record.file_name).stem, beside_inspection=False)
        written = write_query_files(names, photo, results, record)
        self._files = replace(self._find_recorded(record), queries=written)

    def _read(self) -> RecordedInspection:
        return self._session.station.store.get_inspection(self._number)

    def _find_recorded(self, record: RecordedInspection) -> InspectionFiles:
        store = self._session.station.store
        return replace(find_recorded_files(store, record), queries=find_recorded_query_files(store, record))
