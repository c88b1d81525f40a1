"""Credits move in every way, repeatedly, concurrently, with lost answers; the books stay right. On the fakes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.entry_store import ShortOfCreditsError
from chalicelib.aws.table import CancelledError
from chalicelib.entries.credits import TopUp, Transfer, balance_of, refund_of, totals_of
from chalicelib.entries.entry import Entry, back_to_prepared
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, reserved
from tests.contract.sides import NOW, FakeSide
from tests.fakes.world import AnswerLostError, Moment

PRACTICE = "praxis"
MANDANTEN = ("M1", "M2", "M3")
ENTRIES = 12  # four of each Mandant

numbers, mandanten = st.integers(0, ENTRIES - 1), st.sampled_from(MANDANTEN)
references, amounts = st.sampled_from(["r1", "r2", "r3"]), st.integers(0, 9)
acts = st.one_of(
    st.tuples(st.just("top up"), mandanten, references, amounts),
    st.tuples(st.just("transfer"), mandanten, mandanten, references, amounts),
    st.tuples(st.just("charge"), mandanten, st.sets(numbers, min_size=1), amounts),
    st.tuples(st.just("refund"), st.sets(numbers, min_size=1)),
)
Act = tuple[object, ...]


class Books:
    """Twelve entries of three Mandanten, and the operations on them."""

    def __init__(self) -> None:
        self.side = FakeSide()
        self.store, self.world = self.side.parts.store, self.side.world
        made = [entry(PRACTICE, n, mandant=self.payer(n)) for n in range(ENTRIES)]
        for mandant in MANDANTEN:
            self.store.top_up(PRACTICE, TopUp(mandant, "start", 12, NOW))
        self.read = [done.after for done in self.store.commit([Transition(None, entry) for entry in made])]

    @staticmethod
    def payer(number: int) -> str:
        return MANDANTEN[number % len(MANDANTEN)]

    def now(self, number: int) -> Entry:
        key = self.read[number].key
        return self.store.entries(PRACTICE, [key])[key]

    def do(self, act: Act, look: Callable[[int], Entry]) -> None:
        """`look` is how an entry is read: it may have changed since."""
        with suppress(ShortOfCreditsError, CancelledError):
            getattr(self, f"_{str(act[0]).replace(' ', '_')}")(look, *act[1:])

    def _top_up(self, _: Callable[[int], Entry], mandant: str, reference: str, credits: int) -> None:
        self.store.top_up(PRACTICE, TopUp(mandant, reference, credits, NOW))

    def _transfer(self, _: Callable[[int], Entry], giver: str, taker: str, reference: str, credits: int) -> None:
        if giver != taker and credits:  # as the command asks
            self.store.transfer(PRACTICE, Transfer(giver, taker, reference, -credits, NOW))

    def _charge(self, look: Callable[[int], Entry], mandant: str, wanted: set[int], credits: int) -> None:
        own = [look(n) for n in sorted(wanted) if self.payer(n) == mandant]
        block = [reserved(entry, credits) for entry in own if entry.state is State.PREPARED]
        if block:
            self.store.reserve(mandant, block, SOON)

    def _refund(self, look: Callable[[int], Entry], wanted: set[int]) -> None:
        paid = [entry for entry in map(look, sorted(wanted)) if entry.state is State.RESERVED]
        self.store.commit(
            [
                Transition(entry, back_to_prepared(entry, SOON, Text("deliver.too_late")), refund_of(entry, SOON))
                for entry in paid
            ]
        )

    def totals(self) -> dict[str, int]:
        """Return the balances, after checking them against all other data."""
        ledgers = {mandant: self.store.ledger(PRACTICE, mandant) for mandant in MANDANTEN}
        balances = self.store.balances(PRACTICE, MANDANTEN)
        for mandant, ledger in ledgers.items():
            assert balances[mandant] == balance_of(ledger) == totals_of(ledger).balance >= 0
            held = [self.now(n).credits for n in range(ENTRIES) if self.payer(n) == mandant]
            assert sum(held) == totals_of(ledger).charged - totals_of(ledger).refunded
        sides = [item for ledger in ledgers.values() for item in ledger if isinstance(item, Transfer)]
        assert sorted(map(repr, sides)) == sorted(repr(side.other_side()) for side in sides)
        assert sum(totals_of(ledger).transferred for ledger in ledgers.values()) == 0
        return balances


@settings(max_examples=60, deadline=None)
@given(st.lists(acts, min_size=1, max_size=20), st.data())
def test_no_order_of_acts_repetitions_or_lost_answers_breaks_the_ledger(todo: list[Act], data: st.DataObject) -> None:
    books = Books()
    stale = {n: books.now(n) for n in range(ENTRIES)}
    for act in todo:
        before = books.totals()
        how = data.draw(st.sampled_from(["as it is", "twice", "stale", "unanswered", "at once"]))
        look = stale.__getitem__ if how == "stale" else books.now
        if how == "unanswered":
            books.world.fault = _once(lose_answer, "after")
        if how == "at once":
            other = data.draw(acts)
            books.world.fault = _once(partial(books.do, other, books.now), "before")
        books.do(act, look)
        books.world.fault = lambda moment, call: None
        if how == "twice":
            books.do(act, look)
        after = books.totals()
        if act[0] == "transfer" and how != "at once":
            assert sum(before.values()) == sum(after.values())


def lose_answer() -> None:
    raise AnswerLostError


def _once(act: Callable[[], object], when: str) -> Callable[[Moment, str], None]:
    """A fault that strikes at the first write."""
    todo = [act]

    def fault(moment: Moment, call: str) -> None:
        if moment == when and call in WRITES and todo:
            todo.pop()()

    return fault


WRITES = {"store.top_up", "store.transfer", "store.reserve", "store.commit"}
