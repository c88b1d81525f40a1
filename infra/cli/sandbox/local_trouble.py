"""`vitosms local provider`: trouble on demand, to practise emergencies on the local cloud."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from infra.cli.core.arguments import allowed_names, refused
from infra.cli.core.options import AsJson
from infra.cli.core.output import answer
from infra.cli.core.suggestions import meant
from infra.cli.sandbox.local_client import ask
from infra.language import number
from infra.local.weather import ProviderTrouble
from infra.translation import tr, trn

_Name = TypeVar("_Name", bound=StrEnum)


def provider(
    trouble: Annotated[
        str, typer.Option("--next", metavar="TROUBLE", help="refuse, silent, timeout, throttle or out-of-office.")
    ],
    count: Annotated[
        int, typer.Option(metavar="N", min=0, max=10_000, help="How many messages meet it; 0 ends it.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Let the next messages to patients meet trouble with the providers.

    refuse: the address is refused. silent: the message is accepted, and no receipt ever comes. timeout: it arrives, and
    no answer comes. throttle: it is not taken for now. out-of-office: an e-mail is delivered and answered
    automatically; SMS are not affected. It takes the place of an earlier trouble.
    """
    name = _one_of("--next", trouble, ProviderTrouble)
    told = ask("provider", {"next": name, "count": count})
    answer(as_json, told, _provider_words(name, count))


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
    return trn(
        "The next e-mail to a patient will be delivered and answered automatically.",
        "The next {count} e-mails to patients will be delivered and answered automatically.",
        count, count=shown,
    )  # fmt: skip
