"""Which language a text is in: texts in many languages are refused by name, and nothing that is read is refused."""

from pathlib import Path

import pytest

from detente.errors import RecordError
from detente.record.document import read
from detente.record.language import check_language, languages, profile_of, unread_language

FOLDER = Path(__file__).parent
DOCUMENTS = sorted((FOLDER / "documents").glob("*.txt"))
ENGLISH = (
    "The Treasury secretary and the vice premier met on Sunday. The truce on tariffs expires on November 10, and the"
    " two sides have not said whether it will be extended. "
)
READ = [
    ("en", "Trump says 100% tariff on Chinese goods from November 1; Beijing vows response."),
    ("en", "The truce ends."),
    ("en", "USA, China, EU: 10%, 20%, 30%."),
    ("en", "Present: Maria de la Cruz, Juan de la Torre, José de los Santos y Gómez, Luis del Río, Ana de las Casas."),
    ("en", "Los Angeles, San Juan de la Maguana, Santiago de los Caballeros, La Paz, El Paso, Las Vegas, La Junta."),
    ("en", "Bundesministerium für Wirtschaft, Ministère de l'Économie et des Finances and Ministerio de Economía met."),
    ("en", "Bessent, He Lifeng, Greer, Li Chenggang in Madrid, Sept 14-15."),
    ("en", "TARIFF RATES\nSteel 50\nAluminium 50\nCopper 50\nCars 25\nTimber 10\nKitchen cabinets 25"),
    ("en", "frozen beef; fresh pork; soya beans; maize; cotton; sorghum; wheat; dairy products; fruit; vegetables"),
    ("en", "Xi Jinping, Wang Yi, Qin Gang, Zhao Leji, Cai Qi, Ding Xuexiang, Li Xi, He Lifeng, Zhang Guoqing"),
    (
        "en",
        '"No vamos a ceder ni un centímetro en lo que toca a la soberanía de los mexicanos", the president said on'
        " Tuesday, according to her office in Mexico City. The tariffs start on Saturday.",
    ),
    ("vi", "Thỏa thuận đình chiến thuế quan giữa hai nước hết hạn vào ngày 10/11."),
    ("vi", "Thoa thuan dinh chien thue quan giua hai nuoc se het han vao ngay 10/11, theo Bo Thuong mai."),
    ("vi", "Ông Bessent gặp ông Hà Lập Phong ở Kuala Lumpur hôm Chủ nhật."),
    (
        "vi",
        "Hai ben khong dat duoc thoa thuan ve viec gia han, nhung van se gap lai trong thang nay, phia My cho biet.",
    ),
    ("zh", "中美双方同意将关税休战延长90天。"),
    ("zh", "商務部發言人表示，雙方將於11月10日前就延長停戰期達成協議。"),
    ("zh", "日本经济产业省（けいざいさんぎょうしょう）表示，日美关税谈判仍在继续，双方尚未就汽车关税达成一致。"),
    ("zh", "美国总统特朗普（Donald Trump）10月30日在韩国釜山（Busan）会见习近平；24%的关税暂停。"),
]


def samples():
    lines = (FOLDER / "language_samples.csv").read_text("utf-8").splitlines()
    return [line.split(";", 2) for line in lines if not line.startswith("#")][1:]


@pytest.mark.parametrize(("code", "style", "text"), samples())
def test_a_text_in_a_language_that_is_not_read_is_refused_by_its_name(code, style, text):
    name = languages()[code].name
    for length in (1, 40):
        assert unread_language(profile_of(text * length)) == name
    with pytest.raises(RecordError, match=rf"seems to be {name}; détente reads English, Vietnamese and Chinese"):
        check_language(profile_of(text), None, "a.txt")


@pytest.mark.parametrize(("code", "text"), READ)
def test_short_texts_names_lists_and_quotations_are_read(code, text):
    assert check_language(profile_of(text), None, "a.txt") == code


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_is_read_in_the_language_that_its_header_names_also_without_it(path):
    document = read(path)
    assert document.language == document.header["language"]
    assert check_language(profile_of(document.body), None, "a.txt") == document.language


@pytest.mark.parametrize(("code", "style", "text"), samples())
def test_a_text_half_of_which_is_english_is_read(code, style, text):
    english = ENGLISH * -(-3 * len(text) // len(ENGLISH))
    assert check_language(profile_of(text + "\n" + english), None, "a.txt") == "en"


@pytest.mark.parametrize(
    ("stated", "text", "code"),
    [
        ("es", ENGLISH, "en"),
        ("en-US", ENGLISH, "en"),
        ("en", "中美双方同意将关税休战延长90天。", "zh"),
        ("es", "中美双方同意将关税休战延长90天。", "zh"),
        ("vi", "Talks and more", "vi"),
        ("zh", "Talks and more", "en"),
        ("klingon", "Talks and more", "en"),
    ],
)
def test_what_a_text_plainly_is_stands_before_what_its_header_says(stated, text, code):
    assert check_language(profile_of(text), stated, "a.txt") == code


def test_a_header_that_names_a_language_that_is_not_read_refuses_a_text_that_does_not_show_its_own():
    with pytest.raises(RecordError, match="the document says that it is Spanish; détente reads English"):
        check_language(profile_of("Aranceles 2025: 24 %"), "es-MX", "a.txt")


def test_a_long_text_of_words_that_no_language_has_is_refused():
    text = "ngulo petra mokali sanduri velopa kirtena bolmi tasuro " * 40
    with pytest.raises(RecordError, match="in a language that détente does not know"):
        check_language(profile_of(text), None, "a.txt")


def test_only_a_bounded_sample_of_a_long_text_is_looked_at():
    profile = profile_of(ENGLISH * 20_000)
    assert profile.size < 50_000
    assert check_language(profile, None, "a.txt") == "en"


def test_a_long_text_is_judged_by_pieces_from_all_of_it():
    spanish = next(text for code, _, text in samples() if code == "es")
    with pytest.raises(RecordError, match="Spanish"):
        check_language(profile_of(ENGLISH * 3 + spanish * 3000), None, "a.txt")
