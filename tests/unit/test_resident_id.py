import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import resident_id
from odoo.addons.insurance_client_archive.tools.resident_id import ResidentIdError

TODAY = datetime.date(2026, 11, 1)

regions = st.sampled_from(sorted(resident_id.PROVINCES)).flatmap(
    lambda province: st.integers(0, 9999).map(lambda rest: f"{province}{rest:04d}")
)
births = st.dates(datetime.date(1880, 1, 1), TODAY)
sequences = st.integers(0, 999)
numbers = st.builds(resident_id.make_resident_id, regions, births, sequences)


def refusal(value, today=TODAY):
    with pytest.raises(ResidentIdError) as refused:
        resident_id.parse(value, today)
    return refused.value.code


@pytest.mark.parametrize(
    ("number", "birth_date", "sex", "kind", "region_known"),
    [
        ("11010519491231002X", (1949, 12, 31), "female", "resident", True),
        # Sample of the standard: alive in 1880, county code long gone.
        ("440524188001010014", (1880, 1, 1), "male", "resident", True),
        # Samples of the National Immigration Administration.
        ("911124198108030024", (1981, 8, 3), "female", "foreign_permanent", True),
        ("932682198501010017", (1985, 1, 1), "male", "foreign_permanent", True),
    ],
)
def test_published_numbers_pass(number, birth_date, sex, kind, region_known):
    card = resident_id.parse(number, TODAY)
    assert card.number == number
    assert card.birth_date == datetime.date(*birth_date)
    assert (card.sex, card.kind, card.region_known) == (sex, kind, region_known)


@pytest.mark.parametrize("region", ["310115", "500101", "320586"])
def test_place_younger_than_its_holder_passes_without_warning(region):
    # python-stdnum refuses these: the place did not exist in the birth year.
    number = resident_id.make_resident_id(region, datetime.date(1985, 6, 15), 21)
    assert resident_id.parse(number, TODAY).region_known


@pytest.mark.parametrize(
    ("region", "kind"),
    [
        ("810000", "permit_hong_kong"),
        ("820000", "permit_macao"),
        ("830000", "permit_taiwan"),
    ],
)
def test_residence_permits_pass(region, kind):
    number = resident_id.make_resident_id(region, datetime.date(1990, 2, 28), 12)
    card = resident_id.parse(number, TODAY)
    assert (card.kind, card.region_known) == (kind, True)


def test_unknown_place_is_only_a_warning():
    number = resident_id.make_resident_id("380101", datetime.date(1990, 2, 28), 1)
    card = resident_id.parse(number, TODAY)
    assert (card.kind, card.region_known) == ("resident", False)


def test_foreign_card_tells_province_and_nationality():
    number = resident_id.make_foreign_id("31", "840", datetime.date(1979, 5, 4), 7)
    card = resident_id.parse(number, TODAY)
    assert (card.region, card.nationality) == ("310000", "840")
    assert resident_id.parse("11010519491231002X", TODAY).nationality is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty"),
        (False, "empty"),
        ("", "empty"),
        (" \u200b", "empty"),
        ("110105", "length"),
        ("11010519491231002", "length"),
        ("11010519491231002XX", "characters"),
        ("1101051949123100X2", "characters"),
        ("E12345678", "characters"),
        ("张三", "characters"),
        ("٣٣٠٣٨٢١٩٩٠٠١٠١١٢٣٤", "characters"),
        ("15010288073030X", "characters"),
        ("910102880730303", "length"),
        ("110105194912310021", "check_digit"),
        ("110105194902310020", "birth_date"),
        ("110105194913010020", "birth_date"),
        ("110105000101010020", "birth_date"),
        ("110105209912310025", "future_birth_date"),
    ],
)
def test_each_fault_has_its_code(value, code):
    assert refusal(value) == code


def test_birth_date_is_compared_with_the_day_given():
    number = resident_id.make_resident_id("110105", TODAY, 1)
    assert resident_id.parse(number, TODAY).birth_date == TODAY
    assert refusal(number, TODAY - datetime.timedelta(days=1)) == "future_birth_date"


def test_error_says_what_is_wrong_but_not_the_number():
    with pytest.raises(ResidentIdError) as refused:
        resident_id.parse("110105194912310021", TODAY)
    assert "typing error" in str(refused.value)
    assert "1949" not in repr(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X\n",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "\ufeff110105\u200b19491231—002×",
        "110105\u300019491231002Х",
    ],
)
def test_ways_of_typing_give_one_number(typed):
    assert resident_id.normalize(typed) == "11010519491231002X"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("150102880730303", "150102198807303035"),
        ("110105491231002", "11010519491231002X"),
        ("110105860101999", "110105188601019998"),
    ],
)
def test_old_numbers_are_converted(old, new):
    assert resident_id.to_18_digits(old) == new
    assert resident_id.parse(old, TODAY).number == new


def test_today_is_the_default_bound():
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    number = resident_id.make_resident_id("110105", tomorrow, 1)
    assert not resident_id.is_valid(number)


@given(regions, births, sequences)
def test_made_numbers_tell_what_they_were_made_of(region, birth_date, sequence):
    number = resident_id.make_resident_id(region, birth_date, sequence)
    card = resident_id.parse(number, TODAY)
    assert (card.number, card.region, card.birth_date) == (number, region, birth_date)
    assert card.sex == ("male" if sequence % 2 else "female")
    assert card.region_known


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_wrong_character_is_found(number, position, character):
    if number[position] == character:
        return
    assert refusal(number[:position] + character + number[position + 1 :])


@given(numbers, st.integers(0, 16))
def test_any_two_swapped_neighbours_are_found(number, position):
    first, second = number[position : position + 2]
    if first == second:
        return
    assert refusal(number[:position] + second + first + number[position + 2 :])


@given(numbers.filter(lambda number: number[6:8] == "19" and number[0] != "8"))
def test_old_form_of_a_number_leads_back_to_it(number):
    old = number[:6] + number[8:17]
    if old[12:] < "996":
        assert resident_id.to_18_digits(old) == number


@given(st.text())
def test_any_text_is_parsed_or_refused_with_a_code(text):
    try:
        card = resident_id.parse(text, TODAY)
    except ResidentIdError as error:
        assert error.code in ResidentIdError.MESSAGES
    else:
        assert len(card.number) == 18


@given(st.text(alphabet="0123456789xX×'- \u3000１９Ｘ\u200b", max_size=25))
def test_texts_like_numbers_are_parsed_or_refused_with_a_code(text):
    try:
        resident_id.parse(text, TODAY)
    except ResidentIdError as error:
        assert error.message


@given(st.text())
def test_normalizing_twice_changes_nothing(text):
    once = resident_id.normalize(text)
    assert resident_id.normalize(once) == once
