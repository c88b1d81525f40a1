"""Commands whose help is in the reader's language. Each is built for one language, and has its words from then on.

typer writes its own words in English; here is all that it takes to translate them.
"""

from __future__ import annotations

import re
from typing import Any

import typer.core
from typer._click.core import Command as AnyCommand
from typer._click.exceptions import NoSuchOption
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from chalicelib.practice.names import folded, nearest
from infra.cli.core.arguments import ArgumentError, allowed_number, refused
from infra.cli.core.line_breaks import NO_BREAK, held_together
from infra.translation import tr

# words of typer about an option or argument, by the gettext of its module.
OF_TYPER = ("default: {default}", "env var: {var}", "required")
_YES = "--yes"
_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{tr('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        """Whether there is a space before the colon is the language's matter."""
        self.write(f"{'':>{self.current_indent}}{tr('{heading}:', heading=heading)}\n")

    def write_text(self, text: str) -> None:
        super().write_text(held_together(text))

    def write_dl(self, rows: Any, *widths: int) -> None:
        super().write_dl([(name, held_together(text)) for name, text in rows], *widths)

    def getvalue(self) -> str:
        return super().getvalue().replace(NO_BREAK, " ")


class _Context(typer.Context):
    formatter_class = _Formatter


class _InWords(AnyCommand):
    """Help that commands and groups have in common."""

    context_class = _Context

    def __init__(self, *given: Any, **attributes: Any) -> None:
        super().__init__(*given, **attributes)
        self.help = help_in_words(self.help)
        self.options_metavar = tr("[OPTIONS]")
        for one in self.params:
            _put_into_words(one)

    def without_yes(self, args: list[str], end: str = "--") -> list[str]:
        """The arguments of a command that never asks: a script may give --yes to every one."""
        if any(_YES in one.opts for one in self.params):
            return args
        own = args[: args.index(end)] if end in args else args
        return [*(one for one in own if one != _YES), *args[len(own) :]]

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = tr("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 0) -> str:
        """The first sentence, never cut."""
        first = _FIRST_SENTENCE.match(self.help or "")
        return first[0] if first else self.help or ""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """As typer, but an argument is shown without the Python type of its value."""
        shown = [(one, record) for one in self.get_params(ctx) if (record := one.get_help_record(ctx))]
        arguments = [(_name(one), text) for one, (_, text) in shown if isinstance(one, TyperArgument)]
        options = [record for one, record in shown if isinstance(one, TyperOption)]
        for heading, rows in ((tr("Arguments"), arguments), (tr("Options"), options)):
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


class Command(_InWords, TyperCommand):
    """A command, in the language in which it is made."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # typer's refusal has English words
        try:
            rest = super().parse_args(ctx, [*self.without_yes(args)])
        except NoSuchOption as error:
            raise self._negative(error.option_name, args) or error from None
        if rest and not ctx.resilient_parsing:
            raise ArgumentError(tr("too many arguments: {given}", given=", ".join(map(repr, rest))))
        return rest

    def _negative(self, option: str, args: list[str]) -> ArgumentError | None:
        """The error about a negative number, which reads as an option; None for any other option."""
        numbers: list[Any] = [one for one in self.params if isinstance(one, TyperArgument)]
        number = next((one for one in numbers if one.type_descriptor.annotation is int), None)
        if number is None or not option[1:].isdecimal():
            return None
        given = next(one for one in args if one.startswith(option))
        return refused(number.display_name_raw, given, allowed_number(number.min, number.max))


class Group(_InWords, TyperGroup):
    """A group of commands, in the language in which it is made."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.subcommand_metavar = tr("COMMAND [ARGS]...")

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(
            ctx, self.without_yes(args, next((one for one in args if one in self.commands), "--"))
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if name in self.commands or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = nearest(name, self.commands, fold=folded)
        if near:
            raise ArgumentError(tr("no such command {name!r}; did you mean {near}?", name=name, near=near[0]))
        listing = f"{ctx.command_path} --help"
        raise ArgumentError(tr("no such command {name!r}; {listing} shows them all", name=name, listing=listing))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, one.get_short_help_str()) for name, one in self.commands.items()])


def as_message(text: str) -> str:
    """A help text as the catalogues have it: each paragraph on one line, wherever the source breaks it."""
    return _LINE_END.sub(" ", text)


def help_in_words(text: str | None) -> str:
    return tr(as_message(text)) if text else ""


def _put_into_words(one: Any) -> None:
    """The help of an option or argument, and the name of its value: `N`, or all that is allowed if typer knows it."""
    one.help = help_in_words(one.help)
    choices = one.type_descriptor.choices
    if one.metavar:
        one.metavar = tr(one.metavar)
    elif isinstance(one, TyperOption) and not one.is_flag:
        one.metavar = "|".join(choices) if choices else tr("N")


def _range(least: float | None, most: float | None) -> str | None:
    if most is None:
        return None if least is None else f"≥ {least}"
    return f"≤ {most}" if least is None else f"{least}–{most}"


_typer: Any = typer.core  # it exports neither of them
_typer._, _typer.describe_number_range = tr, _range


def _name(argument: TyperArgument) -> str:
    return f"{argument.display_name_raw}{'...' if argument.nargs != 1 else ''}"
