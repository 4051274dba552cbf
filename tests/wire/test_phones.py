"""A number that the desk keeps can be called, costs no fortune, and is shown to nobody who does not dial it."""

import pytest

from router.wire.phones import BadNumber, mask_number, parse_number


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("(020) 7946 0958", "GB", "+442079460958"),
        ("+1-212-555-2368", "DE", "+12125552368"),
        (" +33 1 42 68 53 00 ", None, "+33142685300"),
    ],
)
def test_numbers_are_kept_as_e164(typed, region, expected):
    """However a number was typed, it is stored in one form."""
    assert expected == parse_number(typed, region)


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("+", None),
        ("030 901820", None),
        ("030 901820", "XX"),
        ("call me", "DE"),
        ("+49" + "1" * 30, None),
        ("1" * 41, "DE"),
        ("+49 30 901820;ext=5", None),
        ("tel:+4930901820", None),
        ("+49 30 901820,,,123#", None),
        ("*67 212 555 2368", "US"),
        ("٠٣٠٩٠١٨٢٠", "DE"),
        ("+４９３０９０１８２０", None),
        ("+49 30\x00 901820", None),
        ("112", "DE"),
        ("911", "US"),
        ("+1 900 234 5678", None),
        ("+44 871 123 4567", None),
        ("+881 612 345 678", None),
        ("+4430", None),
    ],
)
def test_what_cannot_or_must_not_be_called_is_refused(typed, region):
    """Invalid, emergency, premium and satellite numbers, extensions and codes never become a callback."""
    with pytest.raises(BadNumber) as caught:
        parse_number(typed, region)

    assert typed == "+" or typed not in str(caught.value)


def test_a_masked_number_tells_little():
    """Country and last two digits only."""
    assert "+49 ••• ••20" == mask_number("+4930901820")
