"""The first page in the states that its address alone does not show."""

from __future__ import annotations

from tests.walks.state import State

TODAY_STATES = {
    "today of a reader": State("reader", "/p/praxis/today"),
    "today of the operator": State("operator", "/p/praxis/today", session={"reasons": {}}),
    "first day, without a database": State("stranger", "/p/zweite/today"),
}
