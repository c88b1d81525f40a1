"""Go through the steps with a person, write the report meanwhile, and undo what they changed. I/O: a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.accept.step import Account, Seen, Step, Undo, Verdict

YES, STOP = ("y", "yes", "j", "ja"), ("s", "stop")


class Report:
    """A Markdown file with a row a step, written at once: it is kept if the session ends in the middle."""

    def __init__(self, path: Path, account: Account) -> None:
        self.path, self._now = path, account.now
        if not path.exists():
            where = "the local cloud" if account.local else f"account {account.account}"
            head = (
                f"# Acceptance of the stage {account.stage}\n\n{where}, {account.region}; SMS from {account.sms_region}"
            )
            table = "| time (UTC) | step | expected | seen | verdict |\n| --- | --- | --- | --- | --- |\n"
            path.write_text(f"{head}\n\n{table}", encoding="utf-8")

    def row(self, code: str, expected: str, seen: str, verdict: Verdict) -> None:
        cells = (f"{self._now():%Y-%m-%d %H:%M}", code, expected, seen, f"**{verdict}**")
        line = " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"| {line} |\n")


def go_through(
    steps: Sequence[Step], account: Account, report: Report, ask: Callable[[str], str], say: Callable[[str], None]
) -> bool:
    """Ask before each step; whether none was otherwise than expected, or could not be undone.

    A person may stop before any step; the rest is then for `--from`.
    """
    good, undo = True, []
    try:
        for step in steps:
            answer = _answer(step, account, ask)
            if answer in STOP:
                say(f"stopped; to go on: make accept STAGE={account.stage} ARGS='--from {step.code}'")
                break
            seen = _seen(step, account, answer)
            report.row(step.code, step.expected, _with_undo(seen), seen.verdict)
            say(f"  {seen.verdict}: {seen.told}")
            good &= seen.verdict is not Verdict.OTHERWISE
            undo += [(step.code, seen.undo)] if seen.undo else []
    finally:
        for code, back in reversed(undo):
            good &= _undone(code, back, report, say)
    return good


def _answer(step: Step, account: Account, ask: Callable[[str], str]) -> str:
    if account.local and step.only_aws:
        return ""
    return ask(f"\n{step.code}: {step.question}\n  expected: {step.expected}\n  do it? [y/N/stop] ").strip().casefold()


def _seen(step: Step, account: Account, answer: str) -> Seen:
    if account.local and step.only_aws:
        return Seen(step.only_aws, Verdict.SKIPPED)
    if answer not in YES:
        return Seen("not wanted", Verdict.SKIPPED)
    try:
        return step.act(account)
    except (ClientError, BotoCoreError) as error:
        return Seen(f"{type(error).__name__}: {error}", Verdict.OTHERWISE)


def _with_undo(seen: Seen) -> str:
    return f"{seen.told}. To undo: {seen.undo.told}" if seen.undo else seen.told


def _undone(code: str, undo: Undo, report: Report, say: Callable[[str], None]) -> bool:
    try:
        undo.act()
    except (ClientError, BotoCoreError) as error:
        report.row(code, undo.told, str(error), Verdict.NOT_UNDONE)
        say(f"  {code}: NOT undone ({error}): {undo.told}")
        return False
    report.row(code, undo.told, "", Verdict.UNDONE)
    say(f"  {code}: undone")
    return True
