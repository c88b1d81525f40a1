"""`vitosms switches`: the switches (Schalter) of a practice, and a check of everything that it has saved."""

from __future__ import annotations

from dataclasses import replace
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from chalicelib.practice.switches import SWITCHES, check_value, read_switches
from chalicelib.practice.validation import advice
from chalicelib.schedule.schedule import slot_day
from infra.cli.core.arguments import ArgumentError, switch_named
from infra.cli.core.completion import among
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import Said, text_document, text_documents
from infra.cli.core.mandanten import unknown_mandant
from infra.cli.core.options import PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import said

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice

SENDS = {"TerminerinnerungSenden": "reminders", "GeburtstagsglueckwuenscheSenden": "birthday greetings"}
_WRONG = 1  # exit code of a check that finds something
SwitchName = Annotated[
    str, typer.Argument(metavar="NAME", help="With umlauts or without, in any case.", autocompletion=among(SWITCHES))
]

app = group()


@app.command("list")
def list_switches(options: PracticeOptions) -> None:
    """All switches: value, default, meaning, and what is allowed."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    saved, invalid = found.saved.switches, found.validated.switches.invalid
    rows = new_table("!Schalter", "Wert", "Standard")
    documents = []
    for name, switch in SWITCHES.items():
        value = saved.get(name, switch.default)
        colour = "bold red" if name in invalid else "bold cyan" if name in saved else ""
        meaning, allowed = said(switch.meaning), said(switch.allowed)
        about = fill(f"{meaning}; {allowed}", 46, initial_indent="  ", subsequent_indent="  ")
        told = Text.assemble((name, colour), "\n", (about, "dim"))
        rows.add_row(told, Text(value or "–", colour), Text(switch.default or "–", "dim"))
        own: Document = {"value": value, "default": switch.default, "own": name in saved}
        own |= {"problem": text_document(invalid.get(name))}
        told_of = {"meaning": text_document(switch.meaning), "allowed": text_document(switch.allowed)}
        documents.append({"name": name, **own, **told_of})
    remarks = found.validated.switches.warnings
    document = {"practice": found.id, "switches": documents, "remarks": text_documents(remarks)}
    answer(options.as_json, document, rows, *hints([*invalid.values()], "red"), *hints(remarks))


@app.command("set")
def set_(
    options: StageOptions,
    name: SwitchName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Refused before it is stored where it is wrong.")],
    practice: PracticeId = None,
    yes: Yes = False,
) -> None:
    """Give a switch a value. Before one that lets messages leave from now on, you are asked."""
    known, text = switch_named("switch", name), value.strip()
    if wrong := check_value(known, text, known):
        raise ArgumentError(said(wrong))
    if not text:
        raise ArgumentError(f"an empty value cannot be stored; for the default: vitosms switches unset {known}")
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        if _starts_sending(found, known, text):
            confirmed(f"From now on {found.id} sends {SENDS[known]}. Go on?", yes)
        deployment.clients.parameters.save(found.id, f"Schalter/{known}", text)
        unknown = unknown_mandant(deployment, found.id, text) if known == "DefaultSMSMandant" else None
    after = found.with_saved(replace(found.saved, switches={**found.saved.switches, known: text}))
    told = [*([unknown] if unknown else []), *_new_advice(found, after, deployment)]
    _tell(found.id, known, text, f"{found.id}: {known} is «{text}»", told, options.as_json)


@app.command()
def unset(options: PracticeOptions, name: SwitchName) -> None:
    """Give a switch its default again; a misspelt one that is stored is deleted."""
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        known = name if name in found.saved.switches else switch_named("switch", name)
        was_set = deployment.clients.parameters.forget(found.id, f"Schalter/{known}")
    if known not in SWITCHES:
        text = f"{found.id}: {known} is deleted; it was no switch, and nobody had read it"
        _tell(found.id, known, None, text, [], options.as_json)
        return
    left = {name: text for name, text in found.saved.switches.items() if name != known}
    default = SWITCHES[known].default
    text = f"{found.id}: {known} has its default «{default or '–'}»{'' if was_set else ' already'}"
    after = found.with_saved(replace(found.saved, switches=left))
    _tell(found.id, known, default, text, _new_advice(found, after, deployment), options.as_json)


@app.command()
def check(options: PracticeOptions) -> None:
    """Check everything that is saved: switches, jobs, templates. Exit code 1 if anything is wrong."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    checked = found.validated
    problems, remarks = checked.problems, [*checked.remarks, *checked.template_remarks]
    told = advice(checked, slot_day(deployment.now, found.zone))
    wrong = {name: text_document(problem) for name, problem in problems.items()}
    document: Document = {"practice": found.id, "problems": wrong}
    document |= {"remarks": text_documents(remarks), "warnings": text_documents(told)}
    text = f"{len(problems)} falsche Werte:" if len(problems) > 1 else "Ein falscher Wert:"
    verdict = Text(text, "bold red") if problems else Text("Alle gespeicherten Werte sind gültig.", "green")
    answer(options.as_json, document, verdict, *hints([*problems.values()], "red"), *hints([*remarks, *told]))
    if problems:
        raise typer.Exit(_WRONG)


def _starts_sending(before: Practice, name: str, text: str) -> bool:
    """Whether messages leave from now on that did not before."""
    after = read_switches({name: text}).values
    return name in SENDS and after[name] is True and before.validated.switches.values.get(name) is not True


def _new_advice(before: Practice, after: Practice, deployment: Deployment) -> list[Said]:
    """Return the warnings that the change adds."""
    old, new = (advice(one.validated, slot_day(deployment.now, one.zone)) for one in (before, after))
    return [warning for warning in new if warning not in old]


def _tell(practice: str, name: str, value: str | None, text: str, told: list[Said], as_json: bool) -> None:
    """Print what was stored, and warnings."""
    document = {"practice": practice, "switch": name, "value": value, "warnings": text_documents(told)}
    answer(as_json, document, text, *hints(told))
