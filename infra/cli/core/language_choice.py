"""Which language the command answers in. Pure."""

from collections.abc import Mapping, Sequence

from infra.cli.core.arguments import allowed_names, refused
from infra.translation import DEFAULT, LANGUAGES

OPTION, VARIABLE = "--lang", "VITOSMS_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order of POSIX


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
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    return _primary(locale) if _primary(locale) in LANGUAGES else DEFAULT, rest


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
    if _primary(given) not in LANGUAGES:
        raise refused(where, given, allowed_names(LANGUAGES))
    return _primary(given)


def _primary(tag: str) -> str:
    """`fr` of `fr`, `fr-CH` or `fr_CH.UTF-8`."""
    return tag.strip().casefold().replace("_", "-").partition(".")[0].partition("-")[0]
