"""Keys of rows as addresses name them."""

from __future__ import annotations

import pytest

from district.addresses import key_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7", 7),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("-1", None),
        ("٣", None),
        ("x", None),
    ],
)
def test_a_key_is_a_number_that_the_database_knows(text: str, key: int | None) -> None:
    assert key_of(text) == key
