"""What moto gets wrong for us, put right as narrowly as possible while the local cloud is open.

- TransactWriteItems copies the whole table for every item, to roll back to: seconds for one block of
  entries. Here only the items that it touches are copied.
- A Query sorts and compares all items of the table. Here it gets only those that have its hash key.
- An answer is built by guessing where each field of each attribute of each item may be found. Here an
  attribute is taken as it is.
- An update expression is parsed twice an item, copied node by node, and each node asks ten times which
  nodes there are. Here it is parsed once, copied as a whole, and asked once.
- Every request is matched against the addresses of all services. Here only against those in use.
- Under a clock that stands still, a long poll never ends, and a message that becomes visible now is
  seen only later.
"""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import moto.backend_index
from moto.core.serialize import BaseJSONSerializer as JSONSerializer
from moto.core.utils import unix_time_millis
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, expressions, validators
from moto.dynamodb.parsing.ast_nodes import Node
from moto.sqs.models import Message, SQSBackend

SERVICES = {"cloudformation", "dynamodb", "logs", "ses", "sesv2", "sns", "sqs", "ssm", "sts"}

_OF_THE_TEXT = (
    validators.ActionCountValidator,
    validators.OverlappingPathsValidator,
    validators.UpdateHashRangeKeyValidator,
)


@contextmanager
def applied() -> Iterator[None]:
    """Apply all of them until the block ends. To be entered before moto starts."""
    patterns = [(name, url) for name, url in moto.backend_index.backend_url_patterns if name in SERVICES]
    parser: Any = expressions.UpdateExpressionParser
    with ExitStack() as stack:
        for target, name, replacement in (
            (moto.backend_index, "backend_url_patterns", patterns),
            (DynamoDBBackend, "transact_write_items", _transact(DynamoDBBackend.transact_write_items)),
            (Table, "query", _query(Table.query)),
            (
                JSONSerializer,
                "_serialize_type_structure",
                _serialize(JSONSerializer._serialize_type_structure),
            ),
            (parser, "make", cache(parser.make)),
            (validators, "deepcopy", lambda tree: pickle.loads(pickle.dumps(tree))),  # noqa: S301
            (validators.Validator, "validate", _validate(validators.Validator.validate)),
            (ast_nodes.DepthFirstTraverser, "traverse", _traverse),
            (SQSBackend, "receive_message", _receive(SQSBackend.receive_message)),
            (Message, "visible", property(_is_visible)),
            (Message, "delayed", property(_is_delayed)),
        ):
            stack.enter_context(patch.object(target, name, replacement))
        yield


def _transact(moto_transact: Callable[..., None]) -> Callable[..., None]:
    def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
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


def _image(backend: DynamoDBBackend, transact_item: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """How to put back one item as it is now; nothing where moto will refuse the key or the table."""
    operation = next(iter(transact_item.values()))
    table = backend.tables.get(operation.get("TableName"))
    key = operation.get("Key") or operation.get("Item")
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
    def query(table: Table, hash_key: Any, *arguments: Any, **options: Any) -> Any:
        conditions = options.get("hash_key_conditions")
        index_name = arguments[6] if len(arguments) > 6 else options.get("index_name")
        if index_name is None:
            candidates = list(table.items.get(hash_key, {}).values())
        else:
            candidates = [item for item in _items(table) if _has(item, conditions or [])]
        with patch.object(table, "all_items", lambda: candidates):
            return moto_query(table, hash_key, *arguments, **options)

    return query


def _items(table: Table) -> Iterator[Item]:
    for collection in table.items.values():
        yield from collection.values()


def _has(item: Item, conditions: list[tuple[str, Any]]) -> bool:
    for name, expected in conditions:
        value = item.attrs.get(name)
        if value is None or value.value != expected.value:
            return False
    return True


def _serialize(moto_serialize: Callable[..., None]) -> Callable[..., None]:
    def serialize_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and value is not None:
            serialized[key] = _attribute(value)
        else:
            moto_serialize(serializer, serialized, value, shape, key)

    return serialize_structure


def _attribute(value: Any) -> dict[str, Any]:
    """An attribute value as DynamoDB writes it; `value` may hold moto's own types at any depth."""
    ((kind, content),) = (value.to_json() if isinstance(value, DynamoType) else value).items()
    if kind == "M":
        content = {name: _attribute(member) for name, member in content.items()}
    elif kind == "L":
        content = [_attribute(member) for member in content]
    return {kind: content}


def _validate(moto_validate: Callable[..., Any]) -> Callable[..., Any]:
    passed: set[Any] = set()  # the checks below ask only the expression, its names, and the keys

    def validate(validator: Any) -> Any:
        names = frozenset((validator.expression_attribute_names or {}).items())
        case = (pickle.dumps(validator.node_to_validate), names, tuple(validator.table.table_key_attrs))
        if case in passed:
            validator.processors = [p for p in validator.processors if not isinstance(p, _OF_THE_TEXT)]
        tree = moto_validate(validator)
        passed.add(case)
        return tree

    return validate


def _traverse(traverser: Any, tree: Any) -> Any:
    """moto's own depth-first walk, which asks about each class of node only once."""
    kinds = traverser.nodes_to_be_processed()
    wanted: dict[type, bool] = {}

    def walk(node: Any, position: int) -> Any:
        parent = node.parent
        for index, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, index)
            if isinstance(child, Node):
                walk(child, index)
        if wanted.setdefault(type(node), issubclass(type(node), kinds)):
            node = traverser.process(node)
            node.parent = parent
            if parent:
                parent.children[position] = node
        return node

    return walk(tree, -1)


def _receive(moto_receive: Callable[..., Any]) -> Callable[..., Any]:
    def receive_message(
        backend: SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        *rest: Any,
        **options: Any,
    ) -> Any:
        return moto_receive(backend, queue_name, count, 0, *rest, **options)

    return receive_message


def _is_visible(message: Message) -> bool:
    # Milliseconds in floats: half of one is the same instant.
    return bool(unix_time_millis() + 0.5 >= message.visible_at)


def _is_delayed(message: Message) -> bool:
    return bool(unix_time_millis() + 0.5 < message.delayed_until)
