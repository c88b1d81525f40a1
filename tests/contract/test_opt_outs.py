"""Opt-outs and the key of their hashes: the same on the fakes, on DynamoDB and in the Parameter Store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.parameter_store import ParameterError, ParameterStore
from chalicelib.messages.recipient import Channel
from chalicelib.practice.opt_out import OptOut, OptOuts, Source
from chalicelib.practice.parameters import SavedParameters
from chalicelib.text import Text
from tests.contract.sides import NOW, Side, new_practice, registered


def opt_out_of(name: str, source: Source = Source.PERSON, minutes: int = 0) -> OptOut:
    return OptOut(name * 32, Channel.SMS, source, NOW + timedelta(minutes=minutes, microseconds=7))


def test_opt_outs_are_of_the_practice_until_they_are_dropped(side: Side) -> None:
    practice, other = registered(side), registered(side)
    first, second = opt_out_of("a"), OptOut("b" * 32, None, Source.STOP, NOW, "user/anna", "verstorben")
    assert [side.parts.practices.add_opt_out(practice, opt_out) for opt_out in (first, second)] == [True, True]
    known, foreign = side.parts.practices.record(practice), side.parts.practices.record(other)
    assert known
    assert foreign
    assert (known.opt_outs, foreign.opt_outs) == ({first.hash: first, second.hash: second}, {})
    for _ in range(2):
        side.parts.practices.drop_opt_out(practice, first.hash)
    after = side.parts.practices.record(practice)
    assert after
    assert after.opt_outs == {second.hash: second}
    side.parts.practices.forget(after)
    side.parts.practices.add(practice, [], [])
    again = side.parts.practices.record(practice)
    assert again
    assert again.opt_outs == {}


@pytest.mark.parametrize(
    ("before", "then", "replaced"),
    [
        (Source.PERSON, Source.PERSON, False), (Source.PERSON, Source.BOUNCE, False),
        (Source.COMPLAINT, Source.PERSON, False), (Source.CARRIER, Source.COMPLAINT, False),
        (Source.BOUNCE, Source.BOUNCE, False), (Source.BOUNCE, Source.PERSON, True),
        (Source.BOUNCE, Source.COMPLAINT, True),
    ],
)  # fmt: skip
def test_an_opt_out_stays_as_it_was_noted_but_a_wish_replaces_a_bounce(
    side: Side, before: Source, then: Source, replaced: bool
) -> None:
    practice = registered(side)
    old, new = opt_out_of("a", before), opt_out_of("a", then, minutes=5)
    assert side.parts.practices.add_opt_out(practice, old)
    assert side.parts.practices.add_opt_out(practice, new) is replaced
    known = side.parts.practices.record(practice)
    assert known
    assert known.opt_outs == {old.hash: new if replaced else old}


def test_the_key_of_the_opt_outs_is_made_once_when_asked_for(side: Side) -> None:
    practice, other, parameters = new_practice(), new_practice(), side.parts.parameters
    with pytest.raises(ParameterError) as raised:
        parameters.opt_out_key(practice)
    name = f"/vitosms-secrets/local/{practice}/Abmeldungen"
    assert raised.value.text == Text("parameter.no_opt_out_key", path=name)
    key = parameters.opt_out_key(practice, make=True)
    assert len(key) == 32
    assert parameters.opt_out_key(practice) == parameters.opt_out_key(practice, make=True) == key
    assert parameters.opt_out_key(other, make=True) != key
    assert parameters.saved(practice) == SavedParameters(path=f"/vitosms/local/{practice}/")


def test_the_opt_outs_come_with_their_key_and_need_none_while_there_are_none(side: Side) -> None:
    practice, parameters, noted = registered(side), side.parts.parameters, opt_out_of("a")
    record = side.parts.practices.record(practice)
    assert record
    assert parameters.opt_outs(record) == OptOuts()
    with_one = replace(record, opt_outs={noted.hash: noted})
    with pytest.raises(ParameterError):
        parameters.opt_outs(with_one)
    key = parameters.opt_out_key(practice, make=True)
    assert parameters.opt_outs(with_one) == OptOuts(key, {noted.hash: noted})


@pytest.mark.parametrize("value", ["geheim", "0" * 63, "0" * 65, "G" * 64])
def test_what_is_no_key_fails_closed(side: Side, value: str) -> None:
    practice = new_practice()
    name = f"/vitosms-secrets/local/{practice}/Abmeldungen"
    side.put_parameter(name, value)
    for make in (False, True):
        with pytest.raises(ParameterError) as raised:
            side.parts.parameters.opt_out_key(practice, make)
        assert raised.value.text == Text("parameter.no_key", path=name)


def test_of_two_that_make_the_first_key_at_once_both_have_that_of_the_faster() -> None:
    """Ask a client that answers as AWS does if another process has created the key first."""
    faster, answers = "f" * 64, iter([None, "f" * 64])

    class Slower:
        def get_parameter(self, **request: object) -> dict[str, dict[str, str]]:
            value = next(answers)
            if value is None:
                raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
            return {"Parameter": {"Value": value}}

        def put_parameter(self, **request: object) -> None:
            assert (request["Type"], request["Overwrite"]) == ("SecureString", False)
            raise ClientError({"Error": {"Code": "ParameterAlreadyExists"}}, "PutParameter")

    made = ParameterStore(Slower(), "local", lambda: "0" * 64).opt_out_key("praxis", make=True)
    assert made == bytes.fromhex(faster)
