"""Every vector of the domain reference §0.4, and properties that hold for all values."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from yiwang.kernel import validators
from yiwang.kernel.validators import Invalid, Sex

TODAY = date(2026, 11, 23)
DIGITS = "0123456789"


def refusal(check: object, *arguments: object, **options: object) -> str:
    assert callable(check)
    with pytest.raises(Invalid) as caught:
        check(*arguments, **options)
    return caught.value.message


@pytest.mark.parametrize(
    ("typed", "number", "sex", "born"),
    [
        ("11010519491231002X", "11010519491231002X", Sex.FEMALE, date(1949, 12, 31)),
        ("31011819900101001X", "31011819900101001X", Sex.MALE, date(1990, 1, 1)),
        ("310118198802291232", "310118198802291232", Sex.MALE, date(1988, 2, 29)),
        ("310118200001012344", "310118200001012344", Sex.FEMALE, date(2000, 1, 1)),
        ("310229197502030014", "310229197502030014", Sex.MALE, date(1975, 2, 3)),
        ("810000199001010019", "810000199001010019", Sex.MALE, date(1990, 1, 1)),
        ("31011819900101001x", "31011819900101001X", Sex.MALE, date(1990, 1, 1)),
        (" 310118 19900101 001x\u3000", "31011819900101001X", Sex.MALE, date(1990, 1, 1)),
        ("３１０１１８１９９００１０１００１Ｘ", "31011819900101001X", Sex.MALE, date(1990, 1, 1)),
    ],
)
def test_citizen_id_is_accepted(typed: str, number: str, sex: Sex, born: date) -> None:
    assert validators.citizen_id(typed, today=TODAY) == validators.CitizenId(number, sex, born)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("310118199001010011", "身份证号码校验位错误"),
        ("310118199002300019", "身份证号码中的出生日期无效"),
        ("440524188001010014", "身份证号码中的出生日期超出合理范围"),
        ("310118900101001", "请填写18位身份证号码（一代身份证号已停用）"),
        ("", "身份证号码格式不正确，应为18位数字（末位可为X）"),
        ("01011819900101001X", "身份证号码格式不正确，应为18位数字（末位可为X）"),
        ("3101181990010100١X", "身份证号码格式不正确，应为18位数字（末位可为X）"),
        ("31011819900101001X1", "身份证号码格式不正确，应为18位数字（末位可为X）"),
    ],
)
def test_citizen_id_is_refused(typed: str, message: str) -> None:
    assert refusal(validators.citizen_id, typed, today=TODAY) == message


def with_check_digit(born: date, tail: str = "001", region: str = "310118") -> str:
    first = f"{region}{born:%Y%m%d}{tail}"
    return first + validators.citizen_id_check_digit(first)


def test_ages_are_counted_in_full_years() -> None:
    turns_sixteen_today = with_check_digit(date(2010, 11, 23))
    turns_sixteen_tomorrow = with_check_digit(date(2010, 11, 24))
    assert validators.citizen_id(turns_sixteen_today, today=TODAY).birth_date == date(2010, 11, 23)
    out_of_range = "身份证号码中的出生日期超出合理范围"
    assert refusal(validators.citizen_id, turns_sixteen_tomorrow, today=TODAY) == out_of_range
    assert refusal(validators.citizen_id, with_check_digit(date(2030, 1, 1)), today=TODAY) == out_of_range
    assert validators.citizen_id(with_check_digit(date(1925, 11, 24)), today=TODAY)
    assert refusal(validators.citizen_id, with_check_digit(date(1925, 11, 22)), today=TODAY) == out_of_range
    assert validators.citizen_id(turns_sixteen_tomorrow, today=TODAY, ages=(0, 18))


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 999), st.integers(100000, 999999))
def test_every_citizen_id_with_its_check_digit_is_accepted(born: date, tail: int, region: int) -> None:
    number = with_check_digit(born, f"{tail:03d}", str(region))
    checked = validators.citizen_id(number, today=TODAY)
    assert (checked.number, checked.birth_date) == (number, born)
    assert checked.sex == (Sex.MALE if tail % 2 else Sex.FEMALE)


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 17), st.sampled_from(DIGITS + "X"))
def test_one_wrong_character_never_passes(born: date, place: int, character: str) -> None:
    number = with_check_digit(born)
    changed = number[:place] + character + number[place + 1 :]
    assume(changed != number)
    refusal(validators.citizen_id, changed, today=TODAY)


@given(st.text())
def test_checks_refuse_any_text_with_nothing_but_invalid(text: str) -> None:
    for check in (
        lambda value: validators.citizen_id(value, today=TODAY),
        validators.uscc,
        validators.mobile,
        validators.office_phone,
        validators.email,
        validators.person_name,
        validators.document_number,
    ):
        try:
            check(text)
        except Invalid as refused:
            assert refused.message


def test_citizen_id_is_masked() -> None:
    assert validators.mask_citizen_id("31011819900101001X") == "310118********001X"
    assert validators.mask_citizen_id("1234567890") == "**********"
    assert validators.mask_citizen_id("") == ""


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "11310118MB2F00120C", "54310118MF01234513", "91310118MA1JX1236L"]
)
def test_uscc_is_accepted(code: str) -> None:
    assert validators.uscc(code) == code
    assert validators.uscc(f" {code.lower()} ") == code


@pytest.mark.parametrize("letter", "IOSVZ")
def test_uscc_with_a_letter_outside_the_alphabet(letter: str) -> None:
    for place in range(18):
        code = "91350100M000100Y43"
        assert (
            refusal(validators.uscc, code[:place] + letter + code[place + 1 :])
            == "统一社会信用代码含非法字符"
        )


def test_uscc_with_another_last_character() -> None:
    for character in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        if character != "3":
            assert refusal(validators.uscc, f"91350100M000100Y4{character}") == "统一社会信用代码校验位错误"


@pytest.mark.parametrize("code", ["", "9135", "91350100M000100Y433", "91AB0100M000100Y43"])
def test_uscc_of_another_shape(code: str) -> None:
    assert refusal(validators.uscc, code).startswith("统一社会信用代码格式不正确")


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9),
    st.integers(0, 999999),
    st.integers(0, 17),
)
def test_uscc_finds_any_changed_character(organisation: str, region: int, place: int) -> None:
    first = f"91{region:06d}{organisation}"
    code = first + validators.uscc_check_character(first)
    assert validators.uscc(code) == code
    changed = code[:place] + ("1" if code[place] == "0" else "0") + code[place + 1 :]
    refusal(validators.uscc, changed)


@pytest.mark.parametrize(
    "typed", ["13812345678", " 138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８"]
)
def test_mobile_is_accepted(typed: str) -> None:
    assert validators.mobile(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed", ["", "12812345678", "1381234567", "138123456789", "٠3812345678", "1381234567a"]
)
def test_mobile_is_refused(typed: str) -> None:
    assert refusal(validators.mobile, typed) == "手机号码格式不正确，应为11位数字"


def test_mobile_is_masked() -> None:
    assert validators.mask_mobile("13812345678") == "138****5678"
    assert validators.mask_mobile("") == ""
    assert validators.mask_mobile("1381234") == "*******"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("021-69713333", "021-69713333"),
        ("69713333", "69713333"),
        ("021-69713333-801", "021-69713333-801"),
        ("021－69713333转801", "021-69713333-801"),
        ("0512-6971333", "0512-6971333"),
    ],
)
def test_office_phone_is_accepted(typed: str, number: str) -> None:
    assert validators.office_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "021-1971333", "021-697133333", "12345", "021-69713333-1234567", "13812345678"]
)
def test_office_phone_is_refused(typed: str) -> None:
    assert refusal(validators.office_phone, typed).startswith("办公电话格式不正确")


def test_email() -> None:
    assert validators.email(" Li.Si@QINGPU.gov.cn ") == "Li.Si@qingpu.gov.cn"
    for typed in (
        "",
        "a@b",
        "a b@",
        "@shqp.gov.cn",
        "a..b@shqp.gov.cn",
        "张三@shqp.gov.cn",
        "a@-x.cn",
        "x" * 65 + "@a.cn",
    ):
        assert refusal(validators.email, typed) == "电子邮箱格式不正确"


def test_public_mailboxes_are_warned_of_only() -> None:
    assert validators.email("a@qq.com") == "a@qq.com"
    assert validators.public_mailbox_warning("a@QQ.com") == "该邮箱为互联网公共邮箱，建议填写政务邮箱"
    assert validators.public_mailbox_warning("a@vip.163.com") != ""
    assert validators.public_mailbox_warning("a@shqp.gov.cn") == ""
    assert validators.public_mailbox_warning("a@notqq.com") == ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张伟", "张伟"),
        (" 欧阳修 ", "欧阳修"),
        ("王䶮", "王䶮"),
        ("㛃㛃", "㛃㛃"),
        ("李𬱟", "李𬱟"),
        ("李〇", "李〇"),
        ("艾力•买买提", "艾力·买买提"),
        ("艾力．买买提", "艾力·买买提"),
        ("艾力・买买提", "艾力·买买提"),
        ("艾力·买买提", "艾力·买买提"),
        ("阿" * 30, "阿" * 30),
    ],
)
def test_name_is_accepted(typed: str, name: str) -> None:
    assert validators.person_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "张3", "张 伟", "张\u3000伟", "Zhang", "张伟1", "张。伟", "张伟（规划科）", "\ue000张"]
)
def test_name_with_anything_but_hanzi_is_refused(typed: str) -> None:
    assert refusal(validators.person_name, typed) == "姓名只能包含汉字和间隔号"


def test_name_of_wrong_length_or_with_a_stray_dot() -> None:
    assert refusal(validators.person_name, "张") == "姓名应为2至30个字"
    assert refusal(validators.person_name, "阿" * 31) == "姓名应为2至30个字"
    for typed in ("·张伟", "张伟·", "张··伟", "·"):
        assert refusal(validators.person_name, typed) == "姓名中的间隔号只能用在汉字之间"


@given(st.text())
def test_names_are_normalised_once_and_for_all(text: str) -> None:
    try:
        name = validators.person_name(text)
    except Invalid:
        return
    assert validators.person_name(name) == name


def test_name_is_masked() -> None:
    assert validators.mask_name("张伟") == "张*"
    assert validators.mask_name("") == ""


@pytest.mark.parametrize(
    ("text", "word", "year", "number"),
    [
        ("青政务〔2023〕48号", "青政务", 2023, 48),
        ("青政务〔2023〕28号", "青政务", 2023, 28),
        ("青府办发〔2023〕15号", "青府办发", 2023, 15),
        ("青数〔2025〕10号", "青数", 2025, 10),
        ("青科委〔2017〕11号", "青科委", 2017, 11),
    ],
)
def test_document_number_is_accepted(text: str, word: str, year: int, number: int) -> None:
    assert validators.document_number(text) == validators.DocumentNumber(text, word, year, number, "")


@pytest.mark.parametrize(
    "year", ["[2023]", "【2023】", "(2023)", "（2023）", "﹝2023﹞", "［2023］", "〔２０２３〕"]
)
def test_document_number_is_normalised_and_the_change_is_said(year: str) -> None:
    checked = validators.document_number(f"青政务{year}48号")
    assert checked.text == "青政务〔2023〕48号"
    assert checked.change == f"已将“青政务{year}48号”规范为“青政务〔2023〕48号”"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "青政务〔23〕48号",
        "青政务〔2023〕048号",
        "青政务〔2023〕第48号",
        "青政务2023-48号",
        "〔2023〕48号",
        "青政务〔2023〕48",
        "青政务〔1999〕1号",
    ],
)
def test_document_number_is_refused(text: str) -> None:
    message = "发文字号格式不正确，应为“代字〔年份〕序号号”，如：青政务〔2023〕48号"
    assert refusal(validators.document_number, text) == message


def test_a_form_sees_the_same_message() -> None:
    validate = validators.as_form_validator(validators.uscc)
    validate("91350100M000100Y43")
    with pytest.raises(ValidationError) as caught:
        validate("91350100M000100Y44")
    assert caught.value.messages == ["统一社会信用代码校验位错误"]
