"""The status of a CloudFormation stack, and what it allows. Pure."""

from enum import Enum, auto

from infra.translation import tr


class Stand(Enum):
    """The action that the status of a stack allows."""

    ABSENT = auto()  # a new one can be made
    EMPTY = auto()  # the first change set was never confirmed: the stack is empty
    READY = auto()  # it can be changed
    BUSY = auto()  # another change is under way
    STUCK = auto()  # it cannot be changed in this status


_READY = {
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
}  # fmt: skip
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"}


def stand_of(status: str | None) -> Stand:
    """`status` is None if there is no stack."""
    if status is None or status == "DELETE_COMPLETE":
        return Stand.ABSENT
    if status == "REVIEW_IN_PROGRESS":
        return Stand.EMPTY
    if status.endswith("_IN_PROGRESS"):
        return Stand.BUSY
    return Stand.READY if status in _READY else Stand.STUCK


def is_final(status: str) -> bool:
    """Whether a change has ended, with or without success."""
    return not status.endswith("_IN_PROGRESS")


def is_good(status: str) -> bool:
    """Whether a change has succeeded."""
    return status in _GOOD


def why_not(status: str, stage: str, name: str = "") -> str:
    """The reason not to change a busy or stuck stack, that of the stage or the one of this name, and the way out."""
    stack = name or f"vitosms-{stage}"
    if stand_of(status) is Stand.BUSY:
        return tr(
            "the stack {stack} is being changed at the moment ({status}); wait until that is over, then try again",
            stack=stack, status=status,
        )  # fmt: skip
    if status == "UPDATE_ROLLBACK_FAILED":
        return tr(
            "the stack {stack} could not be rolled back ({status}): fix the cause, then run: {command}",
            stack=stack, status=status, command=f"aws cloudformation continue-update-rollback --stack-name {stack}",
        )  # fmt: skip
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        return tr(
            "the stack {stack} failed when it was created ({status}) and can only be removed: "
            "vitosms destroy --stage {stage}, then deploy again",
            stack=stack, status=status, stage=stage,
        )  # fmt: skip
    if status == "DELETE_FAILED":
        return tr(
            "the stack {stack} could not be removed ({status}): fix the cause, then run again: "
            "vitosms destroy --stage {stage}",
            stack=stack, status=status, stage=stage,
        )  # fmt: skip
    return tr(
        "the stack {stack} has the status {status}, in which CloudFormation changes nothing; see the console",
        stack=stack, status=status,
    )  # fmt: skip
