"""The commands of `vitosms` by section of its help. Each is loaded when it is called or when its own help is shown."""

from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from infra.cli.core.help_examples import show_examples
from infra.cli.core.options import own_options

# By name: module and function, or `app` of a group; and its first sentence, as the help of `vitosms` shows it.
SECTIONS = {
    "Every day": {
        "status": ("daily.status:status", "How a practice stands."),
        "close-day": (
            "daily.close_day:close_day",
            "The closing of a day (Tagesabschluss): each appointment that its runs were for, in one column.",
        ),
        "calls": (
            "daily.calls:app",
            "The call list (Anrufliste): appointments ahead, of which no message told the patient.",
        ),
        "explain": (
            "daily.explain:explain",
            "Why a message is sent, was sent, or is not: every rule, what it saw, what comes next, and what to change.",
        ),
        "preview": (
            "daily.preview:preview",
            "Who would get what by the next runs, on the real database; nothing is written or sent.",
        ),
        "queue": (
            "daily.queue:app",
            "The entries of a practice that are open (Versand-Queue): look, stop, let go, settle.",
        ),
        "credits": ("credits.credits:app", "The credits (Guthaben) of the Mandanten of a practice."),
        "history": ("daily.history:history", "The job history (Auftragsverlauf)."),
        "activity": ("daily.history:activity", "What happened to entries (Aktivitäten/Fehler)."),
        "optout": (
            "privacy.optout:app",
            "The opt-outs of a practice: numbers and e-mail addresses that get nothing more.",
        ),
        "export": (
            "privacy.export:export",
            "Everything that is held of a patient: messages, protocols, receipts, opt-outs, credits, rows; and where "
            "else.",
        ),
        "erase": ("privacy.erase:erase_", "Erase what is held of a patient, and send him nothing more."),
    },
    "Settings of a practice": {
        "switches": ("configure.switches:app", "The switches (Schalter) of a practice."),
        "templates": ("configure.templates:app", "The texts (Textvorlagen) of a practice."),
        "jobs": (
            "configure.jobs:app",
            "The jobs (Aufträge) of a practice. Activate them, plan them, run them, see when they run.",
        ),
        "licences": (
            "configure.licences:app",
            "The licences of a practice. A Mandant sends with a valid one only.",
        ),
        "doctor": (
            "configure.doctor:doctor",
            "Check a practice: parameters, database, views, next week, texts, credits; exit code 1 if anything is "
            "wrong.",
        ),
    },
    "Operation of a stage": {
        "practice": ("operate.practice:app", "The practices of a deployment."),
        "canary": (
            "operate.canary:app",
            "A test message to the operator, every day. Where it is not delivered, an alarm tells.",
        ),
        "pause": (
            "operate.pause_all:pause",
            "Send nothing for any practice, within a minute, until all are resumed; preparing goes on.",
        ),
        "resume": (
            "operate.pause_all:resume",
            "Send again for all practices; send slots of today that are still open go on.",
        ),
        "restored": (
            "operate.restored:restored_",
            "After the table was restored, while all is paused: what may have left since does not leave again by "
            "itself.",
        ),
        "deploy": ("operate.deploy:deploy", "Package a stage, show what would change, ask, change it."),
        "setup": (
            "operate.setup:setup",
            "Do what CloudFormation cannot: SMS and e-mail of the account, prices, the first practice.",
        ),
        "destroy": ("operate.destroy:destroy", "Remove the stack of a stage; table and history stay."),
    },
    "On this machine": {
        "demo": ("sandbox.rehearse:demo", "Two days of a generated practice, on a local cloud."),
        "rehearse": (
            "sandbox.rehearse:rehearse",
            "Any practice database lives through a span of time, on a local cloud.",
        ),
        "simulate": (
            "sandbox.simulate:simulate",
            "Practices live through troubled weeks: crashes, repeats, lost answers.",
        ),
        "local": (
            "sandbox.local:app",
            "A local cloud: AWS, the carriers and a clock on this machine. Nothing is sent.",
        ),
    },
}
COMMANDS = {name: found for section in SECTIONS.values() for name, found in section.items()}
EXIT_CODES = """\
\b
Exit codes of all commands:
  0  done, or nothing to do
  1  bad news that a script should notice, or a fault of vitosms
  2  an argument, AWS or the practice database stands against it
  3  not confirmed; nothing was changed (--yes confirms)
"""


class Commands(TyperGroup):
    """All commands, under headings in the help. Until one is called it is its name and its first sentence."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=about) for name, (_, about) in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name else command, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for heading, names in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(90)) for name in names])


@cache
def loaded(name: str) -> TyperCommand | TyperGroup:
    """The command itself, with its examples; of a group with all of its commands."""
    place, about = COMMANDS[name]
    module, _, attribute = place.partition(":")
    app = getattr(import_module(f"infra.cli.{module}"), attribute)
    if not isinstance(app, typer.Typer):
        function, app = app, typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(function)
    for info in (*app.registered_commands, app.registered_callback):
        if info is not None and info.callback:
            info.callback = own_options(info.callback)
    command = typer.main.get_command(app)
    assert isinstance(command, TyperCommand | TyperGroup)  # noqa: S101 - typer makes no others
    if isinstance(command, TyperGroup):
        command.name, command.help = name, about
    for path, one in leaves(command, name):
        show_examples(path, one)
    return command


def leaves(command: Any, path: str) -> list[tuple[str, TyperCommand]]:
    """The commands in a command, by what is typed for them, such as `queue list`; one that is no group is its own."""
    if not isinstance(command, TyperGroup):
        return [(path, command)]
    return [leaf for name, one in command.commands.items() for leaf in leaves(one, f"{path} {name}")]
