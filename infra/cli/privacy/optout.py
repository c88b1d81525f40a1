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
from infra.cli.core.labels import channel_words
from infra.cli.core.options import PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import moment_with_year, number
from infra.translation import tr

_SHOWN = 12  # characters of a hash: enough to tell one from another
Addressed = Annotated[str, typer.Argument(metavar="ADDRESS", help="A mobile number or an e-mail address.")]

app = group()


@app.command()
def add(options: PracticeOptions, address: Addressed) -> None:
    """Send nothing more to a number or an e-mail address. A message that is already on its way may still arrive."""
    given = address_given(address)
    with connected(options.stage) as deployment:
        before, parts = deployment.practice_to_change(options.practice), deployment.clients
        added = opt_out(before.record, parts.parameters, parts.practices, deployment.now, given, Source.PERSON)
        found = deployment.practice(before.id)
        noted = _noted(found, given, deployment)
    text = tr(
        "{practice}: {address} is opted out" if added else "{practice}: {address} is already opted out, since {since}",
        practice=found.id, address=given.value, since=_since(noted, found),
    )  # fmt: skip
    answer(options.as_json, {"practice": found.id, "added": added, **_document(noted, found)}, text)


@app.command()
def remove(
    options: StageOptions,
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="A mobile number or an e-mail address.")
    ] = None,
    hash: Annotated[
        str, typer.Option("--hash", metavar="HEX", help="Its hash in the list, instead of the address.")
    ] = "",
    patient: Annotated[str | None, typer.Option(metavar="ID", help="A patient whose data was erased.")] = None,
    practice: PracticeId = None,
    yes: Yes = False,
) -> None:
    """Allow messages to an address again; show who had opted it out, and when."""
    if [address, hash or None, patient].count(None) != 2:
        raise ArgumentError(tr("give exactly one of ADDRESS, --hash HEX and --patient ID"))
    given = address_given(address) if address else patient
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        noted = _noted(found, given, deployment) if given else _listed(found, hash)
        who = _name(given) if given else noted.hash[:_SHOWN]
        since = _since(noted, found)
        confirmed(tr("{who} has been opted out since {since}. Let {practice} send to {who} again?",
                     practice=found.id, who=who, since=since), yes)  # fmt: skip
        deployment.clients.practices.drop_opt_out(found.id, noted.hash)
    told = _at_aws(noted.source)
    text = tr("{practice}: {who} may get messages again; the opt-out of {since} is removed",
              practice=found.id, who=who, since=since)  # fmt: skip
    document = {"practice": found.id, "removed": True, **_document(noted, found)}
    answer(options.as_json, {**document, "warnings": text_documents(told)}, text, *hints(told))


@app.command("list")
def list_opt_outs(
    options: PracticeOptions,
    address: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Whether this address is opted out.")] = None,
    patient: Annotated[
        str | None, typer.Option(metavar="ID", help="Whether this patient is opted out because their data was erased.")
    ] = None,
) -> None:
    """List all opt-outs, without their addresses; or show whether an address or a patient is opted out."""
    if address is not None and patient is not None:
        raise ArgumentError(tr("give either --address or --patient"))
    given = address_given(address) if address is not None else patient
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        noted = _of(given, deployment.clients.parameters.opt_outs(found.record)) if given else None
    if given:
        who = _name(given)
        text = (
            tr("{who}: yes, since {since}", who=who, since=_since(noted, found)) if noted else tr("{who}: no", who=who)
        )
        answer(options.as_json, {"practice": found.id, "opted_out": noted is not None,
                         **(_document(noted, found) if noted else {})}, text)  # fmt: skip
        return
    ordered = sorted(found.record.opt_outs.values(), key=lambda one: (one.at, one.hash))
    table = new_table("!" + tr("Since"), "!" + tr("Channel"), tr("Source"), "!" + tr("Hash"))
    for one in ordered:
        when = moment_with_year(one.at, found.zone)
        of = channel_words(one.channel) if one.channel else tr("Patient")
        table.add_row(when, of, _source_words(one.source), Text(one.hash[:_SHOWN], "dim"))
    shown = table if ordered else Text(tr("Nobody has opted out."))
    answer(options.as_json, {"practice": found.id, "opt_outs": [_document(one, found) for one in ordered]}, shown)


def address_given(text: str) -> Address:
    """The address in its normal form. Raises ArgumentError if it is not one."""
    found = email_address(text) if "@" in text else mobile_number(text)
    if isinstance(found, Address):
        return found
    raise ArgumentError(tr(
        "address {given!r}: must be a mobile number, such as 079 000 00 01 or +41790000001, or an e-mail address",
        given=text[:80],
    ))  # fmt: skip


def _noted(practice: Practice, given: Address | str, deployment: Deployment) -> OptOut:
    """Raises ArgumentError where the address, or the patient of this id, is not opted out."""
    noted = _of(given, deployment.clients.parameters.opt_outs(practice.record))
    if noted is None:
        told = tr("{who} is not opted out at {practice}; nothing was changed", who=_name(given), practice=practice.id)
        raise ArgumentError(told)
    return noted


def _of(given: Address | str, opt_outs: OptOuts) -> OptOut | None:
    return opt_outs.of(given) if isinstance(given, Address) else opt_outs.of_patient(given)


def _name(given: Address | str) -> str:
    return given.value if isinstance(given, Address) else tr("patient {patient}", patient=given)


def _listed(practice: Practice, prefix: str) -> OptOut:
    """Return the only opt-out whose hash begins with the prefix. Raises ArgumentError if there is not exactly one."""
    found = [one for digest, one in practice.record.opt_outs.items() if digest.startswith(prefix.strip().lower())]
    if len(found) != 1:
        raise ArgumentError(tr(
            "--hash {given!r}: {count} opt-outs of {practice} begin with it; see vitosms optout list",
            given=prefix[:40], practice=practice.id, count=number(len(found)),
        ))  # fmt: skip
    return found[0]


def _since(noted: OptOut, practice: Practice) -> str:
    return f"{moment_with_year(noted.at, practice.zone)} ({_source_words(noted.source)})"


def _source_words(source: Source) -> str:
    return {
        Source.PERSON: tr("entered by the practice"),
        Source.COMPLAINT: tr("e-mail reported as spam"),
        Source.CARRIER: tr("opted out with the network"),
        Source.BOUNCE: tr("undeliverable"),
        Source.ERASURE: tr("data erased"),
        Source.STOP: tr("stopped by the practice"),
    }[source]


def _at_aws(source: Source) -> list[str]:
    """The list of the AWS account that blocks the address independently of vitosms."""
    if source in (Source.COMPLAINT, Source.BOUNCE):
        return [tr("SES has it on the suppression list: run aws sesv2 delete-suppressed-destination")]
    if source is Source.CARRIER:
        return [tr("SNS sends nothing to it until you run aws sns opt-in-phone-number, at most once in 30 days")]
    return []


def _document(noted: OptOut, practice: Practice) -> Document:
    at = local(noted.at, practice.zone)
    return {"hash": noted.hash, "channel": channel_code(noted.channel), "source": noted.source.value, "at": at}
