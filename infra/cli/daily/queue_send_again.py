"""`vitosms queue send-again`: a person has a message sent again to a patient who asks for it."""

from typing import Annotated

import typer

from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError, may_be_sent_again
from chalicelib.reports.entry_lookup import named_entries
from infra.cli.core.arguments import short_text
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import Said, local, text_documents
from infra.cli.core.labels import credits_words
from infra.cli.core.options import ConfirmedOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.daily.queue_change import before_they_leave, refused_in_one_line
from infra.cli.daily.queue_resolve import state_now
from infra.translation import tr


def send_again(
    options: ConfirmedOptions,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="reminder:…, rescheduled:… or a key.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the activity log, without personal data.")],
) -> None:
    """Send a message again to a patient who asks for it, while the appointment is ahead.

    The first message keeps its state. The next send run checks the new one by the rules, and charges it.
    """
    from chalicelib.admin.send_again import price_of
    from chalicelib.admin.send_again import send_again as send_it_again

    words = short_text("--note", note)
    with connected(options.stage) as deployment, refused_in_one_line():
        found, parts, now = deployment.practice_to_change(options.practice), deployment.clients, deployment.now
        (first,) = named_entries([entry], found.id, parts.store)
        if refusal := may_be_sent_again(first, now):
            raise UnresolvableError(refusal)
        price, balance = price_of(first, parts)
        confirmed(_question(first, price, balance), options.yes)
        by = ManualNote(who(), words)
        made = send_it_again(found.id, first.key, first.version, by, found.language, now, parts)
        after = deployment.practice(found.id)
        send, late, told = before_they_leave([made], after, deployment)
    told += [tr("{entry} expires before then.", entry=made.identity)] if late else []
    told += [_too_few(first, balance)] if balance < price else []
    document: Document = {"practice": found.id, "entry": made.identity, "key": made.key, "first": first.identity}
    document |= {"credits": price, "mandant": first.mandant, "balance": balance}
    document |= {"next_send": local(send, after.zone), "warnings": text_documents(told)}
    answer(options.as_json, document, state_now(made, send, after), *hints(told))


def _question(first: Entry, price: int, balance: int) -> str:
    return tr(
        "Send {entry} again? It will cost about {price} of billing practitioner {mandant}, who has {balance}.",
        entry=first.identity or first.key, price=credits_words(price), mandant=first.mandant or "–",
        balance=credits_words(balance),
    )  # fmt: skip


def _too_few(first: Entry, balance: int) -> Said:
    return tr(
        "Billing practitioner {mandant} has only {balance}: it waits until there are enough.",
        mandant=first.mandant or "–", balance=credits_words(balance),
    )  # fmt: skip
