"""Whether the records are whole: the last checks with their results, quick and full ones on demand, the signed end."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from gui.database_page import DatabasePage, make_button, make_words, put_in_row
from gui.icons import icon
from gui.listing import Listing
from gui.operations import Control, Operations
from gui.theme import SPACING, mono_font
from gui.translated import format_moment, format_number, mark, tr, trn
from station.station import Station
from station.upkeep import UpkeepState, check_fully, check_quickly, read_upkeep, sign_now
from storage.anchors import Anchor, fingerprint_key
from storage.integrity import CheckResult

_KINDS = {"quick": mark("Quick"), "full": mark("Full")}
_GOOD, _BAD = ("shield-check-outline", "success"), ("shield-alert-outline", "danger")
_COUNTED = (
    ("events", mark("{count} events")),
    ("rows", mark("{count} rows")),
    ("blobs", mark("{count} files")),
    ("anchors", mark("{count} anchors")),
)


class ChecksPage(DatabasePage):
    """Shows checks and makes them."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(operations, parent)
        self._checks: tuple[CheckResult, ...] = ()
        self._sign = QLabel(self)
        self.state = make_words(self, "heading")
        self.anchor = make_words(self)
        headers = (tr("When"), tr("Check"), tr("Result"), tr("Looked at"), tr("Seconds"), tr("By"))
        self.table = Listing(tr("Checks"), headers, 3, self)
        self.findings = QPlainTextEdit(self)
        self.findings.setReadOnly(True)
        self.findings.setTabChangesFocus(True)
        self.findings.setFont(mono_font())
        self.findings.setAccessibleName(tr("What was found"))
        self.findings.setMaximumHeight(110)
        self.findings.hide()
        self.quick_button = make_button(tr("Check quickly"), self.check_quickly, self)
        self.quick_button.setToolTip(tr("Looks at the newest records, files and anchors; a few seconds at most."))
        self.full_button = make_button(tr("Check everything"), self.check_fully, self, "primary")
        self.full_button.setToolTip(
            tr("Recomputes every hash of every record and file; it can be stopped at any time.")
        )
        self.sign_button = make_button(tr("Sign the end now"), self.sign, self)
        self.sign_button.setToolTip(tr("Signs where the audit chain ends, so that a cut-off end is noticed later."))
        self._build()

    def refresh(self) -> None:
        """Read the last checks anew."""
        self.read(tr("Reading the checks"), lambda station, control: read_upkeep(station), self.show_state)

    def enable(self) -> None:
        """Offer checks while none runs."""
        for button in (self.quick_button, self.full_button, self.sign_button):
            button.setEnabled(not self.is_busy)

    def check_quickly(self) -> None:
        """Look at the newest part."""
        self.do(tr("Checking quickly"), lambda station, control: check_quickly(station), self._tell)

    def check_fully(self) -> None:
        """Recompute everything."""

        def check(station: Station, control: Control) -> CheckResult:
            return check_fully(station, lambda share, what: control.progress(share))[0]

        self.do(tr("Checking everything"), check, self._tell)

    def sign(self) -> None:
        """Sign where the chain ends."""
        self.do(tr("Signing the end of the audit chain"), lambda station, control: sign_now(station), self._tell_signed)

    def show_state(self, state: UpkeepState) -> None:
        """Show the checks and the newest anchor."""
        self._checks = state.checks
        self.table.fill(
            [_tell_row(each) for each in state.checks], [_GOOD if each.ok else _BAD for each in state.checks]
        )
        self._show_standing(state)
        self.anchor.setText(_tell_anchor(state.anchor))
        self._show_findings()

    def _show_standing(self, state: UpkeepState) -> None:
        newest = state.checks[0] if state.checks else None
        sign = ("shield-outline", "muted") if newest is None else _GOOD if newest.ok else _BAD
        self._sign.setPixmap(icon(*sign).pixmap(QSize(28, 28), self.devicePixelRatioF()))
        self.state.setText(_tell_standing(state))

    def _show_findings(self) -> None:
        row = self.table.picked
        problems = self._checks[row].problems if row is not None and row < len(self._checks) else ()
        self.findings.setPlainText("\n".join(problems))
        self.findings.setVisible(bool(problems))

    def _tell(self, found: CheckResult) -> None:
        if found.ok:
            self.say(tr("Everything fits together."))
        else:
            self.say(trn("{count} place does not fit.", "{count} places do not fit.", len(found.problems)), "error")

    def _tell_signed(self, made: Anchor) -> None:
        self.say(tr("Event {number} is the signed end of the audit chain.", number=format_number(made.seq)))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING + 4)
        head.addWidget(self._sign)
        head.addWidget(self.state, 1)
        self.body.addLayout(head)
        self.body.addLayout(put_in_row(self.full_button, self.quick_button, self.sign_button))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.findings)
        self.body.addWidget(self.anchor)
        self.table.currentCellChanged.connect(lambda *_: self._show_findings())


def _tell_standing(state: UpkeepState) -> str:
    newest = state.checks[0] if state.checks else None
    if newest is None:
        return tr("Nothing was checked yet.")
    if not newest.ok:
        return tr("The last check found damage. Keep this data folder as it is and restore a backup into a new one.")
    if state.last_full is None:
        return tr("The newest records fit together; everything was never checked.")
    when = format_moment(state.last_full.checked_at, "medium")
    if state.is_full_due:
        return tr("The newest records fit together; a check of everything is due, the last was on {when}.", when=when)
    return tr("Everything fits together; all of it was last checked on {when}.", when=when)


def _tell_row(check: CheckResult) -> tuple[str, ...]:
    counts = (tr(words, count=format_number(check.checked[name])) for name, words in _COUNTED if name in check.checked)
    return (
        format_moment(check.checked_at, "medium") if check.checked_at else tr("not recorded"),
        tr(_KINDS[check.kind]),
        tr("intact") if check.ok else tr("damaged"),
        ", ".join(counts),
        format_number(check.seconds, 1),
        check.checked_by,
    )


def _tell_anchor(anchor: Anchor | None) -> str:
    if anchor is None:
        return tr("The end of the audit chain was never signed here; that is done at close, each day and with exports.")
    return tr(
        "Signed end: event {number}, {when}\nHash {hash}\nFingerprint of the key {fingerprint}",
        number=format_number(anchor.seq),
        when=format_moment(anchor.made_at, "medium"),
        hash=anchor.head_hash,
        fingerprint=fingerprint_key(anchor.public_key),
    )
