"""`vitosms local provider`, `database` and `tick`: trouble on demand, to practise emergencies on the local cloud."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from chalicelib.schedule.time_zone import zone_named
from infra.cli.core.arguments import ArgumentError, allowed_names, refused
from infra.cli.core.documents import local
from infra.cli.core.options import AsJson
from infra.cli.core.output import Document, answer
from infra.cli.core.suggestions import meant
from infra.cli.core.tables import MOST_ROWS, more_lines
from infra.cli.sandbox.local_client import ask
from infra.language import moment_with_year, number
from infra.local.timetable import RULES
from infra.local.weather import DatabaseState, ProviderTrouble
from infra.translation import tr, trn

_Name = TypeVar("_Name", bound=StrEnum)


def provider(
    trouble: Annotated[
        str,
        typer.Option(
            "--next",
            metavar="TROUBLE",
            help="refuse, silent, timeout, throttle, bounce, out-of-office or account-limit.",
        ),
    ],
    count: Annotated[
        int, typer.Option(metavar="N", min=0, max=10_000, help="How many messages meet it; 0 ends it.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Let the next messages to patients meet trouble with the providers.

    refuse: the address is refused. silent: the message is accepted, and no receipt ever comes. timeout: it arrives, and
    no answer comes. throttle: it is not taken for now. bounce: an e-mail is accepted, and its mailbox does not exist;
    out-of-office: it is delivered and answered automatically; SMS meet neither. account-limit: an SMS is accepted, and
    not sent, because the spend limit of the account is reached; e-mails are not affected. It takes the place of an
    earlier trouble.
    """
    name = _one_of("--next", trouble, ProviderTrouble)
    told = ask("provider", {"next": name, "count": count})
    answer(as_json, told, _provider_words(name, count))


def database(
    down: Annotated[bool, typer.Option("--down", help="No practice database can be reached.")] = False,
    recovering: Annotated[bool, typer.Option("--recovering", help="Their servers are recovering.")] = False,
    fail: Annotated[
        str | None,
        typer.Option(
            metavar="STATE",
            help="Their error: maintenance, offline, full, standby, mirror, damaged, refused or deployment.",
        ),
    ] = None,
    up_: Annotated[bool, typer.Option("--up", help="They answer again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take the practice databases away from the local cloud and its commands, and give them back."""
    asked = {DatabaseState.DOWN: down, DatabaseState.RECOVERING: recovering, DatabaseState.UP: up_}
    states = [state for state, given in asked.items() if given]
    if fail is not None:
        states.append(_one_of("--fail", fail, [state for state in DatabaseState if state not in asked]))
    if len(states) != 1:
        raise ArgumentError(tr("give exactly one of {options}", options="--down, --recovering, --fail, --up"))
    told = ask("database", {"state": states[0]})
    answer(as_json, told, _database_words(states[0]))


def tick(
    lose: Annotated[bool, typer.Option("--lose", help="Lose the next tick: its Lambda is not called.")] = False,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help="Only ticks of prepare, send, status or nightly_check; the next ones if left out."
        ),
    ] = None,
    count: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many ticks are lost.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Lose the next ticks of the rules, and say which."""
    if not lose:
        raise ArgumentError(tr("{option} is missing", option="--lose"))
    if rule is not None and rule not in RULES:
        raise refused("--rule", rule[:40], f"{meant(rule, RULES)}{allowed_names(RULES)}")
    zone = zone_named(ask("state")["zone"])
    lost = [
        {**one, "at": local(datetime.fromisoformat(one["at"]), zone)}
        for one in ask("tick", {"rule": rule, "count": count})["lost"]
    ]
    answer(as_json, {"lost": lost}, *_lost_words(lost, zone))


def _lost_words(lost: Sequence[Document], zone: ZoneInfo) -> Iterator[str]:
    yield trn("This tick will be lost:", "These ticks will be lost:", len(lost))
    for one in lost[:MOST_ROWS]:
        yield f"  {moment_with_year(datetime.fromisoformat(one['at']), zone)}  {one['rule']}"
    if len(lost) > MOST_ROWS:
        yield more_lines(len(lost) - MOST_ROWS)


def _database_words(state: DatabaseState) -> str:
    match state:
        case DatabaseState.DOWN:
            return tr("No practice database can be reached until vitosms local database --up.")
        case DatabaseState.RECOVERING:
            return tr("The practice databases are recovering until vitosms local database --up.")
        case DatabaseState.UP:
            return tr("The practice databases answer again.")
    return tr("The practice databases answer with the error “{state}” until vitosms local database --up.", state=state)


def _one_of(option: str, given: str, names: Iterable[_Name]) -> _Name:
    known = {str(name): name for name in names}
    if given not in known:
        raise refused(option, given[:40], f"{meant(given, known)}{allowed_names(known)}")
    return known[given]


def _provider_words(trouble: ProviderTrouble, count: int) -> str:
    shown = number(count)
    if count == 0:
        return tr("The providers are without trouble again.")
    match trouble:
        case ProviderTrouble.REFUSE:
            return trn(
                "The provider will refuse the address of the next message.",
                "The provider will refuse the addresses of the next {count} messages.",
                count, count=shown,
            )  # fmt: skip
        case ProviderTrouble.SILENT:
            return trn(
                "The provider will accept the next message and never report whether it was delivered.",
                "The provider will accept the next {count} messages and never report whether they were delivered.",
                count, count=shown,
            )  # fmt: skip
        case ProviderTrouble.TIMEOUT:
            return trn(
                "The next message will arrive, but the provider will not answer.",
                "The next {count} messages will arrive, but the provider will not answer.",
                count, count=shown,
            )  # fmt: skip
        case ProviderTrouble.THROTTLE:
            return trn(
                "The provider will not take messages at the next try; the service tries again minutes later.",
                "The provider will not take messages at the next {count} tries; the service tries again minutes later.",
                count, count=shown,
            )  # fmt: skip
        case ProviderTrouble.ACCOUNT_LIMIT:
            return trn(
                "The next SMS will be accepted and not sent, because the spend limit is reached.",
                "The next {count} SMS will be accepted and not sent, because the spend limit is reached.",
                count, count=shown,
            )  # fmt: skip
    return _email_words(trouble, count, shown)


def _email_words(trouble: ProviderTrouble, count: int, shown: str) -> str:
    if trouble is ProviderTrouble.BOUNCE:
        return trn(
            "The next e-mail to a patient will be accepted and bounce: its mailbox does not exist.",
            "The next {count} e-mails to patients will be accepted and bounce: their mailboxes do not exist.",
            count, count=shown,
        )  # fmt: skip
    return trn(
        "The next e-mail to a patient will be delivered and answered automatically.",
        "The next {count} e-mails to patients will be delivered and answered automatically.",
        count, count=shown,
    )  # fmt: skip
