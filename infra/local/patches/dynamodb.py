"""Make moto's DynamoDB fast enough for a day of a practice. Its answers stay the same.

- TransactWriteItems copies the whole table for every item, for a rollback: seconds for one charge batch.
  Here only the items that it touches are copied.
- A Query sorts and compares all items of the table. Here it gets only the matching ones.
- Setting an attribute measures the whole item. Here it is measured only if it may be too large.
- An update of ten attributes builds and walks a tree of hundreds of nodes, ten times, for every item.
  Here that is done once for each expression that only sets and removes attributes.
"""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import executors, expressions, validators

_PARSER: Any = getattr(expressions, "UpdateExpressionParser")  # noqa: B009  moto has no types here
MAX_ITEM_BYTES = 405_000  # moto's limit for 400 KB
_TEXTS = {"S", "N"}  # types whose value is text
_NAME = r"#?\w+"
_SETTING = rf"{_NAME}\s*=\s*(?:if_not_exists\s*\(\s*{_NAME}\s*,\s*:\w+\s*\)|:\w+)"
_SET = rf"SET\s+(?P<set>{_SETTING}(?:\s*,\s*{_SETTING})*)"
_REMOVE = rf"REMOVE\s+(?P<remove>{_NAME}(?:\s*,\s*{_NAME})*)"
_ONE_SETTING = re.compile(rf"({_NAME})\s*=\s*(?:if_not_exists\s*\(\s*({_NAME})\s*,\s*)?(:\w+)", re.IGNORECASE)
_PLAIN = re.compile(rf"\s*(?:{_SET})?\s*(?:{_REMOVE})?\s*", re.IGNORECASE)


@contextmanager
def applied() -> Iterator[None]:
    """Apply all of them until the block ends."""
    backend: Any = models.DynamoDBBackend
    updates = _Updates()
    with ExitStack() as stack:
        for target, name, replacement in (
            (backend, "transact_write_items", _transact(backend.transact_write_items)),
            (Table, "query", _query(Table.query)),
            (Item, "size", _size),
            (LimitedSizeDict, "__setitem__", _set_attribute(LimitedSizeDict.__setitem__)),
            (_PARSER, "make", updates.make),
            (models, "UpdateExpressionValidator", updates.validator),
            (models, "UpdateExpressionExecutor", updates.executor),
        ):
            stack.enter_context(patch.object(target, name, replacement))
        yield


def _transact(moto_transact: Callable[..., None]) -> Callable[..., None]:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        before = [image for item in transact_items for image in _image(backend, item)]
        try:
            # moto's own rollback puts back this "copy", which is the table itself.
            with patch.object(Table, "__deepcopy__", lambda table, memo: table, create=True):
                moto_transact(backend, transact_items)
        except Exception:
            for put_back in before:
                put_back()
            raise

    return transact_write_items


def _image(backend: Any, transact_item: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """A function that restores the current item; it does nothing if moto will refuse the key or the table."""
    operation = next(iter(transact_item.values()))
    table = backend.tables.get(operation.get("TableName"))
    key = operation.get("Key") or operation.get("Item") or {}
    if table is None or table.hash_key_attr not in key or table.range_key_attr not in key:
        return
    hash_key, range_key = backend.get_keys_value(table, key)
    existing: Item | None = copy.deepcopy(table.items.get(hash_key, {}).get(range_key))

    def put_back() -> None:
        if existing is not None:
            table.items[hash_key][range_key] = existing
        else:
            table.items.get(hash_key, {}).pop(range_key, None)

    yield put_back


def _query(moto_query: Callable[..., Any]) -> Callable[..., Any]:
    def query(table: Table, hash_key: Any, comparison: Any, objects: Any, *arguments: Any, **options: Any) -> Any:
        name = arguments[4] if len(arguments) > 4 else options.get("index_name")
        keys = {index.name: index.schema for index in table.all_indexes()}.get(str(name), table.schema)
        range_name = next(key["AttributeName"] for key in keys if key["KeyType"] == "RANGE")
        if name is None:
            candidates = list(table.items.get(hash_key, {}).values())
        else:
            conditions = options.get("hash_key_conditions") or []
            everything = (item for collection in table.items.values() for item in collection.values())
            candidates = [item for item in everything if _has(item, conditions)]
        candidates = [item for item in candidates if range_name in item.attrs]
        if comparison:
            candidates = [item for item in candidates if item.attrs[range_name].compare(comparison, objects)]
        candidates.sort(key=lambda item: item.attrs[range_name].cast_value)  # moto's own sort is slow on the unsorted
        with patch.object(table, "all_items", lambda: candidates):
            return moto_query(table, hash_key, comparison, objects, *arguments, **options)

    return query


def _has(item: Item, conditions: list[tuple[str, Any]]) -> bool:
    for name, expected in conditions:
        value = item.attrs.get(name)
        if value is None or value.value != expected.value:
            return False
    return True


def _size(item: Item) -> int:
    return sum(len(name.encode()) + _size_of(value) for name, value in item.attrs.items())


def _size_of(value: DynamoType) -> int:
    return len(value.value.encode()) if value.type in _TEXTS else value.size()


def _set_attribute(moto_set: Callable[..., None]) -> Callable[..., None]:
    def set_attribute(attributes: Any, name: str, value: DynamoType) -> None:
        most = getattr(attributes, "most_bytes", None)  # an upper bound
        if most is None:
            most = sum(len(key.encode()) + _size_of(held) for key, held in attributes.items())
        attributes.most_bytes = most + len(name.encode()) + _size_of(value)
        if attributes.most_bytes > MAX_ITEM_BYTES:
            moto_set(attributes, name, value)
        else:
            dict.__setitem__(attributes, name, value)

    return set_attribute


class _Updates:
    """Stands in for moto's parser, validator and executor of update expressions.

    Whether moto accepts an expression of plain SETs and REMOVEs depends on its text, its names, and the
    types of its values; after moto has accepted one, the next of the same kind is only executed.
    """

    def __init__(self) -> None:
        self._moto_make = _PARSER.make
        self._validator: Any = validators.UpdateExpressionValidator
        self._executor: Any = executors.UpdateExpressionExecutor
        self._taken: set[Any] = set()
        self.make = cache(self._make)

    def _make(self, text: str) -> Any:
        tree = self._moto_make(text)
        tree.source = text
        return tree

    def validator(
        self,
        tree: Any,
        expression_attribute_names: dict[str, str] | None,
        expression_attribute_values: dict[str, Any] | None,
        item: Item,
        table: Table,
    ) -> Any:
        """The validator of an expression for an item, as moto constructs it."""
        names, values = expression_attribute_names or {}, expression_attribute_values or {}
        plain = _PLAIN.fullmatch(tree.source)
        shapes = frozenset((name, *value, "" in value.values()) for name, value in values.items())
        case = (tree.source, frozenset(names.items()), shapes, table.name)
        if plain and case in self._taken:
            return _PlainUpdate(plain, names, values, item)
        validator = self._validator(tree, expression_attribute_names, expression_attribute_values, item, table)
        checked = validator.validate

        def validate() -> Any:
            answer = checked()
            self._taken.add(case)
            return answer

        validator.validate = validate
        return validator

    def executor(self, tree: Any, item: Item, names: dict[str, str] | None) -> Any:
        """The executor of a validated expression, as moto constructs it."""
        return tree if isinstance(tree, _PlainUpdate) else self._executor(tree, item, names)


class _PlainUpdate:
    """A validated expression, its own validator and executor."""

    def __init__(self, plain: re.Match[str], names: Any, values: Any, item: Item) -> None:
        self._plain, self._names, self._values, self._item = plain, names, values, item

    def validate(self) -> "_PlainUpdate":
        return self

    def normalize(self) -> None:
        return None

    def execute(self) -> None:
        """Set and remove. Raises moto's ItemSizeTooLarge."""
        attributes: dict[str, Any] = self._item.attrs
        settings = _ONE_SETTING.findall(self._plain["set"] or "")
        new = {self._names.get(name, name): self._value(fallback, value) for name, fallback, value in settings}
        for name, value in new.items():
            attributes[name] = value
        for name in re.findall(_NAME, self._plain["remove"] or ""):
            attributes.pop(self._names.get(name, name), None)

    def _value(self, existing: str, value: str) -> DynamoType:
        held: DynamoType | None = self._item.attrs.get(self._names.get(existing, existing)) if existing else None
        return copy.deepcopy(held) if held is not None else DynamoType(self._values[value])
