"""Limits on the rooms and their functions, and the rules about imports that no contract of import-linter states."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES_IN_A_FOLDER = {"chalicelib": 25, "infra": 30, "tests": 45}
ARROWS = 86  # distinct pairs of rooms of chalicelib of which one imports the other
PARAMETERS = 7  # of a function, without self and cls
MODULE_LINES = 250
FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 7
CHALICELIB_LINES = 22_022

ABOVE_ALL = {"wiring", "stores", "settings"}  # modules that build and configure every room
BELOW_ALL = {"text"}  # imported by every room
PURE = ("schedule", "messages", "practice", "people", "entries", "rules", "planning")
CLOCKS = {f"{owner}.{name}" for owner in ("datetime", "date") for name in ("now", "today", "utcnow")}
CLIENTS = {"boto3.client", "boto3.resource", "boto3.Session"}
OUTSIDE = {"open", "print", "input"}
HIDDEN = {"eval", "exec", "__import__"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*tops: str) -> list[Path]:
    return [path for top in tops for path in sorted((ROOT / top).rglob("*.py"))]


CHALICELIB = sources("chalicelib")
ALL = [ROOT / "app.py", *sources("chalicelib", "infra", "tests")]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    """The folder of chalicelib that a file is in, or the file itself."""
    return path.relative_to(ROOT / "chalicelib").parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a file: walking costs as much as reading."""
    return tuple(ast.walk(tree_of(path)))


def imports(nodes: Iterable[ast.AST]) -> set[str]:
    """The dotted names of the modules that these nodes import."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
    return found


def rooms(names: Iterable[str]) -> set[str]:
    """The rooms of chalicelib among dotted names."""
    return {name.split(".")[1] for name in names if name.startswith("chalicelib.")}


def top_level(names: Iterable[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def dotted(path: Path) -> set[str]:
    """Names like datetime.now that a file uses."""
    attributes = (node for node in nodes_of(path) if isinstance(node, ast.Attribute))
    return {f"{node.value.id}.{node.attr}" for node in attributes if isinstance(node.value, ast.Name)}


def calls(path: Path) -> set[str]:
    """Plain names, like open, that a file calls."""
    called = (node.func for node in nodes_of(path) if isinstance(node, ast.Call))
    return {func.id for func in called if isinstance(func, ast.Name)}


@cache
def arrows() -> dict[str, set[str]]:
    """Room → the rooms that any of its files imports, lazily or for types too."""
    found: dict[str, set[str]] = {}
    for path in CHALICELIB:
        if room_of(path) not in ABOVE_ALL | {"__init__"}:
            found.setdefault(room_of(path), set()).update(rooms(imports(nodes_of(path))))
    return {room: used - ABOVE_ALL - BELOW_ALL - {room} for room, used in found.items()}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements under a node. Its expressions, which are many more, contain no functions."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, block, ()):
            yield child
            yield from statements(child)


@cache
def functions() -> list[tuple[str, str, int, int]]:
    """File, name, lines and parameters of each function."""
    return [
        (name_of(path), node.name, (node.end_lineno or node.lineno) - node.lineno + 1, parameters(node))
        for path in ALL
        for node in statements(ast.parse(path.read_text(encoding="utf-8")))  # once: not kept
        if isinstance(node, Function)
    ]


def parameters(function: Function) -> int:
    given = function.args
    all_of_them = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return sum(each is not None and each.arg not in ("self", "cls") for each in all_of_them)


@pytest.mark.parametrize("top", FILES_IN_A_FOLDER)
def test_a_folder_holds_few_files(top: str) -> None:
    folders = [ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())]
    files = {name_of(folder): len([*folder.glob("*.py")]) for folder in folders}
    assert {folder: count for folder, count in files.items() if count > FILES_IN_A_FOLDER[top]} == {}


def test_few_arrows_lead_from_room_to_room() -> None:
    assert sum(map(len, arrows().values())) <= ARROWS


def test_no_arrow_leads_back() -> None:
    TopologicalSorter(arrows()).prepare()  # raises CycleError


def test_a_module_is_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL}
    assert {path: length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_a_function_is_short() -> None:
    assert [(path, name) for path, name, lines, _ in functions() if lines > FUNCTION_LINES] == []


@pytest.mark.parametrize("top", FILES_IN_A_FOLDER)
def test_most_functions_are_much_shorter(top: str) -> None:
    assert median(lines for path, _, lines, _ in functions() if path.startswith(top)) <= MEDIAN_FUNCTION_LINES


def test_a_function_takes_few_parameters() -> None:
    assert [(path, name) for path, name, _, count in functions() if count > PARAMETERS] == []


def test_chalicelib_grows_only_on_purpose() -> None:
    lines = (line for path in CHALICELIB for line in path.read_text(encoding="utf-8").splitlines())
    assert sum(bool(line.strip()) for line in lines) <= CHALICELIB_LINES


def test_every_room_says_what_it_is() -> None:
    rooms_of = [path for top in ("chalicelib", "infra") for path in (ROOT / top).rglob("__init__.py")]
    assert [name_of(path) for path in rooms_of if not ast.get_docstring(tree_of(path))] == []


def test_every_room_is_a_package() -> None:
    folders = {path.parent for path in sources("chalicelib", "infra")}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_only_the_wiring_reads_the_clock_and_builds_clients() -> None:
    others = [path for path in CHALICELIB if room_of(path) != "wiring"]
    assert [name_of(path) for path in others if dotted(path) & (CLOCKS | CLIENTS)] == []


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_calls_nothing_outside(room: str) -> None:
    assert [name_of(path) for path in sources(f"chalicelib/{room}") if calls(path) & OUTSIDE] == []


def test_no_module_of_chalicelib_hides_an_import() -> None:
    hiding = [path for path in CHALICELIB if calls(path) & HIDDEN or "importlib" in top_level(imports(nodes_of(path)))]
    assert hiding == []


def test_the_lambdas_load_only_what_every_one_of_them_needs() -> None:
    names = imports(tree_of(ROOT / "app.py").body)
    assert {name for name in names if name.startswith("chalicelib")} == {
        "chalicelib.desk.call_routes",
        "chalicelib.desk.check_routes",
        "chalicelib.desk.frame_routes",
        "chalicelib.desk.people_routes",
        "chalicelib.desk.queue_routes",
        "chalicelib.desk.today_routes",
        "chalicelib.desk.search_routes",
        "chalicelib.schedule.job",
        "chalicelib.settings",
        "chalicelib.wiring",
    }
    foreign = {"__future__", "os", "datetime", "typing", "aws_lambda_powertools", "chalice"}
    assert top_level(names) - {"chalicelib"} == foreign


def test_each_lambda_imports_its_step_itself() -> None:
    every = rooms(imports(ast.walk(tree_of(ROOT / "app.py"))))
    assert every - rooms(imports(tree_of(ROOT / "app.py").body)) == {"jobs", "aws", "preview"}


def test_the_wiring_imports_each_part_where_it_builds_it() -> None:
    assert rooms(imports(tree_of(ROOT / "chalicelib" / "wiring.py").body)) == {"settings", "stores"}
    assert rooms(imports(tree_of(ROOT / "chalicelib" / "stores.py").body)) == set()


def test_only_the_command_that_plays_the_simulator_imports_the_tests() -> None:
    importing = [path for path in sources("infra") if "tests" in top_level(imports(nodes_of(path)))]
    assert [name_of(path) for path in importing] == ["infra/cli/sandbox/simulate.py"]
    assert "tests" not in top_level(imports(tree_of(importing[0]).body)), "vitosms runs without tests/ otherwise"
