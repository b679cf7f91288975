"""E-mail addresses as people type them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from district.mail_addresses import MailAddressField


@pytest.mark.parametrize("address", ["anna@buerger.example", "ANNA.K+kek@buerger.example", "anna@bürger.example"])
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert MailAddressField().clean(f" {address} ") == address


@pytest.mark.parametrize(
    "sign", ["\N{KELVIN SIGN}", "\N{LATIN SMALL LETTER LONG S}", "ü", "\N{CYRILLIC SMALL LETTER A}"]
)
def test_a_sign_that_looks_like_another_makes_no_address(sign: str) -> None:
    with pytest.raises(ValidationError, match="So sieht eine aus"):
        MailAddressField().clean(f"{sign}im@buerger.example")


@pytest.mark.parametrize("address", ["anna", "anna@", "@buerger.example", f"{'a' * 250}@buerger.example"])
def test_what_is_none_is_told_once(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MailAddressField().clean(address)
    assert len({error.message for error in refused.value.error_list}) == len(refused.value.error_list)
