"""Bounces: whether they are for good, from when on they count, and whose address takes no mail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.practice.opt_out import Source
from tests.unit.entries.test_receipt import LATER, TAKEN_BY_SES, bounce, mail_event, parse


@pytest.mark.parametrize(
    ("recipient", "status", "soft", "opts_out"),
    [
        pytest.param({}, "", True, None, id="an absent reader's reply has no status"),
        pytest.param({"status": "4.2.2"}, " 4.2.2", True, None, id="not for good"),
        pytest.param({"status": "5.7.1"}, " 5.7.1", False, None, id="refused for good, by a mailbox that exists"),
        pytest.param({"status": "5.1.1"}, " 5.1.1", False, Source.BOUNCE, id="no such mailbox"),
        pytest.param({"status": "5.1.10"}, " 5.1.10", False, Source.BOUNCE, id="a domain that takes no mail"),
        pytest.param({"status": "2.1.5"}, " 2.1.5", True, None, id="it arrived"),
        pytest.param({"diagnosticCode": "smtp; 550 5.1.1 user unknown"}, " 5.1.1", False, Source.BOUNCE,
                     id="only a diagnostic code"),
        pytest.param({"status": "5.0.0", "diagnosticCode": "smtp; 550-5.2.1 disabled\n550 5.2.1"}, " 5.2.1", False,
                     Source.BOUNCE, id="a vague status gives way"),
        pytest.param({"status": "5.0.0", "diagnosticCode": "X-Postfix; unknown user"}, " 5.0.0", False, None,
                     id="a vague status alone"),
        pytest.param({"status": "4.4.7", "diagnosticCode": "smtp; 550 4.4.7 expired"}, " 4.4.7", True, None,
                     id="the status wins over the reply"),
        pytest.param({"diagnosticCode": "smtp; 550 mailbox unavailable"}, " 550", False, None, id="only a reply"),
        pytest.param({"diagnosticCode": "smtp; 421 try again later"}, " 421", True, None, id="a reply, not for good"),
        pytest.param({"diagnosticCode": "smtp; 5.9.1.22 is no status"}, "", True, None, id="an IP address"),
        pytest.param({"diagnosticCode": "smtp; 550 u5.1.1@patient.example is full"}, " 550", False, None,
                     id="an address"),
        pytest.param({"diagnosticCode": "smtp; 451 host 5.1.1.mx.example is busy"}, " 451", True, None, id="a host"),
        pytest.param({"status": "4.0.0", "diagnosticCode": "smtp; 451 later, it is not 5.1.1"}, " 4.0.0", True, None,
                     id="a number in a sentence"),
        pytest.param({"status": "5.1.1 (no such user)"}, " 5.1.1", False, Source.BOUNCE, id="with a comment"),
        pytest.param({"status": "x5.1.1"}, "", True, None, id="no status"),
        pytest.param({"diagnosticCode": "5.1.1 user unknown"}, " 5.1.1", False, Source.BOUNCE, id="without a type"),
        pytest.param({"diagnosticCode": "smtp; at most 512 bytes"}, "", True, None, id="any other number"),
        pytest.param({"status": None, "diagnosticCode": 550}, " 550", False, None, id="a number"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["Transient General", "Undetermined Undetermined"])
def test_the_status_decides_where_the_type_says_too_little(
    kind: str, recipient: dict[str, Any], status: str, soft: bool, opts_out: Source | None
) -> None:
    parts = bounce(*kind.split(" "))
    parts["bounce"]["bouncedRecipients"] = [{"emailAddress": "leser@patient.example", **recipient}]
    found = parse(json.dumps(mail_event("Bounce", **parts)))
    assert found
    assert (found.reason, found.counts_from, found.opts_out) == (
        f"Bounce {kind}{status}", LATER if soft else None, opts_out,
    )  # fmt: skip


@pytest.mark.parametrize("recipients", [None, [], {}, [{}], [{"status": None}]])
def test_a_bounce_whose_recipients_say_nothing_is_soft(recipients: Any) -> None:
    parts = bounce("Transient", "General")
    parts["bounce"]["bouncedRecipients"] = recipients
    found = parse(json.dumps(mail_event("Bounce", **parts)))
    assert found
    assert (found.counts_from, found.opts_out) == (LATER, None)


@pytest.mark.parametrize(
    ("bounced_at", "counts_from"),
    [
        pytest.param("2016-10-14T05:02:16.645Z", datetime(2016, 10, 14, 6, 2, 16, 645000, tzinfo=UTC), id="earlier"),
        pytest.param("2019-10-14T05:02:16.645Z", LATER, id="by a clock that is wrong"),
        pytest.param("2016-10-14T05:02:16", datetime(2016, 10, 14, 6, 2, 16, tzinfo=UTC), id="without a zone"),
        pytest.param(None, TAKEN_BY_SES + timedelta(hours=1), id="unknown: when SES took the e-mail"),
    ],
)
def test_a_soft_bounce_counts_an_hour_after_it(bounced_at: Any, counts_from: datetime) -> None:
    parts = bounce("Transient", "General")
    parts["bounce"]["timestamp"] = bounced_at
    found = parse(json.dumps(mail_event("Bounce", **parts)))
    assert found
    assert found.counts_from == counts_from


@pytest.mark.parametrize("detail", ["MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"])
def test_a_type_that_says_enough_needs_no_status(detail: str) -> None:
    parts = bounce("Transient", detail)
    parts["bounce"]["bouncedRecipients"] = [{"status": "5.2.2", "diagnosticCode": "smtp; 552 5.2.2 full"}]
    found = parse(json.dumps(mail_event("Bounce", **parts)))
    assert found
    assert (found.reason, found.counts_from) == (f"Bounce Transient {detail}", LATER)
