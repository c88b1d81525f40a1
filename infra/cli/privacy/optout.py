"""`vitosms optout`: the numbers and e-mail addresses to which a practice sends nothing more.

The table holds hashes only: an address is asked for by name, and never listed.
"""

from typing import Annotated

import typer
from rich.text import Text

from chalicelib.admin.opt_outs import opt_out
from chalicelib.aws.deployment import Deployment
from chalicelib.messages.recipient import Address, email_address, mobile_number
from chalicelib.practice.opt_out import OptOut, OptOuts, Source
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import channel_code, local, text_documents
from infra.cli.core.options import PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import moment_with_year

_SHOWN = 12  # characters of a hash: enough to tell one from another
_SOURCES = {
    Source.PERSON: "von der Praxis eingetragen",
    Source.COMPLAINT: "Beschwerde über ein E-Mail",
    Source.CARRIER: "beim Anbieter abbestellt",
    Source.BOUNCE: "unzustellbar",
    Source.ERASURE: "Daten gelöscht",
}
# Lists of the AWS account that block the address independently of vitosms.
_AT_AWS = {
    Source.COMPLAINT: "SES holds it on the suppression list of the account: aws sesv2 delete-suppressed-destination",
    Source.BOUNCE: "SES holds it on the suppression list of the account: aws sesv2 delete-suppressed-destination",
    Source.CARRIER: "SNS sends nothing to it before aws sns opt-in-phone-number, once in 30 days at most",
}
Addressed = Annotated[str, typer.Argument(metavar="ADDRESS", help="A mobile number or an e-mail address.")]

app = group()


@app.command()
def add(options: PracticeOptions, address: Addressed) -> None:
    """Send nothing more to a number or an e-mail address. What was handed over already may still leave."""
    given = address_given(address)
    with connected(options.stage) as deployment:
        before, parts = deployment.practice_to_change(options.practice), deployment.clients
        added = opt_out(before.record, parts.parameters, parts.practices, deployment.now, given, Source.PERSON)
        found = deployment.practice(before.id)
        noted = _noted(found, given, deployment)
    text = (
        f"{found.id}: {given.value} is {'opted out' if added else f'opted out already, since {_since(noted, found)}'}"
    )
    answer(options.as_json, {"practice": found.id, "added": added, **_document(noted, found)}, text)


@app.command()
def remove(
    options: StageOptions,
    address: Annotated[str | None, typer.Argument(metavar="ADDRESS", help="As for add.")] = None,
    hash: Annotated[str, typer.Option("--hash", metavar="HEX", help="The Kennung of the list, in its place.")] = "",
    patient: Annotated[str | None, typer.Option(metavar="ID", help="A patient whose data was erased.")] = None,
    practice: PracticeId = None,
    yes: Yes = False,
) -> None:
    """Allow messages to an address again; says who had stopped them, and when."""
    if [address, hash or None, patient].count(None) != 2:
        raise ArgumentError("give either an ADDRESS or --hash HEX or --patient ID")
    given = address_given(address) if address else patient
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        noted = _noted(found, given, deployment) if given else _listed(found, hash)
        who = _name(given) if given else noted.hash[:_SHOWN]
        confirmed(f"Let messages of {found.id} leave to {who} again, opted out since {_since(noted, found)}?", yes)
        deployment.clients.practices.drop_opt_out(found.id, noted.hash)
    told = [_AT_AWS[noted.source]] if noted.source in _AT_AWS else []
    text = f"{found.id}: {who} may get messages again; it was opted out since {_since(noted, found)}"
    document = {"practice": found.id, "removed": True, **_document(noted, found)}
    answer(options.as_json, {**document, "warnings": text_documents(told)}, text, *hints(told))


@app.command("list")
def list_opt_outs(
    options: PracticeOptions,
    address: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Is this one opted out? Yes or no.")] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="The same, as the data was erased.")] = None,
) -> None:
    """All opt-outs by time, without their addresses; with --address or --patient whether that one is among them."""
    if address is not None and patient is not None:
        raise ArgumentError("give either --address or --patient")
    given = address_given(address) if address is not None else patient
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        noted = _of(given, deployment.clients.parameters.opt_outs(found.record)) if given else None
    if given:
        text = f"ja, seit {_since(noted, found)}" if noted else "nein"
        answer(options.as_json, {"practice": found.id, "opted_out": noted is not None,
                         **(_document(noted, found) if noted else {})}, f"{_name(given)}: {text}")  # fmt: skip
        return
    ordered = sorted(found.record.opt_outs.values(), key=lambda one: (one.at, one.hash))
    table = new_table("!Seit", "!Kanal", "Quelle", "!Kennung")
    for one in ordered:
        when = moment_with_year(one.at, found.zone)
        of = one.channel.value if one.channel else "Patient"
        table.add_row(when, of, _SOURCES[one.source], Text(one.hash[:_SHOWN], "dim"))
    shown = table if ordered else Text("Niemand hat sich abgemeldet.")
    answer(options.as_json, {"practice": found.id, "opt_outs": [_document(one, found) for one in ordered]}, shown)


def address_given(text: str) -> Address:
    """The address in its normal form. Raises ArgumentError if it is not one."""
    found = email_address(text) if "@" in text else mobile_number(text)
    if isinstance(found, Address):
        return found
    raise ArgumentError(
        f"address {text[:80]!r}: allowed is a mobile number, such as 079 000 00 01 or +41790000001, "
        "or an e-mail address"
    )


def _noted(practice: Practice, given: Address | str, deployment: Deployment) -> OptOut:
    """Raises ArgumentError where the address, or the patient of this id, is not opted out."""
    noted = _of(given, deployment.clients.parameters.opt_outs(practice.record))
    if noted is None:
        raise ArgumentError(f"{_name(given)} is not opted out at {practice.id}; nothing was changed")
    return noted


def _of(given: Address | str, opt_outs: OptOuts) -> OptOut | None:
    return opt_outs.of(given) if isinstance(given, Address) else opt_outs.of_patient(given)


def _name(given: Address | str) -> str:
    return given.value if isinstance(given, Address) else f"patient {given}"


def _listed(practice: Practice, prefix: str) -> OptOut:
    """Return the only opt-out whose hash begins with the prefix. Raises ArgumentError if there is not exactly one."""
    found = [one for digest, one in practice.record.opt_outs.items() if digest.startswith(prefix.strip().lower())]
    if len(found) != 1:
        raise ArgumentError(f"--hash {prefix[:40]!r}: {len(found)} opt-outs of {practice.id} begin so; see optout list")
    return found[0]


def _since(noted: OptOut, practice: Practice) -> str:
    return f"{moment_with_year(noted.at, practice.zone)} ({_SOURCES[noted.source]})"


def _document(noted: OptOut, practice: Practice) -> Document:
    at = local(noted.at, practice.zone)
    return {"hash": noted.hash, "channel": channel_code(noted.channel), "source": noted.source.value, "at": at}
