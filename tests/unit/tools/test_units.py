"""DynamoDB's request units: items of known sizes, and what their writes and reads cost."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local import stack
from tests.bench.item_size import Attributes, size_of
from tests.bench.units import Index, index_write, indexes_of, read_each, read_range, table_write

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}  # 6 bytes
ALL = Index("all", ("h", "r"), None)
FEW = Index("few", ("h", "r"), frozenset({"pk", "sk", "h", "r", "seen"}))


def item(bytes_: int = 6, **attributes: str) -> Attributes:
    """An item of this size in bytes: its keys, these text attributes, and a filling."""
    named = {**KEY, **{name: {"S": value} for name, value in attributes.items()}}
    left = bytes_ - size_of(named)
    return {**named, "x": {"S": "x" * (left - 1)}} if left > 0 else named


@pytest.mark.parametrize(
    ("attribute", "bytes_"),
    [
        ({"S": ""}, 0),
        ({"S": "Grüezi"}, 7),
        ({"S": "€"}, 3),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-98"}, 2),
        ({"N": "1000000"}, 2),
        ({"N": "0.0025"}, 2),
        ({"N": "10.5"}, 3),
        ({"N": "1.50"}, 2),
        ({"N": "1E+3"}, 2),
        ({"N": "1830063600"}, 5),
        ({"B": "aGFsbG8="}, 5),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["1", "123"]}, 5),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 9),
        ({"M": {}}, 3),
        ({"M": {"name": {"S": "ab"}}}, 10),
        ({"L": [{"M": {"n": {"N": "1"}}}]}, 11),
    ],
)
def test_an_attribute_is_as_long_as_aws_says(attribute: dict[str, Any], bytes_: int) -> None:
    assert size_of({"name": attribute}) == 4 + bytes_


def test_a_type_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="no type 'X'"):
        size_of({"name": {"X": "1"}})


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        pytest.param(None, item(1024), 1, id="new, 1 KB"),
        pytest.param(None, item(1025), 2, id="new, a byte more"),
        pytest.param(item(3000), item(900), 3, id="smaller: the larger of both"),
        pytest.param(item(900), item(3000), 3, id="larger"),
        pytest.param(item(2500), None, 3, id="deleted"),
        pytest.param(None, None, 1, id="nothing there"),
        pytest.param(item(2500), item(2500), 3, id="as it was: refused, or written again"),
    ],
)
def test_a_write_counts_the_larger_of_before_and_after_and_in_a_transaction_twice(
    before: Attributes | None, after: Attributes | None, units: int
) -> None:
    assert table_write(before, after, transactional=False) == units
    assert table_write(before, after, transactional=True) == 2 * units


@pytest.mark.parametrize(
    ("before", "after", "of_all", "of_few"),
    [
        pytest.param(None, item(), 0, 0, id="not in the index"),
        pytest.param(None, item(h="1"), 0, 0, id="one key of the index is missing"),
        pytest.param(None, item(h="1", r="1"), 1, 1, id="put"),
        pytest.param(None, item(1500, h="1", r="1"), 2, 1, id="put, of what it shows"),
        pytest.param(item(1500, h="1", r="1"), None, 2, 1, id="erased"),
        pytest.param(item(1500, h="1", r="1"), item(), 2, 1, id="erased as a key is gone"),
        pytest.param(item(h="1", r="1"), item(h="1", r="2"), 2, 2, id="a key changes: two writes"),
        pytest.param(item(1500, h="1", r="1"), item(h="2", r="1"), 3, 2, id="two writes, each of its own size"),
        pytest.param(item(h="1", r="1"), item(h="1", r="1", seen="1"), 1, 1, id="what it shows changes"),
        pytest.param(item(h="1", r="1"), item(h="1", r="1", unseen="1"), 1, 0, id="what the other does not show"),
        pytest.param(item(h="1", r="1"), item(h="1", r="1"), 0, 0, id="nothing changes"),
    ],
)
def test_an_index_follows_as_far_as_what_it_shows_has_changed(
    before: Attributes | None, after: Attributes | None, of_all: int, of_few: int
) -> None:
    assert index_write(before, after, ALL) == of_all
    assert index_write(before, after, FEW) == of_few


@pytest.mark.parametrize(
    ("sizes", "missing", "each", "together"),
    [
        ([], 0, 0, 1),
        ([], 1, 1, 1),
        ([4096], 0, 1, 1),
        ([4097], 0, 2, 2),
        ([1500, 6500], 0, 3, 2),
        ([1000] * 10, 2, 12, 3),
    ],
)
def test_single_reads_are_rounded_up_each_and_a_range_as_a_whole(
    sizes: list[int], missing: int, each: int, together: int
) -> None:
    items = [item(size) for size in sizes]
    assert read_each(items, missing, consistent=True) == each
    assert read_each(items, missing, consistent=False) == each / 2
    assert read_range(items, consistent=True) == together
    assert read_range(items, consistent=False) == together / 2


def test_the_indexes_are_those_of_the_template() -> None:
    table = stack.template()["Resources"]["Table"]["Properties"]
    for index, described in zip(indexes_of(table), table["GlobalSecondaryIndexes"], strict=True):
        assert index.name == described["IndexName"]
        assert index.keys == tuple(key["AttributeName"] for key in described["KeySchema"])
        assert set(index.shows or ()) == {"pk", "sk", *index.keys, *described["Projection"].get("NonKeyAttributes", [])}
