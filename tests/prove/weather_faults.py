"""Deliberate faults in what rough weather and others at the same time must not break."""

from __future__ import annotations

from tests.prove.faults import Fault

# Found by tests/contract/test_weather.py.
WEATHER = (
    Fault(
        "an e-mail text without a limit",
        {"chalicelib/messages/template.py": (("LONGEST_EMAIL = 32_000", "LONGEST_EMAIL = 64_000"),)},
    ),
    Fault(
        "an empty answer taken for an empty queue",
        {"chalicelib/aws/queues.py": (("_EMPTY = 2", "_EMPTY = 1"),)},
    ),
    Fault(
        "a queue asked on some of its servers only",
        {"chalicelib/aws/queues.py": ((", WaitTimeSeconds=1", ""),)},
    ),
    Fault(
        "keys that a bulk read left over forgotten",
        {"chalicelib/aws/table.py": (('request = answer.get("UnprocessedKeys") or {}', "request = {}"),)},
    ),
    Fault(
        "a conflict beside a failed condition taken for a failure",
        {
            "chalicelib/aws/table.py": (
                (
                    "any(reason.code in _TRANSIENT for reason in self.reasons)",
                    'all(reason.code in _TRANSIENT for reason in self.reasons if reason.code != "None")',
                ),
            )
        },
    ),
)
# Found by tests/prove/test_threads.py.
AT_ONCE = (
    Fault(
        "a version that nobody looks at",
        {"chalicelib/aws/entry_writes.py": (('"version = :version"', '"version >= :version"'),)},
    ),
    Fault(
        "a reference that counts twice",
        {"chalicelib/aws/items.py": (('"attribute_not_exists(pk)"', '"attribute_not_exists(other)"'),)},
    ),
)
# Found by tests/unit/messages/test_template.py.
TEMPLATES = (
    Fault(
        "a control character in a template",
        {"chalicelib/messages/template.py": (("_CONTROL.search(source)", "_CONTROL.fullmatch(source)"),)},
    ),
)
