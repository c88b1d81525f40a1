"""The command's help: examples that work, exit codes that are the same everywhere, completion."""

import io
import re
import shlex
from pathlib import Path

import pytest

import app
from infra.cli.core.commands import COMMANDS, SECTIONS, exit_codes, leaves, loaded
from infra.cli.core.completion import VARIABLE
from infra.cli.core.help_examples import LINES, examples_of
from infra.translation import speak
from tests.cli.running import Vitosms
from tests.docs.test_runbook import complaint

NAMES = [path for name in COMMANDS for path, _ in leaves(loaded(name), name)]
EXAMPLES = [line for line in LINES.splitlines() if line]
COMMANDS_PAGE = (Path(app.__file__).parent / "docs/reference/commands.md").read_text(encoding="utf-8")


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Vitosms:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setenv("COLUMNS", "200")
    return Vitosms(capsys)


def test_it_has_commands() -> None:
    assert len(NAMES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_shows_an_example(vitosms: Vitosms, name: str) -> None:
    lines = examples_of(name)
    assert lines, f"`vitosms {name}` has no example: add one to infra/cli/core/help_examples.py"
    shown = " ".join(vitosms.shows(*name.split(), "--help").split())
    assert all(line in shown for line in lines)


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_of_a_command_and_parses(line: str) -> None:
    speak("en")
    groups = {name.split()[0] for name in NAMES}  # some are commands too
    assert [name for name in {*NAMES, *groups} if line in examples_of(name)], "it is of no command"
    assert complaint(line) is None


def test_each_command_is_in_one_section_of_the_help(vitosms: Vitosms) -> None:
    in_sections = [name for names in SECTIONS.values() for name in names]
    assert len(in_sections) == len(set(in_sections))
    there = {name.split()[0] for name in NAMES}
    assert there == set(in_sections)
    shown = vitosms.shows("--help")
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in there)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_summary_fits_its_line(name: str) -> None:
    _, about = COMMANDS[name]
    assert len(about) <= 60
    assert re.fullmatch(r"[A-Z][^.]*\.", about), "one sentence"


def test_the_reference_has_the_exit_codes_of_the_help() -> None:
    (table,) = re.findall(r"\| exit code \| \|\n(.*?)\n\n", COMMANDS_PAGE, re.DOTALL)
    of_page, of_help = re.findall(r"^\| (\d+) \|", table, re.MULTILINE), re.findall(r"^  (\d) ", exit_codes(), re.M)
    assert of_page == [*of_help, "130"]


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_it_has_not_is_a_usage_error(vitosms: Vitosms, name: str) -> None:
    assert "--no-such-option" in vitosms.refuses(*name.split(), "--no-such-option")


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_that_is_no_name_is_a_usage_error(vitosms: Vitosms, name: str) -> None:
    if name.split()[0] in ("demo", "rehearse", "simulate", "local"):
        return
    words = shlex.split(examples_of(name)[0])[1:]
    vitosms.refuses(*words, "--stage", "Prod/1")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("switches set Termin", ["TerminerinnerungSenden"]),
        ("switches set Offset", ["OffsetStartTage", "OffsetSuchTage"]),
        ("jobs run prep", ["prepare-reminders", "prepare-birthdays"]),
        ("jobs next st", ["status"]),
        ("history --job sum", ["summary"]),
        ("templates set Geburtstag/SMS/d", ["Geburtstag/SMS/de"]),
        ("queue rel", ["release"]),
        ("practice pau", ["pause"]),
        ("--show", ["--show-completion"]),
    ],
)
def test_what_is_typed_is_completed_in_bash(
    vitosms: Vitosms,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    offered: list[str],
) -> None:
    monkeypatch.setenv("COMP_WORDS", f"vitosms {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    monkeypatch.setenv(VARIABLE, "complete_bash")
    with pytest.raises(SystemExit) as ended:
        vitosms.run()
    assert (ended.value.code, capsys.readouterr().out.split()) == (0, offered)


@pytest.mark.parametrize(("shell", "part"), [("bash", "complete -o default -F"), ("zsh", "#compdef vitosms")])
def test_the_script_for_a_shell_is_printed_whatever_shell_it_runs_in(vitosms: Vitosms, shell: str, part: str) -> None:
    script = vitosms.shows("--show-completion", shell)
    assert part in script
    assert f"{VARIABLE}=complete_{shell}" in script


def test_another_shell_is_refused_with_those_there_are(vitosms: Vitosms) -> None:
    assert "'fish': must be one of bash, zsh" in vitosms.refuses("--show-completion", "fish")
