"""Register a practice: for `vitosms practice add`, `vitosms setup` and `vitosms canary add`."""

from collections.abc import Sequence

from chalicelib.aws.deployment import Deployment
from chalicelib.messages.recipient import Address, email_address
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.practice.switches import check_value
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job_state import new_jobs
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.account.quotas import MOST_PARAMETERS, MOST_PRACTICES, OTHER_PARAMETERS
from infra.cli.configure.parameter_store import missing_settings, save_defaults
from infra.cli.core.arguments import ArgumentError, refused
from infra.language import day_words, number, said
from infra.translation import tr

_MELDUNG_AN = "MeldungAn"


def check_given(senders: Sequence[str], meldung_an: Sequence[str]) -> str:
    """The value of MeldungAn. Raises ArgumentError if one is no address."""
    people = ", ".join(meldung_an)
    if wrong := check_value(_MELDUNG_AN, people, _MELDUNG_AN):
        raise ArgumentError(said(wrong))
    for address in senders:  # stored unchanged, and compared with those of the practice database
        if not isinstance(found := email_address(address), Address) or found.value.casefold() != address.casefold():
            raise refused("--sender", address, tr("not an e-mail address"))
    return people


def check_new(practice: str, deployment: Deployment) -> None:
    """Raises ArgumentError if there is one of this id."""
    record = deployment.clients.practices.record(practice)
    if record is None:
        return
    if record.removed is None:
        raise ArgumentError(tr("practice {practice!r} exists already; nothing was changed", practice=practice))
    raise ArgumentError(
        tr(
            "practice {practice!r} was removed on {day}, and its receipts are collected for eight days; "
            "nothing was changed; to take the removal back: vitosms practice reinstate {practice}",
            practice=practice, day=day_words(record.removed.date()),
        )
    )  # fmt: skip


def register(
    practice: str,
    url: str | None,
    senders: Sequence[str],
    people: str,
    deployment: Deployment,
    all_settings: bool = False,
) -> tuple[int | None, list[str]]:
    """Set up a practice with its settings: how many were saved with their default, and what a person should know.

    None if the stage has too many practices, or the region too many parameters: the database URL comes first then.
    Else the settings are saved first: if that is interrupted, it is done again.
    """
    parts, missing, left = (
        deployment.clients,
        missing_settings(practice, deployment),
        _left_behind(practice, deployment),
    )
    if not all_settings and len(parts.practices.ids()) >= MOST_PRACTICES:
        room = tr(
            "Its settings are not in the Parameter Store, which has room for those of {count} practices; to save them "
            "nevertheless: vitosms switches sync --practice {practice}",
            count=MOST_PRACTICES, practice=practice,
        )  # fmt: skip
    elif missing and (used := parts.parameters.count_standard()) + len(missing) > MOST_PARAMETERS - OTHER_PARAMETERS:
        room = tr(
            "Its settings are not in the Parameter Store: {used} of the {most} parameters of the region are used",
            used=number(used), most=number(MOST_PARAMETERS),
        )  # fmt: skip
    else:
        added = save_defaults(practice, missing, deployment)
        return added, [*set_up(practice, url, senders, people, deployment), *left]
    return None, [*set_up(practice, url, senders, people, deployment), room, *left]


def _left_behind(practice: str, deployment: Deployment) -> list[str]:
    """A remark on settings that are not at their default: an earlier practice of this id may have left them."""
    saved = deployment.clients.parameters.saved(practice)
    values = {f"Schalter/{name}": value for name, value in saved.switches.items()}
    values |= {f"Auftraege/{name}": value for name, value in saved.jobs.items()}
    changed = [name for name, value in values.items() if name in SETTINGS and value != SETTINGS[name].default]
    names = ", ".join([*changed, *(f"Vorlagen/{name}" for name in saved.templates)])
    return [tr("Already saved, and in force: {names}", names=names)] if names else []


def set_up(practice: str, url: str | None, senders: Sequence[str], people: str, deployment: Deployment) -> list[str]:
    """Store the secret, then the practice, then its people, whose event finds it; return what a person should know."""
    parts = deployment.clients
    if url:
        parts.parameters.save_database_url(practice, url)
    checked = ValidatedParameters(parts.parameters.saved(practice))
    zone = checked.switches.values.get("Zeitzone", zone_named(DEFAULT)).key
    parts.practices.add(practice, senders, new_jobs(practice, checked.jobs.schedules, zone, deployment.now))
    if people:
        parts.parameters.save(practice, f"Schalter/{_MELDUNG_AN}", people)
    return [] if senders else [tr("Without --sender, patients get only SMS, no e-mail")]
