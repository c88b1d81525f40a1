"""Word what to do for a page: a suggestion whose own words name a command says here who does it."""

from __future__ import annotations

from chalicelib.desk.visit import Visit
from chalicelib.text import Suggestion, Text


def advised(suggestion: Suggestion, visit: Visit) -> str:
    """The change that helps, as a sentence."""
    own = _by_others(visit) | _here(visit)
    values = dict(suggestion.arguments)
    if suggestion.kind == "top_up":
        missing = visit.trn("{count} credit is missing.", "{count} credits are missing.", int(str(values["count"])))
        return visit.tr("Top up the credits of {mandant}: {missing}", mandant=values["mandant"], missing=missing)
    if suggestion.kind not in own:
        return visit.words.suggestion(suggestion)
    if switch := values.get("switch"):
        values["switch"] = visit.said(Text(f"switch.{switch}"))
    return own[suggestion.kind].format(**values)


def _here(visit: Visit) -> dict[str, str]:
    """Word what a button beside it does."""
    release = visit.tr("If the message is to leave after all: release it.")
    return {
        "release": release, "release_entry": release, "release_held": release,
        "cancel_entry": visit.tr("If the message must not leave: do not send it."),
        "ask_patient": visit.tr("Ask the patient whether the message arrived, and note the answer here."),
        "resolve_entry": visit.tr("Ask the patient whether the message arrived, and note the answer here."),
        "send_again": visit.tr("If the patient asks for it: send the message again."),
        "release_patient": visit.tr("Only if the patient is to get messages again: a manager releases the patient."),
    }  # fmt: skip


def _by_others(visit: Visit) -> dict[str, str]:
    """Word what a manager or the operator does elsewhere."""
    tr = visit.tr
    plan = tr("If this day is to be searched: a manager changes the schedule or the days that are searched.")
    wish = tr("Only if the patient wants messages again: the operator lifts the opt-out.")
    resume = tr("When the cause is gone, the operator resumes sending.")
    return {
        "announce_rescheduling": tr("To have new times announced by message: a manager switches this on."),
        "change_closed_days": tr(
            "Nothing to change if the practice is closed then; else a manager changes the closed days."
        ),
        "correct_parameters": tr("A manager corrects the settings that are named."),
        "correct_template": tr("A manager corrects the text, or takes the one that is supplied."),
        "enable_job": tr("A manager enables the job."),
        "greet_inactive": tr("To congratulate these patients too: a manager changes the setting."),
        "opt_in": wish, "opt_in_patient": wish,
        "renew_licence": tr("Renew the licence; the operator enters it."),
        "resume": resume, "resume_all": resume,
        "run_again": tr("If there is to be a message after that: the operator has the search run again."),
        "search_day": plan, "search_other_days": plan,
        "set_default_payer": tr(
            "In your own system, open a treatment of the patient; or a manager names who pays without one."
        ),
        "shorten": tr("A manager shortens the text, or allows longer ones."),
        "switch_on": tr("A manager switches on “{switch}”."),
        "write_template": tr("A manager writes a text for it."),
    }  # fmt: skip
