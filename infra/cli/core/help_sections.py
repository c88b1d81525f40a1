"""The commands in the help of `vitosms`, in sections by who uses them, and what its exit codes mean."""

from typing import Any

from typer.core import TyperGroup

SECTIONS = {
    "Every day": (
        "status", "close-day", "calls", "explain", "preview", "queue", "credits", "history", "activity", "optout",
        "export", "erase",
    ),
    "Settings of a practice": ("switches", "templates", "jobs", "licences", "doctor"),
    "Operation of a stage": (
        "practice", "canary", "pause", "resume", "restored", "deploy", "setup", "destroy",
    ),
    "On this machine": ("demo", "rehearse", "simulate", "local"),
}  # fmt: skip
EXIT_CODES = """\
\b
Exit codes of all commands:
  0  done, or nothing to do
  1  bad news that a script should notice, or a fault of vitosms
  2  an argument, AWS or the practice database stands against it
  3  not confirmed; nothing was changed (--yes confirms)
"""


class InSections(TyperGroup):
    """The commands of the help under headings."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for heading, names in SECTIONS.items():
            rows = [(name, self.commands[name].get_short_help_str(90)) for name in names if name in self.commands]
            with formatter.section(heading):
                formatter.write_dl(rows)
