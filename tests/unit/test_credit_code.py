import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import credit_code
from odoo.addons.insurance_client_archive.tools.credit_code import CreditCodeError

regions = st.integers(100000, 659999).map(str)
organizations = st.text(alphabet=credit_code.ALPHABET, min_size=8, max_size=8)
codes = st.builds(
    credit_code.make_credit_code,
    st.sampled_from(sorted(credit_code.DEPARTMENTS)),
    st.sampled_from("1239"),
    regions,
    organizations,
)
# The organisation code is wrong, the last character fits.
WRONG_INSIDE = credit_code.complete("91110000600037342")


def refusal(value, **options):
    with pytest.raises(CreditCodeError) as refused:
        credit_code.parse(value, **options)
    return refused.value.code


@pytest.mark.parametrize(
    ("number", "region", "organization_code"),
    [
        ("91110000600037341L", "110000", "600037341"),
        ("91350100M000100Y43", "350100", "M000100Y4"),
    ],
)
def test_published_codes_pass(number, region, organization_code):
    assert credit_code.parse(number) == credit_code.CreditCode(
        number=number,
        department="market_regulation",
        kind="1",
        region=region,
        organization_code=organization_code,
        organization_code_valid=True,
    )


def test_cooperatives_and_other_lettered_departments_pass():
    number = credit_code.make_credit_code("N", "2", "330382", "MF123456")
    assert credit_code.parse(number).department == "agriculture"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty"),
        ("  ", "empty"),
        ("91110000600037341", "length"),
        ("91110000600037341LL", "length"),
        ("9111000060003734IL", "characters"),
        ("统一社会信用代码", "characters"),
        ("91110000600037341M", "check_digit"),
        ("61110000600037341L", "check_digit"),
        ("B1110000600037341L", "department"),
        ("911100A0600037341L", "region"),
        (WRONG_INSIDE, "organization_check"),
    ],
)
def test_each_fault_has_its_code(value, code):
    assert refusal(value) == code


def test_wrong_organization_code_may_be_accepted_and_is_told():
    code = credit_code.parse(WRONG_INSIDE, strict=False)
    assert not code.organization_code_valid
    assert credit_code.is_valid(WRONG_INSIDE, strict=False)
    assert not credit_code.is_valid(WRONG_INSIDE)


@pytest.mark.parametrize(
    ("body", "character"),
    [("60003734", "1"), ("M000100Y", "4"), ("00000000", "0"), ("00000006", "X")],
)
def test_organization_check_character(body, character):
    assert credit_code.organization_check_character(body) == character


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        "9111 0000 6000 3734 1L",
        "91110000-600037341-L",
        "９１１１００００６０００３７３４１Ｌ",
        "'91110000600037341L\u200b",
    ],
)
def test_ways_of_typing_give_one_code(typed):
    assert credit_code.normalize(typed) == "91110000600037341L"


@given(codes)
def test_made_codes_pass_both_checks(number):
    code = credit_code.parse(number)
    assert code.number == number
    assert code.organization_code_valid


@given(codes, st.integers(0, 17), st.sampled_from(credit_code.ALPHABET))
def test_any_wrong_character_is_found_by_the_last_one_alone(number, place, character):
    if number[place] == character:
        return
    wrong = number[:place] + character + number[place + 1 :]
    assert refusal(wrong, strict=False)


@given(codes, st.integers(0, 16))
def test_any_two_swapped_neighbours_are_found(number, place):
    first, second = number[place : place + 2]
    if first == second:
        return
    swapped = number[:place] + second + first + number[place + 2 :]
    assert refusal(swapped, strict=False)


@given(st.text())
def test_any_text_is_parsed_or_refused_with_a_code(text):
    try:
        credit_code.parse(text)
    except CreditCodeError as error:
        assert error.code in CreditCodeError.MESSAGES


@given(st.text(alphabet=credit_code.ALPHABET + "iosvzß-", min_size=16, max_size=20))
def test_texts_like_codes_are_parsed_or_refused_with_a_code(text):
    try:
        credit_code.parse(text, strict=False)
    except CreditCodeError as error:
        assert error.message


@given(st.text())
def test_normalizing_twice_changes_nothing(text):
    once = credit_code.normalize(text)
    assert credit_code.normalize(once) == once
