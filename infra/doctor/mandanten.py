"""Check the Mandanten of a practice: who signs the next messages, and who may send. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.messages.recipient import Address, Channel, sender_id
from chalicelib.messages.sender_countries import country_without_name, is_generic
from chalicelib.practice.record import licence_problem
from chalicelib.text import Text
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.doctor.week import DAYS, Week
from infra.language import number
from infra.translation import tr, trn


def signers(week: Week, named: bool) -> Iterator[Finding]:
    """The one who signs, if there are several Mandanten; `named`: the view Termin has the column MandantId."""
    if len(week.mandanten) < 2:
        return
    check, count = Text("check.signer"), len(week.mandanten)
    if not named:
        text = tr(
            "the payer, who may not be whom the appointment is with ({count} billing practitioners)",
            count=number(count),
        )
        yield doubtful(check, text, tr("add the optional column MandantId to the view Termin (infra/sql/views.sql)"))
    elif unnamed := sum(not one.candidate.signer.of_appointment for one in week.definitive()):
        text = trn(
            "{count} appointment of the next {days} days has no billing practitioner: the payer signs",
            "{count} appointments of the next {days} days have no billing practitioner: the payer signs",
            unnamed, count=number(unnamed), days=DAYS,
        )  # fmt: skip
        yield doubtful(check, text, tr("check the column MandantId of the view Termin"))
    else:
        yield good(check, tr("the appointment's billing practitioner (Termin.MandantId)"))


def nameless(week: Week) -> Iterator[Finding]:
    """How many of the next SMS show no name as their sender because of the recipient's country."""
    addresses = (one.address for one in week.written())
    sms = [one.value for one in addresses if isinstance(one, Address) and one.channel is Channel.SMS]
    if found := Counter(filter(None, map(country_without_name, sms))):
        countries = ", ".join(f"{country} {number(count)}" for country, count in sorted(found.items()))
        text = tr("countries that refuse names as senders, or register them: SMS go there without AbsenderSMS "
                  "({countries})", countries=countries)  # fmt: skip
        yield good(Text("check.sender"), text)


def licences(week: Week) -> Iterator[Finding]:
    """The licence of every Mandant, and the one that pays by default."""
    context = week.context
    known = {str(row["MandantId"]) for row in week.mandanten}
    for row in week.mandanten:
        check = Text("check.mandant", mandant=str(row["MandantId"]))
        problem = licence_problem(row["Lizenznummer"], context.licences, context.today)
        if problem:
            yield doubtful(check, problem, tr("vitosms licences add NUMBER, unless they should not send"))
        elif is_generic(sender := sender_id(row["AbsenderSMS"]) or ""):
            found = tr("the sender “{sender}” of SMS says nothing about who sends, and carriers may hold it for fraud",
                       sender=sender)  # fmt: skip
            yield doubtful(check, found, tr("put the name of the practice into AbsenderSMS"))
        else:
            yield good(check, tr("{name}, licence valid", name=row["Name"] or tr("no name")))
    default = context.switches["DefaultSMSMandant"]
    if default is not None and default not in known:
        found = tr("There is no billing practitioner {mandant}.", mandant=default)
        yield bad(Text("check.default_mandant"), found, "vitosms switches set")
