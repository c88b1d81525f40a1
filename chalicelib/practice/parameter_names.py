"""The names of all parameters of a practice below its path, and those that a misspelt one may mean. Pure."""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.messages.template_set import KIND_NAMES, PARTS
from chalicelib.practice.job_settings import ACTIVATED, JOB_PARAMETERS, SCHEDULE
from chalicelib.practice.names import meant
from chalicelib.practice.switches import SWITCHES
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES, Text, joined

TEMPLATES = {f"{kind}/{part}/{language}": (kind, part, language) for kind in KIND_NAMES for part in PARTS
              for language in LANGUAGES}  # fmt: skip
PARAMETERS = (
    *(f"Schalter/{name}" for name in SWITCHES),
    *(f"Auftraege/{name}" for name in JOB_PARAMETERS),
    *(f"Vorlagen/{name}" for name in TEMPLATES),
)
_JOB_OF = {  # people know the jobs by these words
    "Terminerinnerungen": Job.PREPARE_REMINDERS,
    "Geburtstagsglueckwuensche": Job.PREPARE_BIRTHDAYS,
    "Mitteilungen": Job.SEND,
    "Versand": Job.SEND,
}
_OF_A_JOB = (ACTIVATED, SCHEDULE)
_SPELLINGS = (
    {name: name for name in PARAMETERS}
    | {name: f"Schalter/{name}" for name in SWITCHES}
    | {f"Auftraege/{word}/{name}": f"Auftraege/{job}/{name}" for word, job in _JOB_OF.items() for name in _OF_A_JOB}
)


def unknown_parameter(name: str, path: str) -> Text:
    """Return the warning about a parameter that nothing reads, with the ones that may be meant; `path` precedes it."""
    parameter, near = path + name, parameters_meant(name)
    by_folder = {
        "Schalter/": Text("parameter.no_switch", parameter=parameter),
        "Auftraege/": Text("parameter.no_job", parameter=parameter),
    }
    warning = by_folder.get(name[: name.find("/") + 1], Text("parameter.unread", parameter=parameter))
    return joined("sentences", [warning, Text("parameter.meant", name=", ".join(near))]) if near else warning


def parameters_meant(name: str) -> list[str]:
    """The parameters that may be meant by a name: each of its parts is near."""
    parts = name.split("/")
    near = [known for known in _SPELLINGS if _all_near(parts, known.split("/"))]
    return list(dict.fromkeys(_SPELLINGS[known] for known in meant(name, near)))


def _all_near(given: Collection[str], known: Collection[str]) -> bool:
    return len(given) == len(known) and all(meant(part, [other]) for part, other in zip(given, known, strict=True))
