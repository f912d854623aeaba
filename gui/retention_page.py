"""How long records are kept: the rules in force, and the legal holds that outrank them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from gui.database_page import DatabasePage, make_button, make_words, put_in_row
from gui.dialogs import ask_reason
from gui.listing import Listing
from gui.operations import Operations
from gui.retention_form import HoldEntry, HoldForm, RuleEntry, RuleForm
from gui.translated import format_moment, format_number, tr, trn
from station.retaining import RetentionState, read_retention, set_hold, set_rule
from storage.retention import LegalHold, RecordedRule


class RetentionPage(DatabasePage):
    """Shows rules and holds and changes them."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(operations, parent)
        self._state: RetentionState | None = None
        headers = (tr("Product"), tr("Kept"), tr("Why"), tr("By"), tr("Since"))
        self.rules = Listing(tr("Rules"), headers, 2, self)
        self.holds = Listing(tr("Legal holds"), (tr("On hold"), tr("Why"), tr("By"), tr("Since")), 1, self)
        self.rule_button = make_button(tr("Set a rule…"), self._ask_rule, self)
        self.hold_button = make_button(tr("Put on hold…"), self._ask_hold, self)
        self.release_button = make_button(tr("Release…"), self._ask_release, self)
        self._build()
        self.enable()

    @property
    def state(self) -> RetentionState | None:
        """What is shown; None until it was read."""
        return self._state

    def refresh(self) -> None:
        """Read rules and holds anew."""
        self.read(tr("Reading the rules"), lambda station, control: read_retention(station), self.show_state)

    def enable(self) -> None:
        """Offer what the person may change."""
        may = self._state is not None and self._state.may_set and not self.is_busy
        self.rule_button.setEnabled(may)
        self.hold_button.setEnabled(may)
        self.release_button.setEnabled(may and self.holds.picked is not None)

    def set_rule(self, entry: RuleEntry) -> None:
        """Record a rule."""
        self.do(
            tr("Setting the rule"),
            lambda station, control: set_rule(station, entry.product, entry.keep, entry.years, entry.reason),
            lambda _: self.say(tr("The rule is set.")),
        )

    def set_hold(self, entry: HoldEntry, *, is_held: bool) -> None:
        """Record a hold or its release."""
        said = tr("The legal hold is set.") if is_held else tr("The legal hold is released.")
        self.do(
            tr("Changing the legal hold"),
            lambda station, control: set_hold(
                station, entry.product, entry.inspection_id, entry.reason, is_held=is_held
            ),
            lambda _: self.say(said),
        )

    def show_state(self, state: RetentionState) -> None:
        """Show rules and holds."""
        self._state = state
        self.rules.fill([_tell_rule(rule) for rule in state.rules])
        self.holds.fill([_tell_hold(hold) for hold in state.holds])
        self.enable()

    def _ask_rule(self) -> None:
        if self._state is None:
            return
        form = RuleForm(self._state.products, self)
        if form.exec() == QDialog.DialogCode.Accepted:
            self.set_rule(form.entry)
        form.deleteLater()

    def _ask_hold(self) -> None:
        if self._state is None:
            return
        form = HoldForm(self._state.products, self)
        if form.exec() == QDialog.DialogCode.Accepted:
            self.set_hold(form.entry, is_held=True)
        form.deleteLater()

    def _ask_release(self) -> None:
        row = self.holds.picked
        if self._state is None or row is None:
            return
        hold = self._state.holds[row]
        text = tr("From now on the rules count again for: {what}.", what=_name_hold(hold))
        reason = ask_reason(self, tr("Release the legal hold"), text)
        if reason is not None:
            self.set_hold(HoldEntry(hold.product, hold.inspection_id, reason), is_held=False)

    def _build(self) -> None:
        for title, table, buttons in (
            (tr("Rules"), self.rules, (self.rule_button,)),
            (tr("Legal holds"), self.holds, (self.hold_button, self.release_button)),
        ):
            heading = make_words(self, "pane-title")
            heading.setText(title)
            self.body.addWidget(heading)
            self.body.addWidget(table, 1)
            self.body.addLayout(put_in_row(*buttons))
        self.holds.currentCellChanged.connect(lambda *_: self.enable())


def tell_keep(rule: RecordedRule) -> str:
    """Return how long a rule keeps, in words."""
    match rule.keep:
        case "years":
            return trn("{count} year after each inspection", "{count} years after each inspection", rule.years)
        case "life-and-years":
            return trn(
                "while in use, then {count} calendar year", "while in use, then {count} calendar years", rule.years
            )
        case _:
            return tr("for ever")


def _tell_rule(rule: RecordedRule) -> tuple[str, ...]:
    return (
        rule.product or tr("Everything else"),
        tell_keep(rule),
        rule.reason or tr("as long as nobody says otherwise"),
        rule.set_by.name if rule.set_by else "–",
        format_moment(rule.set_at, "medium") if rule.set_at else "–",
    )


def _tell_hold(hold: LegalHold) -> tuple[str, ...]:
    return (_name_hold(hold), hold.reason, hold.set_by.name, format_moment(hold.set_at, "medium"))


def _name_hold(hold: LegalHold) -> str:
    if hold.inspection_id is not None:
        return tr("Inspection {number}", number=format_number(hold.inspection_id))
    return tr("Everything") if hold.product is None else tr("Product {name}", name=hold.product)
