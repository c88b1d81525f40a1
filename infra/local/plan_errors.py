"""Why a rehearsal cannot begin, in the reader's language."""

from collections.abc import Collection

from botocore.exceptions import ClientError

from infra.translation import tr


class PlanError(Exception):
    """The plan contradicts the practice database, or AWS refuses a value."""


def no_mandant(mandant: str, known: Collection[str]) -> PlanError:
    if not known:
        return PlanError(tr("no billing practitioner {mandant!r}: the practice database has none", mandant=mandant))
    return PlanError(
        tr(
            "no billing practitioner {mandant!r} in the practice database; it has {known}",
            mandant=mandant, known=", ".join(sorted(known)),
        )
    )  # fmt: skip


def no_licence(number: str, known: Collection[str | None]) -> PlanError:
    names = ", ".join(sorted(one for one in known if one is not None))
    if not names:
        return PlanError(tr("no licence number {number!r}: no billing practitioner has one", number=number))
    told = tr(
        "no billing practitioner has the licence number {number!r}; known numbers: {known}", number=number, known=names
    )
    return PlanError(told)


def refused_value(name: str, value: str | None, error: ClientError) -> PlanError:
    """AWS refuses a parameter; the value is None if nobody may see it."""
    why = error.response["Error"]["Message"]
    if value is None:
        return PlanError(tr("AWS refuses the value of {name}: {why}", name=name, why=why))
    return PlanError(tr("AWS refuses the value {value!r} of {name}: {why}", name=name, value=value, why=why))
