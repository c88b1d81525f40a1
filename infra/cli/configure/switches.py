"""`vitosms switches`: the switches (Schalter) of a practice, and a check of everything that it has saved."""

from __future__ import annotations

from dataclasses import replace
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from chalicelib.practice.switches import SWITCH_OF_JOB, SWITCHES, Switch, canonical_value, check_value, read_switches
from chalicelib.practice.validation import advice
from chalicelib.practice.values import NONE
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from infra.cli.configure.next_days import NextDays, asked_first, next_days
from infra.cli.configure.parameter_store import check_storable, sync
from infra.cli.core.arguments import ArgumentError, switch_named
from infra.cli.core.completion import among
from infra.cli.core.documents import Said, text_document, text_documents
from infra.cli.core.mandanten import unknown_mandant
from infra.cli.core.options import ConfirmedOptions, PracticeId, PracticeOptions, StageOptions, Yes, group
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import day_words, number, said, setting_words
from infra.translation import tr, trn

if TYPE_CHECKING:
    from rich.console import RenderableType

    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice

_SHOWN = 5  # of the next closed days
_WRONG = 1  # exit code of a check that finds something
SwitchName = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Such as OffsetSuchTage; umlauts and capitals do not matter.",
        autocompletion=among(SWITCHES),
    ),
]

app = group()


@app.command("list")
def list_switches(options: PracticeOptions) -> None:
    """List all settings: value, default, meaning and allowed values."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    saved, invalid = found.saved.switches, found.validated.switches.invalid
    rows = new_table("!" + tr("Setting"), tr("Value"), tr("Default"))
    documents = []
    for name, switch in SWITCHES.items():
        value = saved.get(name, switch.default)
        colour = "bold red" if name in invalid else "bold cyan" if value != switch.default else ""
        rows.add_row(_about(switch, colour), Text(value, colour), Text(switch.default, "dim"))
        own: Document = {"value": value, "default": switch.default, "own": value != switch.default}
        own |= {"problem": text_document(invalid.get(name))}
        told_of = {"meaning": text_document(switch.meaning), "allowed": text_document(switch.allowed)}
        documents.append({"name": name, **own, **told_of})
    remarks = [text for name, text in found.validated.unknown.items() if name.startswith("Schalter/")]
    closed = found.validated.switches.closed_days.coming(slot_day(deployment.now, found.zone), _SHOWN)
    document = {"practice": found.id, "switches": documents, "remarks": text_documents(remarks)}
    document |= {"next_closed_days": [day.isoformat() for day in closed]}
    told = [tr("closed next: {days}", days=", ".join(map(day_words, closed)))] if closed else []
    answer(options.as_json, document, rows, *hints([*invalid.values()], "red"), *hints([*remarks, *told]))


@app.command("set")
def set_(
    options: StageOptions,
    name: SwitchName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new value; an invalid one is not stored.")],
    practice: PracticeId = None,
    yes: Yes = False,
) -> None:
    """Change a setting. What this does to the next days is shown, and you are asked first."""
    known = switch_named(tr("setting"), name)
    if wrong := check_value(known, value.strip(), known):
        raise ArgumentError(said(wrong))
    check_storable(text := canonical_value(known, value))
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        after = found.with_saved(replace(found.saved, switches={**found.saved.switches, known: text}))
        ahead = next_days(found, after, deployment)
        shown = asked_first(ahead, _question(found.id, known) if _starts_sending(found, known, text) else "", yes)
        deployment.clients.parameters.save(found.id, f"Schalter/{known}", text)
        names_mandant = known == "DefaultSMSMandant" and text != NONE
        unknown = unknown_mandant(deployment, found.id, text) if names_mandant else None
    told = [*([unknown] if unknown else []), *_new_advice(found, after, deployment)]
    stored = tr("{practice}: {name} is now “{value}”", practice=found.id, name=known, value=text)
    _tell(found.id, known, text, [stored, *shown, *hints(told)], ahead, told, options.as_json)


@app.command()
def unset(options: ConfirmedOptions, name: SwitchName) -> None:
    """Reset a setting to its default. A value that is stored under a misspelt name is deleted.

    What this does to the next days is shown, and you are asked first.
    """
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        known = name if name in found.saved.switches else switch_named(tr("setting"), name)
        default, saved = SWITCHES[known].default if known in SWITCHES else None, found.saved.switches
        left = {name: text for name, text in saved.items() if name != known}
        after = found.with_saved(replace(found.saved, switches=left))
        ahead = next_days(found, after, deployment)
        shown = asked_first(ahead, "", options.yes)
        was_set = saved.get(known, default) != default
        if default is None:
            deployment.clients.parameters.forget(found.id, f"Schalter/{known}")
        elif was_set:  # saved rather than deleted: the setting stays where people look
            deployment.clients.parameters.save(found.id, f"Schalter/{known}", default)
    told = _new_advice(found, after, deployment)
    text = _unset_words(found.id, known, default, was_set)
    _tell(found.id, known, default, [text, *shown, *hints(told)], ahead, told, options.as_json)


def _unset_words(practice: str, name: str, default: str | None, was_set: bool) -> str:
    if default is None:
        return tr(
            "{practice}: {name} is deleted; no setting has this name, and nothing used it",
            practice=practice, name=name,
        )  # fmt: skip
    return tr(
        "{practice}: {name} is back to its default “{value}”"
        if was_set
        else "{practice}: {name} already has its default “{value}”",
        practice=practice, name=name, value=default,
    )  # fmt: skip


app.command()(sync)


@app.command()
def check(options: PracticeOptions) -> None:
    """Check all saved values: settings, jobs, templates. Exit code 1 if anything is wrong."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    checked = found.validated
    problems, remarks = checked.problems, [*checked.unknown.values(), *checked.template_remarks]
    told = advice(checked, slot_day(deployment.now, found.zone))
    wrong = {name: text_document(problem) for name, problem in problems.items()}
    document: Document = {"practice": found.id, "problems": wrong}
    document |= {"remarks": text_documents(remarks), "warnings": text_documents(told)}
    text = trn("One invalid value:", "{count} invalid values:", len(problems), count=number(len(problems)))
    verdict = Text(text, "bold red") if problems else Text(tr("All saved values are valid."), "green")
    answer(options.as_json, document, verdict, *hints([*problems.values()], "red"), *hints([*remarks, *told]))
    if problems:
        raise typer.Exit(_WRONG)


def _about(switch: Switch, colour: str) -> Text:
    """A setting for a reader: its label, and below it its stored name if it differs, and what it does and allows."""
    label, meaning = setting_words(switch.name), f"{said(switch.meaning)}; {said(switch.allowed)}"
    lines = [meaning] if label == switch.name else [switch.name, meaning]
    below = "\n".join(fill(line, 46, initial_indent="  ", subsequent_indent="  ") for line in lines)
    return Text.assemble((label, colour), "\n", (below, "dim"))


def _question(practice: str, name: str) -> str:
    return tr(
        "{practice} will send reminders from now on. Continue?"
        if name == SWITCH_OF_JOB[Job.PREPARE_REMINDERS]
        else "{practice} will send birthday greetings from now on. Continue?",
        practice=practice,
    )


def _starts_sending(before: Practice, name: str, text: str) -> bool:
    """Whether messages leave from now on that did not before."""
    after = read_switches({name: text}).values
    return (
        name in SWITCH_OF_JOB.values()
        and after[name] is True
        and before.validated.switches.values.get(name) is not True
    )


def _new_advice(before: Practice, after: Practice, deployment: Deployment) -> list[Said]:
    """Return the warnings that the change adds."""
    old, new = (advice(one.validated, slot_day(deployment.now, one.zone)) for one in (before, after))
    return [warning for warning in new if warning not in old]


def _tell(
    practice: str, name: str, value: str | None, shown: list[RenderableType], ahead: NextDays | None,
    told: list[Said], as_json: bool,
) -> None:  # fmt: skip
    """Print what was stored, what it does to the next days, and warnings."""
    document: Document = {"practice": practice, "switch": name, "value": value}
    document["next_days"] = ahead.document() if ahead else None
    answer(as_json, document | {"warnings": text_documents(told)}, *shown)
