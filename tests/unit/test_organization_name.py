import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import organization_name
from odoo.addons.insurance_client_archive.tools.organization_name import (
    OrganizationNameError,
)


def refusal(value):
    with pytest.raises(OrganizationNameError) as refused:
        organization_name.check_organization_name(value)
    return refused.value.code


@pytest.mark.parametrize(
    "name",
    [
        "华为技术有限公司",
        "工商银行",
        "北京软件测试有限公司",
        "中国平安保险（集团）股份有限公司",
        "未知星球文化有限公司",
        "上海58同城信息技术有限公司",
        "红星农民专业合作社",
        "北京大学",
        "3M",
        "BP",
        "Acme Corp.",
        "Smith & Sons, Ltd.",
        "腾讯(Tencent)集团".replace("(", "（").replace(")", "）"),
    ],
)
def test_real_names_pass_unchanged(name):
    assert organization_name.check_organization_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (None, "empty"),
        ("\u3000", "empty"),
        ("测试公司", "placeholder"),
        ("测试有限公司", "placeholder"),
        ("某公司", "placeholder"),
        ("某某科技有限公司", "placeholder"),
        ("有限公司", "placeholder"),
        ("单位", "placeholder"),
        ("test co., ltd", "placeholder"),
        ("N/A", "placeholder"),
        ("北京**有限公司", "placeholder"),
        ("XX有限公司", "repeated"),
        ("xxx", "repeated"),
        ("12345", "digits"),
        ("人保", "too_short"),
        ("李氏公司"[:3], "too_short"),
        ("Q", "too_short"),
        ("北京上海" * 51, "too_long"),
    ],
)
def test_each_fault_has_its_code(name, code):
    assert refusal(name) == code


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" 华为 技术 有限公司", "华为技术有限公司"),
        ("平安保险(集团)股份有限公司", "平安保险（集团）股份有限公司"),
        ("平安保险 ( 集团 ) 股份有限公司", "平安保险（集团）股份有限公司"),
        ("Ａｃｍｅ　Ｃｏｒｐ (China)", "Acme Corp (China)"),
    ],
)
def test_ways_of_writing_become_one(typed, written):
    assert organization_name.check_organization_name(typed) == written


@given(
    st.one_of(st.text(), st.text(alphabet="某公司有限集团xX*1（）() ,.a", max_size=15))
)
def test_any_text_is_returned_normalized_or_refused_with_a_code(text):
    try:
        name = organization_name.check_organization_name(text)
    except OrganizationNameError as error:
        assert error.code in OrganizationNameError.MESSAGES
    else:
        assert name == organization_name.normalize(text)


@given(st.one_of(st.text(), st.text(alphabet="公司（ ）() A\u0300")))
def test_normalizing_twice_changes_nothing(text):
    once = organization_name.normalize(text)
    assert organization_name.normalize(once) == once
