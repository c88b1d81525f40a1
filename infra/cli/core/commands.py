"""The commands of `vitosms` by section of its help. Each is loaded when it is called or when its own help is shown."""

from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from infra.cli.core.command_help import Command, Group
from infra.cli.core.help_examples import show_examples
from infra.cli.core.options import own_options
from infra.translation import spoken, tr

# By name: module and function, or `app` of a group; and what the help of `vitosms` says of it.
SECTIONS = {
    "Every day": {
        "status": ("daily.status:status", "Show how a practice is doing."),
        "daily-check": ("daily.daily_check:daily_check", "Daily check: what became of each appointment."),
        "sent": ("daily.sent:sent", "Show what was sent on a day, by patient."),
        "calls": ("daily.calls:app", "The call list: patients whom no message reached."),
        "patients": ("daily.patients:app", "Find or stop patients; list those without a usable address."),
        "explain": ("daily.explain:explain", "Explain why a patient gets a message, or none."),
        "preview": ("daily.preview:preview", "Preview who would get what; nothing is sent."),
        "queue": ("daily.queue:app", "Show open messages; stop, release or settle them."),
        "credits": ("credits.credits:app", "Show, top up and transfer credits."),
        "history": ("daily.history:history", "Show the job history."),
        "activity": ("daily.history:activity", "Show what happened to the messages."),
        "optout": ("privacy.optout:app", "Show, add and remove opt-outs."),
        "export": ("privacy.export:export", "Export everything that is stored about a patient."),
        "erase": ("privacy.erase:erase_", "Erase a patient's data and send them nothing more."),
    },
    "Settings of a practice": {
        "switches": ("configure.switches:app", "Show, check and change the settings."),
        "templates": ("configure.templates:app", "Show, check and change the message templates."),
        "jobs": ("configure.jobs:app", "Enable, schedule and run the jobs."),
        "licences": ("configure.licences:app", "Show, add and revoke licences."),
        "people": ("people.people:app", "Let people sign in to the desk, change and end them."),
        "doctor": ("configure.doctor:doctor", "Check a practice: database, texts, credits, next week."),
    },
    "Operating a stage": {
        "practice": ("operate.practice:app", "Add, list, pause and remove practices."),
        "canary": ("operate.canary:app", "Send a test message to the operator every day."),
        "pause": ("operate.pause_all:pause", "Stop sending for all practices."),
        "resume": ("operate.pause_all:resume", "Resume sending for all practices."),
        "restored": (
            "operate.restored:restored_",
            "After a restore of the table, prevent duplicate messages.",
        ),
        "deploy": ("operate.deploy:deploy", "Package a stage, show what would change, and deploy it."),
        "setup": ("operate.setup:setup", "Set up what CloudFormation cannot: SMS, e-mail, prices."),
        "destroy": ("operate.destroy:destroy", "Remove the stack of a stage; table and history stay."),
    },
    "On this machine": {
        "demo": ("sandbox.rehearse:demo", "Play two days of a generated practice."),
        "desk": ("sandbox.desk:desk", "Open the desk of that practice in a browser."),
        "rehearse": ("sandbox.rehearse:rehearse", "Play some days of any practice database."),
        "simulate": ("sandbox.simulate:simulate", "Simulate weeks of crashes and lost answers."),
        "local": ("sandbox.local:app", "Run a local cloud that sends nothing."),
    },
}
COMMANDS = {name: found for section in SECTIONS.values() for name, found in section.items()}


class Commands(Group):
    """All commands, under headings in the help. Until one is called it is its name and its summary."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.epilog = exit_codes()
        self.commands = {name: Command(name, help=about) for name, (_, about) in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name else command, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for heading, names in SECTIONS.items():
            with formatter.section(tr(heading)):
                formatter.write_dl([(name, self.commands[name].get_short_help_str()) for name in names])


def exit_codes() -> str:
    """The lines about them in the help of `vitosms`."""
    return "\n".join([
        "\b",
        tr("Exit codes of all commands:"),
        f"  0  {tr('done, or nothing to do')}",
        f"  1  {tr('a problem that a script should notice, or an error in vitosms')}",
        f"  2  {tr('an invalid argument, or AWS or the practice database refused')}",
        f"  3  {tr('not confirmed; nothing was changed ({option} confirms)', option='--yes')}",
    ])  # fmt: skip


def loaded(name: str) -> TyperCommand | TyperGroup:
    """The command itself, with its examples; of a group with all of its commands. In the reader's language."""
    return _loaded(name, spoken())


@cache
def _loaded(name: str, language: str) -> TyperCommand | TyperGroup:
    command = typer.main.get_command(_app(name))
    assert isinstance(command, TyperCommand | TyperGroup)  # noqa: S101 - typer makes no others
    for path, one in leaves(command, name):
        show_examples(path, one)
    return command


@cache
def _app(name: str) -> typer.Typer:
    place, about = COMMANDS[name]
    module, _, attribute = place.partition(":")
    app = getattr(import_module(f"infra.cli.{module}"), attribute)
    if isinstance(app, typer.Typer):
        app.info.cls, app.info.name, app.info.help = Group, name, about
    else:
        function, app = app, typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(function)
    for info in (*app.registered_commands, app.registered_callback):
        if info is not None and info.callback:
            info.callback = own_options(info.callback)
    for command in app.registered_commands:
        command.cls = Command
    return app


def leaves(command: Any, path: str) -> list[tuple[str, TyperCommand]]:
    """The commands in a command, by what is typed for them, such as `queue list`; one that is no group is its own."""
    if not isinstance(command, TyperGroup):
        return [(path, command)]
    return [leaf for name, one in command.commands.items() for leaf in leaves(one, f"{path} {name}")]
