"""The sentences about a decision on several messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil

from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.several import Act
from chalicelib.entries.transition import Transition
from chalicelib.planning.outlook import next_send_of_released
from chalicelib.reports.queue_sources import QueueSources


def title_words(act: Act, visit: Visit) -> str:
    titles = {
        Act.CANCEL: visit.tr("Do not send messages"), Act.RELEASE: visit.tr("Release messages"),
        Act.DELIVERED: visit.tr("Messages that have arrived"),
    }  # fmt: skip
    return titles[act]


def what_words(act: Act, made: Transition, sources: QueueSources, visit: Visit) -> str:
    """The effect on a message."""
    if act is Act.CANCEL:
        credits = made.refund.credits if made.refund else 0
        refunded = visit.trn(
            "is not sent; {count} credit comes back", "is not sent; {count} credits come back", credits
        )
        return refunded if credits else visit.tr("is not sent")
    if act is Act.DELIVERED:
        return visit.tr("counts as delivered; stays charged")
    at = sources.next_send_of_released
    if at is None:
        return visit.tr("waits; no run is planned")
    time = visit.words.moment(at.astimezone(visit.zone))
    if made.after.expires_at <= at:
        return visit.tr("is not sent: it would be too late at {time}", time=time)
    return visit.tr("leaves with the run of {time}", time=time)


def answer_words(act: Act, wanted: Sequence[Transition], sources: QueueSources, visit: Visit) -> str:
    """How many messages, and credits in sum."""
    count = len(wanted)
    if not count:
        return visit.tr("Nothing can be done about these messages.")
    if act is Act.CANCEL:
        said = visit.trn("{count} message will not be sent.", "{count} messages will not be sent.", count)
        return _with_refund(said, wanted, visit)
    if act is Act.DELIVERED:
        return visit.trn("{count} message will count as delivered.", "{count} messages will count as delivered.", count)
    credits = about_credits((made.after for made in wanted), sources.entries)
    return visit.trn(
        "{count} message will be released, for about {credits}.",
        "{count} messages will be released, for about {credits}.", count,
        credits=visit.trn("{count} credit", "{count} credits", credits),
    )  # fmt: skip


def done_words(act: Act, done: Sequence[Transition], visit: Visit) -> str:
    count = len(done)
    if not count:
        return visit.tr("Nothing was changed.")
    if act is Act.CANCEL:
        said = visit.trn("{count} message is not sent.", "{count} messages are not sent.", count)
        return _with_refund(said, done, visit)
    if act is Act.DELIVERED:
        return visit.trn("{count} message counts as delivered.", "{count} messages count as delivered.", count)
    said = visit.trn("{count} message is released.", "{count} messages are released.", count)
    return f"{said} {run_words(next_send_of_released(visit.practice, visit.now), visit)}"


def run_words(at: datetime | None, visit: Visit) -> str:
    """When the next run is (UTC)."""
    if at is None:
        return visit.tr("No run is planned.")
    return visit.tr("The next run is {time}.", time=visit.words.moment(at.astimezone(visit.zone)))


def button_words(act: Act, count: int, visit: Visit) -> str:
    match act:
        case Act.CANCEL:
            return visit.trn("Do not send {count} message", "Do not send {count} messages", count)
        case Act.RELEASE:
            return visit.trn("Release {count} message", "Release {count} messages", count)
    return visit.trn("{count} message has arrived", "{count} messages have arrived", count)


def about_credits(released: Iterable[Entry], known: Iterable[Entry]) -> int:
    """The likely price of messages: the average of those of their channel that are charged; without any, 1 each."""
    charged: dict[str | None, list[int]] = {}
    for one in known:
        if one.credits:
            charged.setdefault(one.channel, []).append(one.credits)
    return ceil(sum(_average(charged.get(one.channel, [1])) for one in released))


def _average(credits: Sequence[int]) -> float:
    return sum(credits) / len(credits)


def _with_refund(said: str, made: Iterable[Transition], visit: Visit) -> str:
    credits = sum(one.refund.credits for one in made if one.refund)
    back = visit.trn("{count} credit comes back.", "{count} credits come back.", credits)
    return f"{said} {back}" if credits else said
