"""Usage errors of typer in the reader's language, by the kind of the error: typer's own sentences are English."""

from __future__ import annotations

from typing import Any

from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption
from typer.core import TyperArgument
from typer.exceptions import TyperException

from infra.cli.core.arguments import allowed_names, allowed_number, refused
from infra.translation import tr


def usage_words(error: TyperException) -> str:
    """The sentence of an error that typer raises; its own one if there is none of ours."""
    match error:
        case NoSuchOption():
            return _no_such_option(error)
        case BadOptionUsage():
            return _with_or_without_value(error)
        case MissingParameter(param=TyperArgument() as argument):
            return tr("the argument {name} is missing", name=argument.display_name_raw)
        case MissingParameter(param=param) if param:
            return tr("{option} is missing", option=_name(param))
        case BadParameter(param=param) if param:
            return _bad_value(error)
    return error.format_message()


def _no_such_option(error: NoSuchOption) -> str:
    if not error.possibilities:
        return tr("no such option {option!r}", option=error.option_name)
    near = ", ".join(sorted(error.possibilities))
    return tr("no such option {option!r}; did you mean {near}?", option=error.option_name, near=near)


def _with_or_without_value(error: BadOptionUsage) -> str:
    if "requires" not in error.message:  # it has the option's name only, and no more than its sentence tells
        return tr("{option} takes no value", option=error.option_name)
    return tr("{option} needs a value", option=error.option_name)


def _bad_value(error: BadParameter) -> str:
    name, given, allowed = _name(error.param), _given(error), _allowed(error.param)
    if not allowed or given is None:
        return f"{name}: {error.message}"
    return str(refused(name, given, allowed))


def _given(error: BadParameter) -> str | None:
    """The value that pydantic refused."""
    errors = getattr(error.__cause__, "errors", None)
    return str(errors()[0]["input"]) if errors else None


def _allowed(param: Any) -> str:
    if choices := param.type_descriptor.choices:
        return allowed_names(map(str, choices))
    return allowed_number(param.min, param.max) if param.type_descriptor.annotation is int else ""


def _name(param: Any) -> str:
    """`--port`, or the name of an argument's value."""
    return param.display_name_raw if isinstance(param, TyperArgument) else " / ".join(param.opts)
