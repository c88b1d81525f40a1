"""What the next seven days of a practice look like to the service: who would be reached, by which texts, at what price.
Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.entries.credits import Tariff
from chalicelib.german import number
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address
from chalicelib.messages.template import TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.practice.licence import licence_problem
from chalicelib.practice_db.database import Row
from chalicelib.rules.candidate import parse_row
from chalicelib.rules.rule_input import KIND_NAMES, RuleContext, RuleInput
from infra.doctor.finding import Finding, bad, doubtful, good

DAYS = 7
_FEW = 0.5  # share of patients with an address below which something is probably mapped wrongly


@dataclass(frozen=True)
class Week:
    """The appointments and birthdays of the next days as the rules see them; `mandanten` are rows of the view."""

    practice: RuleContext
    questions: Sequence[RuleInput]
    mandanten: Sequence[Row]

    def definitive(self) -> list[RuleInput]:
        return [one for one in self.questions if one.candidate.kind is Kind.REMINDER and _status(one) == "definitiv"]

    def written(self) -> list[RuleInput]:
        """Those for which a text is written: definitive appointments and birthdays."""
        return [*self.definitive(), *(one for one in self.questions if one.candidate.kind is Kind.BIRTHDAY)]

    def as_if_moved(self) -> list[RuleInput]:
        """The definitive appointments, each as if it were told that it was moved; none where nobody is told."""
        told = self.definitive() if self.practice.announces_rescheduling else []
        return [replace(one, candidate=replace(one.candidate, kind=Kind.RESCHEDULED)) for one in told]


def week_of(practice: RuleContext, rows: Iterable[Row], mandanten: Sequence[Row]) -> Week:
    candidates = (parse_row(row, practice.zone) for row in rows)
    return Week(practice, [RuleInput(practice, candidate) for candidate in candidates], mandanten)


def appointments(week: Week) -> Iterator[Finding]:
    """How many are definitive; which other states there are, by name."""
    found = Counter(_status(one) for one in week.questions if one.candidate.kind is Kind.REMINDER)
    definitive = found.pop("definitiv", 0)
    text = f"{number(definitive)} definitive in den nächsten {DAYS} Tagen"
    fix = "Spalten Beginn und Status der Sicht Termin prüfen, infra/sql/check.sql"
    yield good("Termine", text) if definitive else doubtful("Termine", text, fix)
    if found:
        others = ", ".join(f"«{status}» {number(count)}" for status, count in found.most_common(6))
        share = "erhalten keine Erinnerung; gewollt?"
        yield doubtful("Andere Stände", others, share) if not definitive else good("Andere Stände", others)
    if unreadable := [one.candidate.unreadable for one in week.questions if one.candidate.unreadable]:
        more = f" (und {number(len(unreadable) - 1)} weitere)" if len(unreadable) > 1 else ""
        yield doubtful("Unlesbares", f"{unreadable[0]}{more}", "die Zeilen werden ausgelassen: infra/sql/check.sql")


def addresses(week: Week) -> Finding:
    """Of the patients of these appointments."""
    reached = {one.candidate.patient: _is_reached(one) for one in week.definitive()}
    count = sum(reached.values())
    if not reached:
        return doubtful("Erreichbar", "niemand zu prüfen", "siehe Termine")
    text = f"{100 * count / len(reached):.0f} % der Patienten ({number(count)} von {number(len(reached))})"
    fix = "Spalten Mobiltelefon und EMail der Sicht Patient prüfen; wer bleibt, steht auf der Anrufliste"
    return good("Erreichbar", text) if count >= _FEW * len(reached) else doubtful("Erreichbar", text, fix)


def licences(week: Week) -> Iterator[Finding]:
    """Every Mandant, and the one that pays by default."""
    practice = week.practice
    known = {str(row["MandantId"]) for row in week.mandanten}
    for row in week.mandanten:
        check = f"Mandant {row['MandantId']}"
        problem = licence_problem(row["Lizenznummer"], practice.licences, practice.today)
        fix = "vitosms licences add NUMMER, oder er soll nicht senden"
        yield doubtful(check, problem, fix) if problem else good(check, f"{row['Name'] or 'ohne Namen'}, Lizenz gültig")
    default = practice.switches["DefaultSMSMandant"]
    if default is not None and default not in known:
        yield bad("DefaultSMSMandant", f"Den Mandanten {default} gibt es nicht.", "vitosms switches set")


def templates(week: Week) -> Iterator[Finding]:
    """Each kind and channel with the texts that real rows give."""
    written: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for one in [*week.written(), *week.as_if_moved()]:
        check = (one.kind_name, one.language)
        try:
            address = one.address()
            if isinstance(address, Address):
                written[check].append(compose(one, address))
        except (TemplateError, TooLongError) as error:
            yield bad(f"Vorlage {check[0]} {check[1]}", str(error), "vitosms switches check")
            return
    for (kind, language), messages in sorted(written.items()):
        yield _parts(f"Vorlage {kind} {language}", messages)
    for kind in KIND_NAMES.values():
        if kind == KIND_NAMES[Kind.RESCHEDULED] and not week.practice.announces_rescheduling:
            continue
        if not any(found == kind for found, _ in written):
            yield good(f"Vorlage {kind}", f"in {DAYS} Tagen schreibt sie niemandem")


def _parts(check: str, messages: Sequence[Message]) -> Finding:
    sizes = sorted(message.parts for message in messages if message.parts)
    mails = len(messages) - len(sizes)
    texts = [f"{number(len(sizes))} SMS zu {_span(sizes)}"] if sizes else []
    texts += [f"{number(mails)} {'E-Mail' if mails == 1 else 'E-Mails'}"] if mails else []
    found = ", ".join(texts)
    if sizes and _usual(sizes) > 1:
        return doubtful(check, found, "jeder Teil kostet: den Text kürzen")
    return good(check, found)


def _span(sizes: Sequence[int]) -> str:
    if sizes[0] == sizes[-1]:
        return "1 Teil" if sizes[0] == 1 else f"{sizes[0]} Teilen"
    return f"{sizes[0]} bis {sizes[-1]} Teilen, meist {_usual(sizes)}"


def _usual(sizes: Sequence[int]) -> int:
    return sizes[len(sizes) // 2]


def credits(week: Week, balances: Mapping[str, int], tariff: Tariff) -> Iterator[Finding]:
    """Each payer's balance beside what these days cost."""
    costs: Counter[str] = Counter()
    for one in week.written():
        mandant = one.candidate.payer.mandant
        if mandant and _may_get_one(one) and (message := _message(one)):
            costs[mandant] += tariff.price(message.channel, message.parts)
    for mandant, cost in sorted(costs.items()):
        check, balance = f"Guthaben {mandant}", balances.get(mandant, 0)
        text = f"{number(balance)} Credits; die nächsten {DAYS} Tage kosten etwa {number(cost)}"
        fix = f"vitosms credits topup {mandant} ANZAHL --reference TEXT"
        yield good(check, text) if balance >= cost else (doubtful if balance else bad)(check, text, fix)


def _status(question: RuleInput) -> str:
    return (question.candidate.status or "leer").casefold()


def _may_get_one(question: RuleInput) -> bool:
    candidate, practice = question.candidate, question.practice
    licensed = licence_problem(candidate.payer.licence, practice.licences, practice.today) is None
    return licensed and not candidate.deceased and not candidate.no_messages


def _is_reached(question: RuleInput) -> bool:
    try:
        return isinstance(question.address(), Address)
    except TemplateError:
        return False


def _message(question: RuleInput) -> Message | None:
    try:
        address = question.address()
        return compose(question, address) if isinstance(address, Address) else None
    except (TemplateError, TooLongError):
        return None
