"""The machine-readable zone: the synthetic card, the standard's specimens, check digits, alarms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.fault import Fault
from devices.idcard import lds, mrz
from devices.idcard.api import CardKey
from devices.idcard.virtual.person import VirtualPerson

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""The specimen of ICAO 9303-4 App. A."""
FOREIGN_CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
"""The specimen of ICAO 9303-5 App. A."""
LONG_NUMBER = (
    "I<UTOD23145890<7349<<<<<<<<<<<",
    "3407127M9507122UTO<<<<<<<<<<<2",
    "STEVENSON<<PETER<JOHN<<<<<<<<<",
)
"""The specimen of ICAO 9303-11 App. D.2."""
LINES = (
    "IDVNM3000123454001300012345<<5",
    "0003023F2503022VNM<<<<<<<<<<<6",
    "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<",
)


def with_char(line: int, at: int, char: str) -> str:
    lines = list(LINES)
    lines[line] = lines[line][:at] + char + lines[line][at + 1 :]
    return "".join(lines)


def test_builds_and_reads_the_synthetic_card():
    assert VirtualPerson().lines() == LINES
    zone = mrz.parse("".join(LINES))
    assert zone.lines == LINES
    assert (zone.document_number, zone.personal_number) == ("300012345", "001300012345")
    assert (zone.birth, zone.sex, zone.expiry, zone.nationality) == ("000302", "F", "250302", "VNM")
    assert (zone.surname, zone.given_names) == ("NGUYEN", "THI MAU")
    assert zone.warnings == ()


def test_key_uses_the_last_nine_digits():
    text = mrz.information(VirtualPerson().key)
    assert text == "300012345400030232503022"


def test_dg1_is_95_bytes():
    data = lds.build_dg1(LINES)
    assert data[:5].hex() == "615d5f1f5a"
    assert len(data) == 95


@pytest.mark.parametrize(
    ("line", "at", "char", "names"),
    [
        (0, 14, "5", {"document_number", "composite"}),
        (0, 29, "6", {"personal_number", "composite"}),
        (1, 6, "4", {"birth", "composite"}),
        (1, 14, "3", {"expiry", "composite"}),
        (1, 29, "7", {"composite"}),
        (1, 7, "M", {"number_sex"}),
        (0, 15, "1", {"personal_number", "composite"}),
        (0, 24, "9", {"personal_number", "composite", "number_document"}),
        (0, 20, "9", {"personal_number", "composite", "number_birth", "number_document"}),
        (0, 15, "B", {"personal_number", "composite", "number_form"}),
    ],
)
def test_what_does_not_fit_becomes_a_warning(line, at, char, names):
    assert set(mrz.parse(with_char(line, at, char)).warnings) == names


@pytest.mark.parametrize("text", ["", "I" * 89, "I" * 91, "i" * 90, "É" * 90, "I" * 87, "I" * 72])
def test_anything_but_td1_and_td3_is_a_fault(text):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        mrz.parse(text)


@pytest.mark.parametrize(
    "key",
    [
        CardKey("", "000302", "250302"),
        CardKey("0013000123", "000302", "250302"),
        CardKey("00130001234Đ", "000302", "250302"),
        CardKey("001300012345", "0003", "250302"),
        CardKey("001300012345", "000302", "25-302"),
        CardKey("001300012345", "00030\u0662", "250302"),
    ],
)
def test_a_key_of_a_wrong_form_is_refused_without_being_quoted(key):
    with pytest.raises(Fault, match="WRONG_KEY") as caught:
        mrz.information(key)
    assert key.birth not in str(caught.value)


def test_no_expiry_and_long_names():
    person = replace(VirtualPerson(), mrz_name="TRAN<<THI<" + "A" * 40).with_expiry(mrz.NO_EXPIRY)
    one, two, three = person.lines()
    assert {len(line) for line in (one, two, three)} == {30}
    assert two[8:15] == "9912315"
    assert person.expires_text == "Không thời hạn"


def test_a_passport_is_read():
    zone = mrz.parse("".join(PASSPORT))
    assert zone.lines == PASSPORT
    assert (zone.document_type, zone.issuer, zone.nationality) == ("P", "UTO", "UTO")
    assert (zone.document_number, zone.personal_number) == ("L898902C3", "ZE184226B")
    assert (zone.birth, zone.sex, zone.expiry) == ("740812", "F", "120415")
    assert (zone.surname, zone.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert zone.warnings == ()
    assert mrz.information(mrz.key_of(zone)) == "L898902C3674081221204159"


def test_the_passport_builder_makes_the_specimen():
    built = mrz.build_td3(
        "L898902C3", "740812", "F", "120415", "ERIKSSON<<ANNA<MARIA",
        issuer="UTO", optional="ZE184226B",
    )  # fmt: skip
    assert built == PASSPORT


@pytest.mark.parametrize(
    ("at", "char", "names"),
    [
        (9, "7", {"document_number", "composite"}),
        (19, "3", {"birth", "composite"}),
        (27, "8", {"expiry", "composite"}),
        (42, "2", {"personal_number", "composite"}),
        (43, "1", {"composite"}),
    ],
)
def test_check_digits_of_a_passport(at, char, names):
    two = PASSPORT[1][:at] + char + PASSPORT[1][at + 1 :]
    zone = mrz.parse(PASSPORT[0] + two)
    assert set(zone.warnings) == names
    if names <= {"personal_number", "composite"}:
        assert mrz.key_of(zone) == mrz.key_of(mrz.parse("".join(PASSPORT))), "no part of the key"
        return
    with pytest.raises(Fault, match="WRONG_KEY") as caught:
        mrz.key_of(zone)
    assert all(name in caught.value.detail for name in names)


@pytest.mark.parametrize("digit", ["<", "0"])
def test_empty_optional_data_may_have_no_check_digit(digit):
    one, two = mrz.build_td3("E1234567", "800101", "M", "300101", "DOE<<JO", issuer="D")
    assert two[28:43] == "<" * 15
    zone = mrz.parse(one + two[:42] + digit + two[43:])
    assert (zone.personal_number, zone.warnings, zone.issuer) == ("", (), "D")


def test_a_vietnamese_passport_is_checked_as_far_as_it_can_be():
    def zone(number: str, sex: str = "F"):
        return mrz.parse(
            "".join(
                mrz.build_td3(
                    "P12345678", "000302", sex, "300302", "NGUYEN<<THI<MAU",
                    issuer="VNM", optional=number,
                )
            )
        )  # fmt: skip

    assert zone("001300012345").warnings == ()
    assert zone("001300012345", "M").warnings == ("number_sex",)
    assert zone("001399012345").warnings == ("number_birth",)
    assert zone("012345678").warnings == ()  # the former identity card's number
    assert mrz.key_of(zone("001300012345")).number == "P12345678"


def test_a_foreign_card_is_not_measured_with_vietnamese_rules():
    zone = mrz.parse("".join(FOREIGN_CARD))
    assert (zone.document_number, zone.personal_number, zone.issuer) == ("D23145890", "", "UTO")
    assert zone.warnings == ()
    assert mrz.key_of(zone) == CardKey("D23145890", "740812", "120415")


def test_a_long_document_number_goes_on_in_the_optional_data():
    zone = mrz.parse("".join(LONG_NUMBER))
    assert (zone.document_number, zone.personal_number) == ("D23145890734", "")
    assert zone.warnings == ()
    assert mrz.information(mrz.key_of(zone)) == "D23145890734934071279507122"
    spoilt = LONG_NUMBER[0].replace("7349", "7348")
    assert "document_number" in mrz.parse("".join((spoilt, *LONG_NUMBER[1:]))).warnings


def test_an_unknown_day_of_birth_still_opens_the_chip():
    one, two = mrz.build_td3("E1234567", "8001<<", "<", "300101", "DOE<<JO", issuer="UTO")
    zone = mrz.parse(one + two)
    assert (zone.birth, zone.sex, zone.warnings) == ("8001<<", "<", ())
    assert mrz.information(mrz.key_of(zone)).startswith("E1234567<")


def test_the_key_of_a_vietnamese_card_is_the_whole_number():
    assert mrz.key_of(mrz.parse("".join(LINES))) == VirtualPerson().key


def test_a_digit_that_is_no_part_of_the_key_may_be_wrong():
    zone = mrz.parse(with_char(0, 29, "6"))
    assert zone.warnings == ("personal_number", "composite")
    assert mrz.key_of(zone) == replace(VirtualPerson().key, number="300012345")
    assert mrz.information(mrz.key_of(zone)) == mrz.information(VirtualPerson().key)
    assert mrz.key_of(mrz.parse(with_char(1, 29, "7"))) == VirtualPerson().key


@pytest.mark.parametrize(("line", "at", "char"), [(0, 14, "5"), (1, 6, "4"), (1, 14, "3")])
def test_a_wrong_digit_of_the_key_itself_is_refused(line, at, char):
    with pytest.raises(Fault, match="WRONG_KEY"):
        mrz.key_of(mrz.parse(with_char(line, at, char)))


@pytest.mark.parametrize(
    ("birth", "expiry", "names"),
    [
        ("000229", "240229", ()),
        ("990229", "250302", ("birth_date",)),
        ("001301", "250302", ("birth_date",)),
        ("000302", "250230", ("expiry_date",)),
        ("000302", "2503<<", ("expiry_date",)),
        ("00<<<<", "991231", ()),
        ("<<<<<<", "991231", ()),
        ("0013<<", "991231", ("birth_date",)),
        ("0<0302", "999999", ("birth_date", "expiry_date")),
    ],
)
def test_a_date_that_no_calendar_has_is_a_warning(birth, expiry, names):
    lines = mrz.build_td3("1", birth, "M", expiry, "DOE<<JO", issuer="UTO")
    assert mrz.parse("".join(lines)).warnings == names
    card = mrz.build("001300012345", birth, "F", expiry, "DOE<<JO")
    found = mrz.parse("".join(card)).warnings
    assert tuple(name for name in found if not name.startswith("number_")) == names


def test_lines_as_somebody_copied_them():
    for joined in ("\n".join(LINES), "\r\n".join(LINES).lower(), " ".join(LINES) + "\n"):
        assert mrz.parse_printed(joined).lines == LINES


@pytest.mark.parametrize(
    ("name", "surname", "given", "cut"),
    [
        ("NGUYEN<<THI<MAU", "NGUYEN", "THI MAU", False),
        ("ARKFREITH", "ARKFREITH", "", False),
        ("VAN<DER<MUELLER<<HANS", "VAN DER MUELLER", "HANS", False),
        ("TRAN<<" + "A" * 40, "TRAN", "A" * 33, True),
        ("B" * 50, "B" * 39, "", True),
    ],
)
def test_names_with_fillers_and_cut_names(name, surname, given, cut):
    zone = mrz.parse("".join(mrz.build_td3("1", "800101", "M", "300101", name, issuer="UTO")))
    assert (zone.surname, zone.given_names, mrz.name_cut(zone)) == (surname, given, cut)
    assert not mrz.name_cut(mrz.parse("".join(LINES)))
