"""Names of natural persons: full, real and written in one way (handbook F1.2-a).

A name is refused only when it is certainly none: a real client must never be turned
away, so 李明, 王一一, 欧阳娜娜 and 方方 pass; 张先生, 王总, 张某 and 待定 do not.
"""

import re
import unicodedata

from .coded_error import CodedError, _lt
from .text import clean

MAXIMUM_LENGTH = 60

# Han with its extensions, 〇 and 々, and the scripts written beside it.
_CJK = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
_HAS_CJK = re.compile(f"[{_CJK}]")
_CJK_NAME = re.compile(f"(?:[A-Z]·)*[{_CJK}]+(?:·(?:[A-Z]|[{_CJK}]+))*")
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}·]) +| +(?=[{_CJK}·])")
_DOTS = re.compile(r"(?: *[\u00b7\u2022\u2027\u2219\u22c5\u30fb.])+ *")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼʻ", "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—", "-"))
_WORDED_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")

PLACEHOLDERS = frozenset(
    # Compared in lower case, letters and figures only.
    "无 暂无 没有 不详 未知 不明 待定 待补 待补充 待录入 待确认 未填 未填写 "
    "未提供 不提供 测试 测试员 测试客户 测试用户 测试人员 测试数据 客户 新客户 "
    "老客户 潜在客户 准客户 用户 匿名 保密 无名 无名氏 某某 某某某 姓名 名字 "
    "名称 本人 同上 其他 其它 投保人 被保险人 受益人 联系人 业务员 代理人 经办人 "
    "家属 先生 女士 小姐 太太 夫人 老师 老板 test tests tester testing testuser "
    "testclient testcustomer testname demo dummy sample example na nil none null "
    "unknown undefined anonymous tbd tba name noname fullname firstname lastname "
    "firstnamelastname client customer user newclient newcustomer unknownclient "
    "unknowncustomer asdf qwerty".split()
)
_CERTAIN_PLACEHOLDER = re.compile("测试|未知|不详|待定|待补|待录|匿名|暂无|某")
_MASKED = re.compile(rf"[*○●□■?_]|[{_CJK}][xX]+$|^[xX]+[{_CJK}]")
_ORGANIZATION = re.compile("公司|(?:集团|合作社|事务所|委员会|个体户)$")

_COMPOUND_SURNAMES = (
    "欧阳 上官 司马 司徒 司空 诸葛 夏侯 皇甫 尉迟 公孙 慕容 长孙 宇文 令狐 东方 "
    "独孤 南宫 西门 端木 轩辕 钟离 申屠 公冶 澹台 淳于 单于 太史 闻人 万俟 赫连 "
    "鲜于 闾丘 百里 呼延 东郭 第五 濮阳 公羊 拓跋"
).split()
_COMMON_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾"
    "彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛"
    "邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# Never the end of a given name, however long the name before.
_LONG_TITLES = (
    "先生|女士|小姐|太太|夫人|老师|经理|主任|老板|医生|大夫|师傅|"
    "阿姨|叔叔|大哥|大姐|大爷|大妈"
)
# A title only when nothing but a surname stands before: 王总, 欧阳总, 李姐.
_SHORT_TITLES = "总|姐|哥|嫂|叔|姨|婶"
_TITLED = re.compile(
    f".*(?:{_LONG_TITLES})|"
    f"(?:.|{'|'.join(_COMPOUND_SURNAMES)})(?:{_SHORT_TITLES})|"
    f"[老小][{_COMMON_SURNAMES}]"
)
_LATIN_TITLES = frozenset("mr mrs ms miss mister madam dr prof".split())


class PersonNameError(CodedError):
    """The text is no full name of a person."""

    MESSAGES = {
        "empty": _lt("The name is missing."),
        "placeholder": _lt("This is a placeholder; enter the client's real name."),
        "digits": _lt("A person's name has no figures."),
        "characters": _lt("The name has characters that do not occur in names."),
        "repeated": _lt("One character repeated is no name."),
        "title": _lt("Enter the full name, not a form of address."),
        "organization": _lt("This is the name of an organisation, not of a person."),
        "too_short": _lt("Enter the full name, surname and given name."),
        "one_word": _lt("Enter the full name: at least given name and surname."),
        "mixed_scripts": _lt("Write the name in one script, as on the identity card."),
        "too_long": _lt("The name is too long."),
    }


def normalize(value):
    """Return *value* written in one way, whether or not it is a name.

    Half-width, single spaces. In Chinese names no spaces, and every middle dot (also
    a full stop typed for one) becomes "·" (U+00B7).
    """
    name = clean(value).translate(_APOSTROPHES).translate(_DASHES)
    if not _HAS_CJK.search(name):
        return name
    name = _DOTS.sub("·", name).strip("·")
    # without the space a sign may have come to a letter that it belongs to
    return unicodedata.normalize("NFKC", _BETWEEN_CJK.sub("", name))


def check_person_name(value):
    """Return *value* normalised, or raise `PersonNameError`."""
    name = normalize(value)
    _check_placeholder(name)
    if any(
        character.isnumeric() for character in name if not _HAS_CJK.match(character)
    ):
        raise PersonNameError("digits")
    if len(name) > MAXIMUM_LENGTH:
        raise PersonNameError("too_long")
    if _HAS_CJK.search(name):
        _check_cjk_name(name)
    else:
        _check_worded_name(name)
    return name


def is_valid(value):
    """Tell whether *value* may be a person's full name."""
    try:
        check_person_name(value)
    except PersonNameError:
        return False
    return True


def is_placeholder(value):
    """Tell whether *value* stands for a name that is not known."""
    return _key(normalize(value)) in PLACEHOLDERS


def is_repeated(value):
    """Tell whether *value* is one character again and again ("xxx", "哈哈哈")."""
    key = _key(normalize(value))
    # Two equal Han characters may be surname and given name: 方方, 田田.
    shortest = 3 if _HAS_CJK.search(key) else 2
    return len(key) >= shortest and len(set(key)) == 1


def _key(name):
    return "".join(filter(str.isalnum, name.casefold()))


def _check_placeholder(name):
    if not name:
        raise PersonNameError("empty")
    if (
        is_placeholder(name)
        or _CERTAIN_PLACEHOLDER.search(name)
        or _MASKED.search(name)
    ):
        raise PersonNameError("placeholder")
    if is_repeated(name) and not name.isdecimal():
        raise PersonNameError("repeated")


def _check_cjk_name(name):
    if _ORGANIZATION.search(name):
        raise PersonNameError("organization")
    if _TITLED.fullmatch(name):
        raise PersonNameError("title")
    if not _CJK_NAME.fullmatch(name):
        latin = any(_script(character) == "LATIN" for character in name)
        raise PersonNameError("mixed_scripts" if latin else "characters")
    if len(_HAS_CJK.findall(name)) < 2:
        raise PersonNameError("too_short")


def _check_worded_name(name):
    words = [word for word in re.split(r"[ ,]+", name) if word]
    if not all(_is_word(word) for word in words):
        raise PersonNameError("characters")
    if words and words[0].rstrip(".").casefold() in _LATIN_TITLES:
        raise PersonNameError("title")
    letters = [character for character in name if character.isalpha()]
    if len(letters) < 2:
        raise PersonNameError("too_short")
    if any(_script(letter) in _WORDED_SCRIPTS for letter in letters):
        _check_words(words)


def _check_words(words):
    if len(words) < 2:
        raise PersonNameError("one_word")
    if all(len(_key(word)) < 2 for word in words):
        raise PersonNameError("too_short")
    if any(len(_key(word)) > 2 and len(set(_key(word))) == 1 for word in words):
        raise PersonNameError("repeated")


def _is_word(word):
    """Letters with their marks, joined by hyphens, apostrophes or full stops."""
    letters = re.sub(r"[-'.]", "", word)
    return bool(letters) and all(
        unicodedata.category(character)[0] in "LM" or character == "\u0f0b"
        for character in letters
    )


def _script(character):
    return unicodedata.name(character, "").partition(" ")[0]
