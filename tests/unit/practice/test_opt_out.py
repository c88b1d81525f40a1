"""Opt-outs: spellings of the same address, information in a hash, and the effect on a patient's message."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.entries.credits import Tariff
from chalicelib.entries.states import State
from chalicelib.messages.recipient import Address, Channel, NoAddress, email_address, mobile_number
from chalicelib.planning.recheck import End, Reserve, recheck
from chalicelib.practice.opt_out import OptOut, OptOuts, Source, opt_out_hash
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import EMAIL, MOBILE, NOW, candidate, entry, opted_out, practice

KEY = b"k" * 32
SMS, MAIL = Address(Channel.SMS, MOBILE), Address(Channel.EMAIL, EMAIL)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (mobile_number("079 000 00 01"), mobile_number("+41 79 000 00 01")),
        (mobile_number(790000001), mobile_number("0041790000001")),
        (email_address("Anna.Muster@Example.com"), email_address(" anna.muster@EXAMPLE.COM ")),
        (email_address("a@bücher.example"), email_address("a@xn--bcher-kva.example")),
    ],
)
def test_spellings_of_one_address_have_one_hash(first: Address, second: Address) -> None:
    assert opt_out_hash(KEY, first) == opt_out_hash(KEY, second)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        pytest.param(KEY, Address(Channel.SMS, MOBILE[:-1] + "9"), id="another number"),
        pytest.param(KEY, Address(Channel.EMAIL, MOBILE), id="the same text on another channel"),
        pytest.param(b"l" * 32, SMS, id="the same number in another practice: its key is another one"),
    ],
)
def test_anything_else_has_another_hash(key: bytes, address: Address) -> None:
    assert opt_out_hash(key, address) != opt_out_hash(KEY, SMS)


def test_a_hash_is_hex_and_holds_nothing_of_the_address() -> None:
    digest = opt_out_hash(KEY, SMS)
    assert len(bytes.fromhex(digest)) == 16
    assert MOBILE[-4:] not in digest
    assert str(KEY) not in repr(OptOuts(KEY, {digest: OptOut(digest, Channel.SMS, Source.PERSON, NOW)}))


CLOSED_SMS = NoAddress(Text("address.mobile_opted_out"), opted_out=True)
CLOSED_MAIL = NoAddress(Text("address.email_opted_out"), opted_out=True)


@pytest.mark.parametrize(
    ("outs", "address", "refusal"),
    [
        (opted_out(sms=Source.PERSON), SMS, CLOSED_SMS),
        (opted_out(sms=Source.CARRIER), SMS, CLOSED_SMS),
        (opted_out(email=Source.PERSON), MAIL, CLOSED_MAIL),
        (opted_out(email=Source.COMPLAINT), MAIL, CLOSED_MAIL),
        (opted_out(email=Source.BOUNCE), MAIL, NoAddress(Text("address.email_unreachable"))),
        (opted_out(email=Source.PERSON), SMS, None),
        (opted_out(sms=Source.PERSON), MAIL, None),
        (OptOuts(), SMS, None),
        (OptOuts(b"another key", opted_out(sms=Source.PERSON).by_hash), SMS, None),
    ],
)
def test_why_nothing_is_sent_to_an_address(outs: OptOuts, address: Address, refusal: NoAddress | None) -> None:
    assert outs.refusal(address) == refusal


@pytest.mark.parametrize(
    ("outs", "columns", "channel"),
    [
        pytest.param(opted_out(sms=Source.PERSON), {}, Channel.EMAIL, id="no more SMS: by e-mail"),
        pytest.param(opted_out(email=Source.COMPLAINT), {}, Channel.SMS, id="a complaint does not stop SMS"),
        pytest.param(opted_out(sms=Source.PERSON), {"EMail": None}, None, id="no other address"),
        pytest.param(opted_out(sms=Source.PERSON, email=Source.BOUNCE), {}, None, id="and a dead mailbox"),
    ],
)
@pytest.mark.parametrize("step", Stage)
def test_the_other_address_is_taken_or_none(
    step: Stage, outs: OptOuts, columns: dict[str, Any], channel: Channel | None
) -> None:
    found = RuleInput(practice(step, opt_outs=outs), candidate(**columns)).address
    assert (found.channel if isinstance(found, Address) else None) == channel


@pytest.mark.parametrize(
    ("outs", "columns", "state", "reason"),
    [
        pytest.param(
            opted_out(sms=Source.PERSON), {"EMail": None}, State.CANCELLED,
            Text("address.none", Text("address.mobile_opted_out"), Text("address.no_email")),
            id="opted out: nobody phones either",
        ),
        pytest.param(
            opted_out(email=Source.BOUNCE), {"Mobiltelefon": None}, State.NOT_SENDABLE,
            Text("address.none", Text("address.no_mobile"), Text("address.email_unreachable")),
            id="a dead mailbox: phone",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_a_prepared_one(outs: OptOuts, columns: dict[str, Any], state: State, reason: Text) -> None:
    decision = recheck(entry(), candidate(**columns), practice(Stage.SEND, opt_outs=outs), Tariff(1, 1))
    assert isinstance(decision, End)
    assert (decision.after.state, decision.after.reason) == (state, reason)


def test_a_prepared_one_goes_to_the_other_address() -> None:
    outs = opted_out(sms=Source.PERSON)
    decision = recheck(entry(), candidate(), practice(Stage.SEND, opt_outs=outs), Tariff(1, 1))
    assert isinstance(decision, Reserve)
    assert (decision.after.channel, decision.after.recipient) == (Channel.EMAIL, EMAIL)


def test_the_reason_in_a_column() -> None:
    found = RuleInput(practice(opt_outs=opted_out(sms=Source.PERSON, email=Source.BOUNCE)), candidate()).address
    assert isinstance(found, NoAddress)
    assert words_of("de").short(found.reason) == "Mobilnummer abgemeldet; E-Mail unzustellbar"
