import pytest

from detente.record import people
from detente.record.name_match import resolve
from detente.record.spelling import readings

RESOLVED = [
    ("He Lap Phong", {"side": "CHN", "role": "Deputy Prime Minister", "on": "2025-10-27"}, "He Lifeng"),
    ("Ha Lap Phong", {"side": "CHN"}, "He Lifeng"),
    ("Hà Lập Phong", {}, "He Lifeng"),
    ("Ha Lap Bang", {"side": "CHN", "role": "Vice Premier", "on": "2025-10-28"}, "He Lifeng"),
    ("He Lifong", {}, "He Lifeng"),
    ("何立峰", {}, "He Lifeng"),
    ("Li Cheng Qiang", {"side": "CHN"}, "Li Chenggang"),
    ("Li Zheng Qiang", {"side": "CHN"}, "Li Chenggang"),
    ("Li Cheng Steel", {"side": "CHN"}, "Li Chenggang"),
    ("Ly Thanh Cuong", {}, "Li Chenggang"),
    ("Li Chengang", {}, "Li Chenggang"),
    ("李成鋼", {}, "Li Chenggang"),
    ("Mr. Chenggang", {}, "Li Chenggang"),
    ("Li Qiang", {"side": "CHN"}, "Li Qiang"),
    ("Lý Cường", {}, "Li Qiang"),
    ("Vuong Van Dao", {"side": "CHN"}, "Wang Wentao"),
    ("Beisent", {"side": "USA"}, "Scott Bessent"),
    ("Benson", {"side": "USA", "role": "Treasury Secretary", "on": "2025-07-08"}, "Scott Bessent"),
    ("Gelier", {}, "Jamieson Greer"),
    ("Jamison Grier", {}, "Jamieson Greer"),
    ("Rutenberg", {"side": "USA", "role": "Commerce Secretary", "on": "2025-07-29"}, "Howard Lutnick"),
    ("Kani", {"side": "CAN", "role": "Prime Minister", "on": "2026-08-01"}, "Mark Carney"),
    ("Christorison", {"side": "SWE", "role": "Prime Minister", "on": "2025-07-28"}, "Ulf Kristersson"),
    ("Donald J. Trump", {}, "Donald Trump"),
    ("川普", {}, "Donald Trump"),
    ("Sefcovic", {}, "Maroš Šefčovič"),
    ("Hồ Đức Phớc", {}, "Ho Duc Phoc"),
    ("Lý Hiển Long", {}, "Lee Hsien Loong"),
]
UNRESOLVED = [
    ("Iman Darmawan", {"side": "USA", "role": "Commerce Secretary", "on": "2025-06-13"}),
    ("Hồ Đức Phớc", {"side": "CHN"}),
    ("Nguyễn Hồng Diên", {"side": "CHN"}),
    ("Nguyễn Văn An", {}),
    ("Trần Thanh Mẫn", {}),
    ("Lý Hiển Long", {"side": "CHN"}),
    ("Wang Xiaoming", {"side": "CHN"}),
    ("Zhao Ming", {"side": "CHN"}),
    ("Li Hui", {"side": "CHN"}),
    ("Peter Barker", {"side": "USA"}),
    ("Marc Ati", {"role": "Trade Minister", "on": "2031-05-06"}),
    ("Katherine Hale", {"side": "USA", "role": "Trade Representative", "on": "2022-06-13"}),
    ("Kazuyuki Katayama", {"side": "JPN", "role": "Minister of Finance", "on": "2026-01-13"}),
    ("John Smith", {}),
    ("Li", {}),
    ("", {}),
    ("...", {}),
]


@pytest.mark.parametrize(("surface", "known", "name"), RESOLVED)
def test_a_garbled_name_resolves_to_its_official(surface, known, name):
    match = resolve(surface, **known)
    assert match.person == name
    assert match.surface == surface


@pytest.mark.parametrize(("surface", "known"), UNRESOLVED)
def test_the_name_of_an_unknown_person_stays_unresolved(surface, known):
    assert resolve(surface, **known).person is None


def test_li_qiang_is_not_li_chenggang():
    assert {resolve(x, side="CHN").person for x in ("Li Qiang", "李强", "Lý Cường")} == {"Li Qiang"}


def test_a_family_name_resolves_to_a_person_in_the_text():
    assert resolve("Li", among=["Li Chenggang", "He Lifeng"]).person == "Li Chenggang"


def test_a_person_has_the_office_of_the_day():
    assert people.person("Li Chenggang").role("2025-10-27").title == "International Trade Representative"
    assert people.person("Donald Trump").role("2022-06-01") is None
    assert people.office("Phó Thủ tướng") == people.office("国务院副总理") == "vice premier"


def test_every_person_has_a_side_an_office_and_a_verification():
    for person in people.people():
        assert person.side
        assert person.roles
        assert person.verification


def test_every_character_of_a_native_name_has_its_readings():
    for person in people.people():
        if person.side == "CHN":
            assert all(readings(c).pinyin != (c,) for c in person.native), person.name
