"""Take a condition of DynamoDB apart once for each text with its names. Moto does it anew for each request."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser


@contextmanager
def applied() -> Iterator[None]:
    """Apply it until the block ends."""
    conditions = _Conditions()
    with ExitStack() as stack:
        for name, replacement in (
            ("parse", conditions.parse()),
            ("_make_op_condition", conditions.make()),
            ("_make_operand", conditions.make_operand()),
        ):
            stack.enter_context(patch.object(ConditionExpressionParser, name, replacement))
        yield


class _Conditions:
    """Keeps the tree of each condition that moto has parsed. It depends on the text, the names, and what has values."""

    def __init__(self) -> None:
        self._moto: Any = ConditionExpressionParser
        self._trees: dict[Any, tuple[Any, list[str], list[str]]] = {}

    def parse(self) -> Callable[[Any], Any]:
        """Stands in for `ConditionExpressionParser.parse`."""
        moto_parse, make = self._moto.parse, self._moto._make_op_condition

        def parse(parser: Any) -> Any:
            names, values = parser.expression_attribute_names or {}, parser.expression_attribute_values or {}
            case = (parser.condition_expression, frozenset(names.items()), frozenset(values))
            if case in self._trees:
                parser.tree, names_found, values_found = self._trees[case]
                parser.expr_attr_names_found.extend(names_found)
                parser.expr_attr_values_found.extend(values_found)
                return make(parser, parser.tree)
            parsed = moto_parse(parser)
            if hasattr(parser, "tree"):
                self._trees[case] = (parser.tree, [*parser.expr_attr_names_found], [*parser.expr_attr_values_found])
            return parsed

        return parse

    def make(self) -> Callable[[Any, Any], Any]:
        """Stands in for `_make_op_condition`, which is called for the whole tree first."""
        moto_make = self._moto._make_op_condition

        def make(parser: Any, node: Any) -> Any:
            parser.tree = getattr(parser, "tree", node)
            return moto_make(parser, node)

        return make

    def make_operand(self) -> Callable[[Any, Any], Any]:
        """Stands in for `_make_operand`: the tree may hold the values of another request."""
        moto_make = self._moto._make_operand

        def make(parser: Any, node: Any) -> Any:
            if node.kind == parser.Kind.EXPRESSION_ATTRIBUTE_VALUE:
                return AttributeValue(parser.expression_attribute_values[node.text])
            return moto_make(parser, node)

        return make
