import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools import distinct

CHINESE = (
    "重疾险按确诊给付，轻症赔付三成且豁免后续保费，等待期九十天，适合家庭经济支柱。"
)
OTHER = (
    "条款第七条列明八项责任免除，既往症不赔；投保前须逐项询问，理赔需二级以上医院诊断。"
)
ENGLISH = "Pays on diagnosis; mild cases get a third and later premiums are waived."
FOREIGN = "The terms exclude what was known before; ask each question before the sale."

texts = st.text(st.characters(categories=("Lu", "Ll", "Nd", "Lo")), min_size=30)


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_punctuation_case_and_spaces_make_no_new_text(text):
    spaced = " ".join(text.upper()).replace("，", " ! ").replace(";", "。")
    assert distinct.similarity(text, spaced) == 1


def test_order_of_sentences_makes_no_new_text():
    first = CHINESE + OTHER
    assert distinct.similarity(first, OTHER + CHINESE) > 0.9


def test_a_longer_copy_is_still_a_copy():
    assert distinct.similarity(CHINESE, CHINESE + OTHER) == 1


@pytest.mark.parametrize(("text", "other"), [(CHINESE, OTHER), (ENGLISH, FOREIGN)])
def test_texts_about_other_things_are_distinct(text, other):
    assert distinct.similarity(text, other) < 0.3


def test_repeating_oneself_adds_nothing():
    assert len(distinct.pieces("好产品" * 50)) == 3


def test_nothing_is_like_an_empty_text():
    assert distinct.similarity("", CHINESE) == 0
    assert distinct.nearest(CHINESE, []) == (0, None)


def test_the_most_alike_text_is_named():
    alike, position = distinct.nearest(CHINESE, [OTHER, CHINESE + "。", ENGLISH])
    assert (alike, position) == (1, 1)


@given(texts, st.randoms(use_true_random=False))
def test_similarity_is_symmetric_and_a_few_changed_signs_remain_alike(text, chance):
    changed = list(text)
    changed[chance.randrange(len(changed))] = "§"
    changed = "".join(changed)
    assert distinct.similarity(text, changed) == distinct.similarity(changed, text)
    assert 0 <= distinct.similarity(text, changed) <= 1


def test_some_changed_words_are_found():
    words = [f"word{random.Random(1).random()}{number}" for number in range(60)]
    changed = [
        "other" if number % 15 == 0 else word for number, word in enumerate(words)
    ]
    assert distinct.similarity("".join(words), "".join(changed)) > 0.6
