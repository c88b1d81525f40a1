"""Helpers: the codes of the catalogues that the source uses, and the values and parts that it gives each of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from chalicelib.admin.data_locations import EXTERNAL
from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.receipt import PROVIDERS_SAY
from chalicelib.entries.states import State
from chalicelib.jobs.stop_emails import MOST
from chalicelib.messages.kind import Kind
from chalicelib.people.person import Role
from chalicelib.people.status import DATED, Status
from chalicelib.planning.alerts import AlertKind
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.opt_out import Source
from chalicelib.practice.switches import SWITCHES
from chalicelib.reports.call_columns import CallColumn
from chalicelib.reports.reconciliation import Column
from chalicelib.rules.rules import RULES
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES
from tests.unit.test_rooms import ALL, ROOT, Function, name_of, nodes_of, tree_of

RUN_RESULTS = ("does_nothing", "refuses", "prepares")
RULE_NAMES = [rule.name for rule in RULES]
LOCATIONS = (*EXTERNAL, "backups", "activity_log", "job_history", "deliver_log", "sms_failures", "sms_log")
# Matches the codes that an f-string can make; `{}` stands for any expression.
FAMILIES: Mapping[str, Iterable[str]] = {
    "carrier.{}": set(PROVIDERS_SAY.values()),
    "alert.kind.{}": AlertKind,
    "channel.{}": ("sms", "email"),
    "column.{}": Column,
    "summary.head.{}": (
        "patient", "appointment", "reason", "time", "channel", "state", "mandant", "spent", "balance", "announced",
        "now",
    ),
    "call.{}": CallColumn,
    "phoned.{}": CallOutcome,
    "count.{}": (
        "searched", "skipped", "still_not_sendable", "queued", "credits", "waiting", "phoned", "held", "opted_out",
        "underway", "unknown", "calls", "again",
    ),
    "event.{}": (*State, "back", "changed", "left_out", "waits"),
    "advice.months_without.{}": ("29", "30", "31"),
    "job.{}": Job,
    "location.{}": LOCATIONS,
    "location.{}.data": LOCATIONS,
    "location.{}.note": EXTERNAL,
    "log.{}": ("again", "birthday", "message", "reminder", "rescheduled"),
    "list.{}": ("comma", "semicolon", "sentences", "and"),
    "fact.opted_out.{}": Source,
    "language.{}": LANGUAGES,
    "manual.cancel.{}": (State.SENDING, State.COVERED),
    "rule.{}": RULE_NAMES, "rule.{}.refused": RULE_NAMES,
    "outcome.{}": RunOutcome,
    "people.role.{}": Role, "people.status_on.{}": DATED, "people.status.{}": [*{*Status} - {*DATED}],
    "next.{}": State,
    "remark.gone.{}": Kind,
    "rule.once.{}": Kind, "state.{}": State,
    "then.run.{}": RUN_RESULTS,
    "stop.emails.{}": MOST,
    "switch.{}": SWITCHES,
    "switch.{}.allowed": SWITCHES,
    "switch.{}.meaning": SWITCHES,
    "verdict.not_found.{}": Kind,
    "verdict.run.{}": RUN_RESULTS[:2],
    "verdict.send_refuses.{}": ("address", "cancelled", "template"),
    "verdict.since.{}": ("sent", "delivered", "failed", "refused", "cancelled", "expired", "not_sendable"),
    "verdict.unreadable.{}": Kind,
    "verdict.{}": ("reserved", "sending", "unconfirmed", "unknown", "covered"),
    "weekday.long.{}": map(str, range(7)),
    "{}.note": [f"manual.{done}" for done in ("cancelled", "delivered", "released", "resend", "sent_again")],
    "weekday.{}": map(str, range(7)),
    "why.too_late.{}": Kind,
}  # fmt: skip
# First arguments of Text whose codes are elsewhere: in a table, or in stored data. They are found there as literals.
ELSEWHERE = {
    "code",  # of the daily summary: _OUTCOMES; without_notes: that of a Text
    "_code(code)",  # stored data
    "_code(data['code'])",
    "one.kind",  # of documents.py, which takes its values only
    "short",  # Words.short
    "many",  # infra.language: beside a number
    "f'suggestion.{suggestion.kind}'",  # Words.suggestion: where the Suggestion is made
}
MODULES = [path for path in ALL if name_of(path).partition("/")[0] != "tests"]
MADE_OF = {"Text": "", "Suggestion": "suggestion.", "joined": "list."}  # names of chalicelib.text: before the code


@dataclass(frozen=True)
class Use:
    """A code as a call uses it; `parts` and `values` are None where the call does not tell them."""

    code: str
    where: str
    parts: int | None
    values: frozenset[str] | None


@dataclass
class Found:
    """The texts of a module; `unclear` are first arguments from which no code can be read."""

    uses: list[Use] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def pattern(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def codes_of(node: ast.expr) -> list[str] | None:
    """The codes that a first argument can be; None if it does not tell."""
    match node:
        case ast.Constant(str(code)):
            return [code]
        case ast.IfExp(body=one, orelse=other):
            first, second = codes_of(one), codes_of(other)
            return None if first is None or second is None else first + second
        case ast.JoinedStr() if pattern(node) in EXPANDED:
            return list(EXPANDED[pattern(node)])
    return None


EXPANDED = {form: tuple(form.format(one) for one in known) for form, known in FAMILIES.items()}


@dataclass(frozen=True)
class Forwarder:
    """A function or class that makes a text of the code it is given: where the code stands, and what is before it."""

    place: int
    prefix: str
    values: bool  # whether the other arguments are passed on to the text unchanged


walk = cache(lambda node: tuple(ast.walk(node)))  # functions are walked again for each of their helpers


@cache
def imported_names(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """Local name → module and name there."""
    found = [node for node in walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: (node.module or "", alias.name) for node in found for alias in node.names}


def called(node: ast.Call) -> str:
    """The last name of what is called: of `f(…)`, `self.f(…)`, `module.f(…)`."""
    match node.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def forwarders(tree: ast.Module, known: Mapping[str, Forwarder]) -> Iterator[tuple[str, Forwarder]]:
    """Functions of a module that hand one of their arguments on to one of `known`."""
    owners = {one: node.name for node in walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    for function in (node for node in walk(tree) if isinstance(node, Function)):
        arguments = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        names = arguments[1:] if arguments[:1] in (["self"], ["cls"]) else arguments
        for call in (node for node in walk(function) if isinstance(node, ast.Call) and called(node) in known):
            to = known[called(call)]
            given = call.args[to.place : to.place + 1]
            if given and isinstance(given[0], ast.Name) and given[0].id in names:
                whole = to.values and function.args.kwarg is not None and function.args.vararg is not None
                name = owners.get(function, "") if function.name == "__init__" else function.name
                yield name, Forwarder(names.index(given[0].id), to.prefix, whole)


@cache
def all_forwarders() -> dict[str, dict[str, Forwarder]]:
    """Module → local names of the functions that make texts in it, its own and imported ones."""
    trees = {name_of(path).removesuffix(".py").replace("/", "."): tree_of(path) for path in MODULES}
    local: dict[str, dict[str, Forwarder]] = {module: {} for module in trees}
    local["chalicelib.text"] = {name: Forwarder(0, prefix, True) for name, prefix in MADE_OF.items()}
    for _ in range(3):  # a helper of a helper
        for module, tree in trees.items():
            for name, (origin, there) in imported_names(tree).items():
                if there in local.get(origin, {}):
                    local[module][name] = local[origin][there]
            if module != "chalicelib.text":
                local[module] |= {k: v for k, v in forwarders(tree, local[module]) if k not in local[module]}
    return local


def uses_in(tree: ast.Module, module: str, known: Mapping[str, Forwarder]) -> Found:
    found = Found()
    handed_on = {id(call) for call in handing_on(tree, known)}
    for call in (node for node in walk(tree) if isinstance(node, ast.Call) and called(node) in known):
        to = known[called(call)]
        if len(call.args) <= to.place or isinstance(call.args[to.place], ast.Starred):
            continue
        first = call.args[to.place]
        where = f"{module}:{call.lineno}"
        if (codes := codes_of(first)) is not None:
            found.uses += [Use(to.prefix + code, where, *given(call, to)) for code in codes]
        elif id(call) not in handed_on and ast.unparse(first) not in ELSEWHERE:
            found.unclear.append(f"{where} {ast.unparse(first)}")
    return found


def handing_on(tree: ast.Module, known: Mapping[str, Forwarder]) -> Iterator[ast.Call]:
    """Calls in forwarders with an argument of theirs as the code: their callers say what it is."""
    for function in (node for node in walk(tree) if isinstance(node, Function)):
        names = {one.arg for one in (*function.args.posonlyargs, *function.args.args)}
        for call in (node for node in walk(function) if isinstance(node, ast.Call) and called(node) in known):
            first = call.args[known[called(call)].place : known[called(call)].place + 1]
            if first and isinstance(first[0], ast.Name) and first[0].id in names:
                yield call


def given(call: ast.Call, to: Forwarder) -> tuple[int | None, frozenset[str] | None]:
    """How many parts and which values a call gives."""
    if not to.values:
        return None, None
    parts = call.args[to.place + 1 :]
    values = [keyword.arg for keyword in call.keywords]
    return (
        None if any(isinstance(part, ast.Starred) for part in parts) else len(parts),
        None if None in values else frozenset(value for value in values if value),
    )


@cache
def found_in_source() -> Found:
    found = Found()
    for path in MODULES:
        module = name_of(path).removesuffix(".py").replace("/", ".")
        if module in ("chalicelib.text", "chalicelib.words.words") or all_forwarders()[module]:
            one = uses_in(tree_of(path), name_of(path), all_forwarders()[module])
            found.uses += one.uses
            found.unclear += one.unclear
    return found


@cache
def literals() -> frozenset[str]:
    """All strings of the source; an f-string as its pattern."""
    nodes = [node for path in MODULES for node in nodes_of(path)]
    plain = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(plain | {pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)})


def languages() -> list[str]:
    return sorted(path.stem for path in (ROOT / "chalicelib" / "words").glob("*.po"))
