import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import person_name
from odoo.addons.insurance_client_archive.tools.person_name import PersonNameError

REAL_NAMES = [
    "李明",
    "王一一",
    "欧阳娜娜",
    "方方",
    "田田",
    "张无忌",
    "徐〇",
    "总明",
    "李总明",
    "上官婉儿",
    "诸葛亮",
    "老凯欣",
    "小泉纯一郎",
    "𠮷野家康",
    "扎西次仁",
    "阿拉腾敖其尔",
    "阿卜杜拉·买买提",
    "迪丽热巴·迪力木拉提",
    "乔治·W·布什",
    "J·K·罗琳",
    "田中さくら",
    "김철수",
    "Li Ming",
    "Jennifer Null",
    "John Test",
    "Anne-Marie O'Neill",
    "J. R. Smith",
    "Smith, John",
    "José Núñez",
    "Nguyễn Văn An",
    "Иван Петров",
    "Soe Oo",
    "محمد علي",
    "བསོད་ནམས",
]


def refusal(value):
    with pytest.raises(PersonNameError) as refused:
        person_name.check_person_name(value)
    return refused.value.code


@pytest.mark.parametrize("name", REAL_NAMES)
def test_real_names_pass_unchanged(name):
    assert person_name.check_person_name(name) == name


@pytest.mark.parametrize(
    "name",
    "待定 未知 测试 测试客户1 测试张三 不详 无 暂无 匿名用户 客户 投保人 "
    "某某 张某 张某某 王某人 张X 张xx 张* 李** 王○○ 张？ X先生 test TEST "
    "Test-User n/a N.A. none NULL unknown no_name ? *** 先生".split(),
)
def test_placeholders_are_refused(name):
    assert refusal(name) == "placeholder"


@pytest.mark.parametrize(
    "name", ["xxx", "XX", "aaaa", "x x x", "哈哈哈", "李李李李", "Xxxx Yyyy"]
)
def test_repeated_characters_are_refused(name):
    assert refusal(name) == "repeated"


@pytest.mark.parametrize(
    "name",
    "张先生 欧阳女士 李小姐 王太太 张三先生 陈老师 赵经理 "
    "王总 张总 欧阳总 李姐 刘哥 小王 老张".split()
    + ["Mr. Smith", "Mrs John Smith", "Miss Li", "Dr. No"],
)
def test_forms_of_address_are_refused(name):
    assert refusal(name) == "title"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (None, "empty"),
        (False, "empty"),
        (" \u3000\u200b", "empty"),
        ("张", "too_short"),
        ("王·", "too_short"),
        ("A B", "too_short"),
        ("Li", "one_word"),
        ("Madonna", "one_word"),
        ("李明2", "digits"),
        ("１３８００１３８０００", "digits"),
        ("111", "digits"),
        ("李明Ming", "mixed_scripts"),
        ("David 王", "mixed_scripts"),
        ("李明(小)", "characters"),
        ("李明。", "characters"),
        ("Li @Ming", "characters"),
        ("Li - Ming", "characters"),
        ("北京某", "placeholder"),
        ("华夏科技有限公司", "organization"),
        ("红星合作社", "organization"),
        ("李" * 30 + "明" * 31, "too_long"),
    ],
)
def test_each_fault_has_its_code(name, code):
    assert refusal(name) == code


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" 李\u3000明 ", "李明"),
        ("李 明", "李明"),
        ("欧 阳 娜 娜", "欧阳娜娜"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 . 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("Ｊ.Ｋ.罗琳", "J·K·罗琳"),
        ("Ｌｉ　　Ｍｉｎｇ", "Li Ming"),
        ("O’Neill\tAnne–Marie\n", "O'Neill Anne-Marie"),
        ("\u200b李\ufeff明", "李明"),
    ],
)
def test_ways_of_writing_become_one(typed, written):
    assert person_name.check_person_name(typed) == written


han_names = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=3
)


@given(st.sampled_from("王李张刘陈杨赵黄周吴"), han_names)
def test_surname_with_a_given_name_passes_or_is_refused_for_a_stated_reason(
    surname, given_name
):
    try:
        assert person_name.check_person_name(surname + given_name) == (
            person_name.normalize(surname + given_name)
        )
    except PersonNameError as error:
        assert error.code in ("title", "placeholder", "repeated", "organization")


@given(
    st.one_of(
        st.text(), st.text(alphabet="李王某·.• ・aX'-1\u3000\u3099か", max_size=12)
    )
)
def test_any_text_is_returned_normalized_or_refused_with_a_code(text):
    try:
        name = person_name.check_person_name(text)
    except PersonNameError as error:
        assert error.code in PersonNameError.MESSAGES
    else:
        assert (
            name == person_name.normalize(text) == person_name.check_person_name(name)
        )


@example("か \u3099")  # without the space the sign belongs to the letter
@given(st.one_of(st.text(), st.text(alphabet="李王·.• ・aÀ\u0300か\u3099-\u3000")))
def test_normalizing_twice_changes_nothing(text):
    once = person_name.normalize(text)
    assert person_name.normalize(once) == once
