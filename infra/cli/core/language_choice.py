"""Which language the command answers in. Pure."""

from collections.abc import Mapping, Sequence

from chalicelib.text import LANGUAGES
from infra.cli.core.arguments import allowed_names, refused
from infra.translation import VARIABLE, preferred_language, primary

OPTION = "--lang"


def chosen_language(args: Sequence[str], environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """The language by `--lang`, VITOSMS_LANG, the locale, or German; and the arguments without `--lang`.

    The option may stand anywhere before `--`. Raises ArgumentError if it or VITOSMS_LANG is no language of ours; any
    other locale is German.
    """
    given, rest = _option(args)
    if given is not None:
        return _language(OPTION, given), rest
    if environment.get(VARIABLE):
        return _language(VARIABLE, environment[VARIABLE]), rest
    return preferred_language(environment), rest


def _option(args: Sequence[str]) -> tuple[str | None, list[str]]:
    given: str | None = None
    rest: list[str] = []
    coming = iter(args)
    for one in coming:
        if one == "--":
            return given, [*rest, one, *coming]
        if one == OPTION:
            given = next(coming, "")
        elif one.startswith(f"{OPTION}="):
            given = one.removeprefix(f"{OPTION}=")
        else:
            rest.append(one)
    return given, rest


def _language(where: str, given: str) -> str:
    if primary(given) not in LANGUAGES:
        raise refused(where, given, allowed_names(LANGUAGES))
    return primary(given)
