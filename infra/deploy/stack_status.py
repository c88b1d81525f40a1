"""The status of a CloudFormation stack, and what it allows. Pure."""

from enum import Enum, auto


class Stand(Enum):
    """The action that the status of a stack allows."""

    ABSENT = auto()  # a new one can be made
    EMPTY = auto()  # the first change set was never confirmed: nothing is in it
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


def why_not(status: str, stage: str) -> str:
    """The reason not to change a busy or stuck stack, and the way out."""
    stack = f"the stack vitosms-{stage}"
    if stand_of(status) is Stand.BUSY:
        return f"{stack} is being changed at this moment ({status}); wait until that is over, then try again"
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"{stack} could not be rolled back ({status}): mend the cause, then: "
            f"aws cloudformation continue-update-rollback --stack-name vitosms-{stage}"
        )
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        return (
            f"{stack} failed when it was first made ({status}), and can only be removed: "
            f"vitosms destroy --stage {stage}, then deploy again"
        )
    if status == "DELETE_FAILED":
        return f"{stack} could not be removed ({status}): mend the cause, then again: vitosms destroy --stage {stage}"
    return f"{stack} is in the state {status}, in which CloudFormation changes nothing; see it in the console"
