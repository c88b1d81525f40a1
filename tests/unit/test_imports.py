"""The layers (design, section 11): pure modules, I/O, steps; and how long modules and functions may be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Every module of chalicelib is in exactly one group: whoever adds one decides which.
PURE = {
    "advice", "alert_text", "asked", "birthday", "block", "calendar_file", "call_list", "candidate", "case", "check",
    "closing", "coming", "context", "credits", "entry", "entry_view", "erasure", "explanation", "facts", "forecast",
    "foreseen", "german", "items", "job", "job_record", "job_settings", "ledger", "licence", "life", "message",
    "mime", "move", "moved", "opt_out", "outcome", "outlook", "practice_errors", "practice_url", "question",
    "queue_message", "reads", "reasons", "receipt", "recheck", "recipient", "registered", "remedies", "report",
    "resolve", "restored", "rules", "saved", "schedule", "schedule_text", "searched", "searches", "settings",
    "sms_text", "standing", "summary_text", "summary_time", "switches", "template", "template_lint", "templates",
    "together", "traces", "window", "wording", "writes", "zone",
}  # fmt: skip
IO = {
    "alerts", "canary", "delivery_log", "history", "mail", "pace", "parameters", "practice_db", "practices",
    "provider_error", "queues", "receipts", "sms", "sql_server", "stops", "store", "table", "tls_probe",
}  # fmt: skip
STEPS = {
    "ahead", "by_hand", "calls", "close_day", "dead_letters", "deliver", "dispatch", "dry_run", "explain", "harvest",
    "low_balance", "missed", "opt_outs", "overview", "personal_data", "phoned", "prepare", "preview", "remove",
    "rows", "run_job", "runs", "send", "status", "summary", "sweep", "sync", "tell", "tick", "wiring",
}  # fmt: skip

WITHOUT_IO = {
    "__future__", "collections", "copy", "dataclasses", "datetime", "decimal", "difflib", "enum", "functools",
    "hashlib", "hmac", "itertools", "json", "re", "typing", "unicodedata", "zoneinfo",
    "babel", "email_validator", "jinja2", "phonenumbers",
}  # fmt: skip
STEPS_MAY = WITHOUT_IO | {"concurrent", "contextlib"}
CLOCKS = {f"{owner}.{name}" for owner in ("datetime", "date") for name in ("now", "today", "utcnow")}
OUTSIDE = {"open", "print", "input", "eval", "exec", "__import__"}
MAY_ALSO = {
    "template_lint": {"pathlib"},  # reads the lists of words that are packaged with it
    "templates": {"pathlib"},  # reads the built-in texts that are packaged with it
    "practice_url": {"urllib"},  # its parse
    "mime": {"email", "html", "urllib"},
    "calendar_file": {"icalendar"},
}
BUILDS_CLIENTS = "wiring"  # the one place for the environment, the clock and the clients
NAMES_A_FILE = "sql_server"  # FreeTDS learns where its settings are from the environment alone; and it is waited for

MODULES = sorted((ROOT / "chalicelib").glob("*.py"))
NAMES = [path.stem for path in MODULES if path.stem != "__init__"]
SOURCES = [ROOT / "app.py", *(path for top in ("chalicelib", "infra", "tests") for path in (ROOT / top).rglob("*.py"))]


@dataclass(frozen=True)
class Facts:
    """What a module of chalicelib does anywhere in it, and imports, lazily or for types too."""

    imports: frozenset[str]
    dotted: frozenset[str]  # names like datetime.now
    calls: frozenset[str]  # names like open


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(nodes: Iterable[ast.AST]) -> set[str]:
    """Dotted names; those inside chalicelib absolute, whether or not they are written so."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = f"chalicelib.{node.module or ''}".rstrip(".") if node.level else node.module or ""
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "chalicelib" else {module}
    return found


@cache  # of the facts only: fifty trees in memory make the rest of the tests slower
def facts(name: str) -> Facts:
    nodes = list(ast.walk(tree_of(ROOT / "chalicelib" / f"{name}.py")))
    attributes = (node for node in nodes if isinstance(node, ast.Attribute))
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    return Facts(
        imports=frozenset(imports(nodes)),
        dotted=frozenset(f"{node.value.id}.{node.attr}" for node in attributes if isinstance(node.value, ast.Name)),
        calls=frozenset(func.id for func in called if isinstance(func, ast.Name)),
    )


def imported(name: str) -> frozenset[str]:
    return facts(name).imports


def own(names: frozenset[str] | set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("chalicelib.")}


def foreign(names: frozenset[str]) -> set[str]:
    return {name.split(".")[0] for name in names} - {"chalicelib"}


def test_every_module_is_in_exactly_one_group() -> None:
    assert set(NAMES) == PURE | IO | STEPS
    assert len(NAMES) == len(PURE) + len(IO) + len(STEPS)


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_imports_pure_modules_and_nothing_that_does_io(name: str) -> None:
    assert own(imported(name)) <= PURE
    assert foreign(imported(name)) <= WITHOUT_IO | MAY_ALSO.get(name, set())


@pytest.mark.parametrize("name", sorted(IO))
def test_io_never_imports_a_step(name: str) -> None:
    assert own(imported(name)) <= PURE | IO


@pytest.mark.parametrize("name", sorted(STEPS - {BUILDS_CLIENTS}))
def test_a_step_gets_its_io_handed_in(name: str) -> None:
    assert foreign(imported(name)) <= STEPS_MAY
    assert BUILDS_CLIENTS not in own(imported(name)) or name == "tick"


def test_a_tick_knows_the_wiring_by_its_type_only() -> None:
    assert "wiring" not in own(imports(tree_of(ROOT / "chalicelib" / "tick.py").body))


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_knows_nothing_of_what_stays(name: str) -> None:
    assert not foreign(imported(name)) & {"infra", "tests", "app", "importlib", "moto", "pytest"}
    assert own(imported(name)) <= set(NAMES)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {BUILDS_CLIENTS}))
def test_only_the_wiring_reads_the_environment_and_the_clock_and_builds_clients(name: str) -> None:
    own_reason = {"os", "time"} if name == NAMES_A_FILE else set[str]()
    assert not foreign(imported(name)) & {"os", "time", "uuid", "random", "secrets"} - own_reason
    assert not facts(name).dotted & (CLOCKS | {"boto3.client", "boto3.resource", "boto3.Session"})


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_calls_nothing_outside(name: str) -> None:
    assert not facts(name).calls & OUTSIDE


def test_the_lambdas_load_only_what_every_one_of_them_needs() -> None:
    top = imports(tree_of(ROOT / "app.py").body)
    assert own(top) == {"job", "settings", "wiring"}
    assert foreign(frozenset(top)) == {"__future__", "os", "datetime", "typing", "aws_lambda_powertools", "chalice"}


def test_the_lambdas_translate_and_call_a_step() -> None:
    lazily = own(imports(ast.walk(tree_of(ROOT / "app.py")))) - {"job", "settings", "wiring"}
    assert lazily == {"tick", "run_job", "deliver", "dead_letters", "sync", "queue_message", "history"}


def test_each_step_loads_only_with_its_own_lambda() -> None:
    assert not own(imports(tree_of(ROOT / "chalicelib" / "wiring.py").body)) & STEPS


def test_no_module_is_longer_than_250_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 250} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    found = ((path, node) for path in SOURCES for node in statements(tree_of(path)))
    functions = ((p, node) for p, node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert [(p.name, f.name) for p, f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > 40] == []


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements under a node; its expressions hold none, and are many more."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, block, ()):
            yield child
            yield from statements(child)
