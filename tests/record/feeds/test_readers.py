"""What each feed gives: which day is which, what is an act and what is none."""

import json

import pytest

from detente.record import feeds
from detente.record.feeds import dates, hts

SAME = hts.SAME


# The Federal Register


def test_the_day_of_effect_comes_from_the_dates_field_and_not_from_publication(own, read):
    update = read(x__json=own["federal_register"])
    act = update.acts[0]
    assert (act.targets, act.rate, act.rate_kind, act.authority) == (("NOR",), 0.0, "add", "Section 232")
    assert (act.legal_from, act.legal_from_text) == ("2041-05-01", "2041-05-01T00:01-04:00")
    assert (act.published, act.known, act.retroactive) == ("2041-05-04", "2041-05-04", True)
    assert "May 1, 2041" in act.quote
    assert update.sources[0].title == "Notice of Reduction of Duties on Widgets for Products of Norway"


def test_a_title_alone_makes_no_act_and_no_day_is_filled_from_another(values_of, read):
    document = {**values_of["register"], "abstract": None, "dates": None, "signing_date": "2041-05-01"}
    update = read(x__json=json.dumps(document))
    assert update.acts == ()
    assert update.sources[0].signed == "2041-05-01"
    assert update.unread == ("fr-2041-00123",)


def test_effective_on_is_used_where_the_prose_gives_no_day(values_of, read):
    document = {**values_of["register"], "dates": None, "effective_on": "2041-05-02"}
    assert read(x__json=json.dumps(document)).acts[0].legal_from == "2041-05-02"


def test_a_document_is_known_since_its_filing(values_of, read):
    filed = {**values_of["register"], "filed_at": "2041-05-03T16:15:00.000-04:00"}
    page = {"description": "All Public Inspection Documents", "count": 1, "results": [filed]}
    alone = read(a__json=json.dumps(page))
    assert (alone.acts, alone.sources[0].known) == ((), "2041-05-03T16:15:00-04:00")
    both = read(a__json=json.dumps(page), b__json=json.dumps(values_of["register"]))
    assert both.acts[0].known == "2041-05-03T16:15:00-04:00"
    assert len(both.sources) == 1


def test_a_correction_is_a_source_of_its_own_and_no_act(values_of, read):
    address = "https://www.federalregister.gov/api/v1/documents/2041-00123"
    correction = {**values_of["register"], "document_number": "C1-2041-00123", "correction_of": address}
    update = read(a__json=json.dumps(correction), b__json=json.dumps(values_of["register"]))
    assert len(update.acts) == 1
    assert update.by_id["fr-C1-2041-00123"].corrects == "fr-2041-00123"
    assert update.by_id["fr-2041-00123"].corrected_by == "fr-C1-2041-00123"


def test_the_cap_of_the_server_is_refused_and_an_empty_search_is_not(read):
    assert "narrower span" in read(x__json='{"description": "All Documents", "count": 10000}').refused[0].reason
    none = read(x__json='{"description": "Documents matching x", "count": 0}')
    assert none.refused == none.sources == ()


def test_a_next_page_and_missing_numbers_are_named(values_of, read):
    page = {"description": "Documents matching", "count": 3, "results": [values_of["register"]],
            "next_page_url": "https://www.federalregister.gov/api/v1/documents?page=2",
            "errors": {"not_found": ["9999-99999"]}}  # fmt: skip
    warnings = read(x__json=json.dumps(page)).warnings
    assert any("2 more on the next page" in text for text in warnings)
    assert any("not found: 9999-99999" in text for text in warnings)


def test_page_marks_and_line_breaks_do_not_cut_a_quote(own, read):
    update = read(x__txt=own["register_text"])
    act, source = update.acts[0], update.sources[0]
    assert (act.id, act.status, act.suspended_until) == ("9903.99.21", "suspended", "2042-01-10")
    assert act.suspended_until_text == "2042-01-10T00:01-05:00"
    assert (source.instrument, source.signed, source.citation) == ("EO 15001", "2041-03-12", "106 FR 200")
    statement = feeds.proposals(update)[0]
    assert source.text[statement.start : statement.end] == statement.quote
    assert statement.verification == "official read"


def test_a_rate_that_the_text_does_not_give_is_not_made_up(own, read):
    assert read(x__txt=own["register_text"]).acts[0].rate is None


# The tariff schedule


@pytest.mark.parametrize(
    ("text", "kind", "percent"),
    [
        (f"{SAME} + 25%", "add", 25), (f"{SAME} +25%", "add", 25), (f"{SAME} +0%", "add", 0),
        (f"{SAME}+40%", "add", 40), (f"{SAME} plus 35%", "add", 35), (SAME, "add", 0), ("15%", "total", 15),
        ("200%", "total", 200), ("No change", "unchanged", None), ("No Change", "unchanged", None),
        ("No change.", "unchanged", None), ("", "unknown", None), ("Free", "total", 0), (f"{SAME} + 15%2/", "add", 15),
        (f"{SAME} + 200% (AU, BH)", "add", 200), (f"{SAME} + 5¢/kg", "specific", None),
        ("$1.11/t", "specific", None), ("$1.803/kg", "specific", None),
        (f"{SAME} plus 25% plus 7.5%", "unreadable", None), ("No additional duty", "add", 0),
        (f"<b>{SAME} +0%</b>", "add", 0),
    ],
)  # fmt: skip
def test_rates_of_the_schedule_are_read_in_all_their_spellings(text, kind, percent):
    assert (hts.rate(text).kind, hts.rate(text).percent) == (kind, percent)


def test_programmes_of_a_special_rate_are_kept():
    assert hts.rate(f"{SAME} + 200% (AU, BH)").programmes == ("AU", "BH")


def schedules(values_of, *changes):
    rows = {row["htsno"]: row for row in values_of["schedule"]}
    for number, values in changes:
        rows[number] = {**rows.get(number, values_of["heading"](number, "", "")), **values}
    return json.dumps(list(rows.values()))


def test_two_releases_give_what_changed_with_the_day_of_the_change_record(values_of, read):
    lower = {"general": f"{SAME} +0%", "special": f"{SAME} +0%"}
    record = (
        "Change Record - 2041 HTS Revision 3\nPublished: June 2, 2041\n\n9903.99.21    Modified    May 1, 2041    X\n"
    )
    files = {
        "a2041HTSRev2__json": schedules(values_of),
        "b2041HTSRev3__json": schedules(
            values_of, ("9903.99.21", lower), ("9903.99.22", {"footnotes": [{"value": "x"}]})
        ),
        "record__txt": record,
    }
    update = read(**files)
    assert update == read(**dict(reversed(files.items())))
    (act,) = update.acts
    assert (act.id, act.targets, act.rate, act.old_rate) == ("9903.99.21", ("NOR",), 0.0, 10.0)
    assert (act.legal_from, act.known, act.retroactive) == ("2041-05-01", "2041-06-02", True)
    assert act.quote.startswith("9903.99.21    Modified")


def test_without_a_change_record_the_day_is_unknown(values_of, read):
    lower = {"general": "5%", "special": "5%"}
    update = read(
        a2041HTSRev2__json=schedules(values_of), b2041HTSRev3__json=schedules(values_of, ("9903.99.21", lower))
    )
    act = update.acts[0]
    assert (act.legal_from, act.known, act.retroactive, act.rate_kind, act.old_rate_kind) == (
        None, None, None, "total", "add"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ({"description": "Articles the product of Chile [Compiler's note: provision terminated.]"},
         {"status": "ended"}),
        ({"description": "Articles the product of Chile [Compiler's note: provision suspended.]"},
         {"status": "suspended"}),
        ({"description": "Effective with respect to entries on or after May 1, 2041, articles the product of Chile"},
         {"legal_from": "2041-05-01", "old_legal_from": None}),
    ],
)  # fmt: skip
def test_a_note_or_a_day_in_the_text_of_a_heading_makes_an_act(values_of, read, change, values):
    update = read(
        a2041HTSRev2__json=schedules(values_of), b2041HTSRev3__json=schedules(values_of, ("9903.99.22", change))
    )
    (act,) = update.acts
    assert {name: getattr(act, name) for name in values} == values


def test_other_words_without_another_day_or_rate_make_no_act(values_of, read):
    change = ("9903.99.22", {"description": "Articles the product of Chile, as provided for in U.S. note 92"})
    update = read(a2041HTSRev2__json=schedules(values_of), b2041HTSRev3__json=schedules(values_of, change))
    assert update.acts == ()
    assert "no act" in update.changes[0]


def test_an_exemption_that_is_prolonged_gives_both_ends_and_the_days_between(values_of, read):
    def exempt(day):
        text = f"Articles the product of Chile entered before 12:01 a.m. eastern standard time on {day}"
        return ("9903.99.22", {"description": text, "general": SAME, "special": SAME})

    old, new = schedules(values_of, exempt("January 10, 2041")), schedules(values_of, exempt("January 10, 2042"))
    (act,) = read(a2041HTSRev2__json=old, b2041HTSRev3__json=new).acts
    assert (act.rate, act.rate_kind, act.old_until, act.until, act.by_days) == (
        None, "exempt", "2041-01-10", "2042-01-10", 365
    )  # fmt: skip


def test_one_release_lists_and_says_nothing_of_force(values_of, read):
    update = read(x2041HTSRev2__json=schedules(values_of))
    assert [(act.id, act.targets, act.rate, act.status) for act in update.acts] == [
        ("9903.99.21", ("NOR",), 10.0, "listed"),
        ("9903.99.22", ("CHL",), 35.0, "listed"),
    ]
    statuses = {s.value["status"] for s in feeds.proposals(update, known="2041-06-01")}
    assert statuses == {"announced"}


def test_an_exception_names_no_target(values_of, read):
    text = "Articles the product of Chile, except for products of Canada, as provided for in U.S. note 3"
    update = read(x2041HTSRev2__json=schedules(values_of, ("9903.99.22", {"description": text})))
    assert update.acts[1].targets == ("CHL",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"description": "Articles the product of Chile [Compiler's note: provision suspended.]"}, "is suspended"),
        ({"description": "Effective with respect to entries on or after January 1, 2039, and before January 1, 2040,"
                         " articles the product of Chile"}, "its own text ends it"),
        ({"description": "Olives"}, "not known to be in force"),
    ],
)  # fmt: skip
def test_a_heading_that_is_listed_and_not_in_force_is_no_act(values_of, read, change, words):
    update = read(x2041HTSRev2__json=schedules(values_of, ("9903.99.22", change)))
    assert [act.id for act in update.acts] == ["9903.99.21"]
    assert words in update.changes[0]


def test_a_schedule_that_does_not_say_which_it_is_asks(own, read):
    update = read(schedule__json=own["hts"])
    assert update.acts == ()
    assert "does not say which release it is" in update.warnings[0]
    current = '{"name": "2041HTSRev2", "title": "Revision 2 (2041)"}'
    named = read(schedule__json=own["hts"], current__json=current)
    assert [source.id for source in named.sources] == ["usitc-2041HTSRev2"]


def test_csv_and_json_of_a_schedule_give_the_same(values_of, read):
    header = "HTS Number,Indent,Description,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty\n"
    rows = [
        f'{r["htsno"]},0,"{r["description"]}",{r["general"]},{r["special"]},No change' for r in values_of["schedule"]
    ]
    table = read(x2041HTSRev2__csv="\ufeff" + header + "\n".join(rows))
    assert table.acts == read(x2041HTSRev2__json=json.dumps(values_of["schedule"])).acts


# RSS and Atom


def test_a_post_is_known_at_its_minute_in_washington(own, read):
    update = read(x__xml=own["rss"])
    source, act = update.sources[0], update.acts[0]
    assert (source.id, source.known, source.published) == ("wh-7001", "2041-03-05T21:10:00-05:00", "2041-03-05")
    assert source.signed == "2041-03-05"
    assert (act.targets, act.rate, act.rate_kind) == (("ALL",), 7.0, "add")
    assert (act.legal_from, act.until, act.last_day) == ("2041-03-08", "2041-08-05T00:01-04:00", "2041-08-04")


def test_an_edit_does_not_change_when_an_item_was_known(own, read):
    source = read(x__xml=own["atom"]).sources[0]
    assert (source.known, source.side) == ("2041-05-01T08:00:00+01:00", "GBR")
    assert source.updated == "2041-05-09T08:00:00+01:00"


def test_the_word_of_another_side_on_a_duty_is_no_act(own, read):
    assert read(x__xml=own["atom"]).acts == ()


def test_an_item_without_a_date_is_named_and_left_out(own, read):
    update = read(x__xml=own["rss"].replace("Wed, 06 Mar 2041 02:10:00 +0000", "soon"))
    assert update.sources == ()
    assert "has no date that can be read" in update.refused[0].reason


# Other feeds


def test_an_entry_of_global_trade_alert_is_known_since_the_analyst_published_it(own, read):
    update = read(x__json=own["gta"])
    act = update.acts[0]
    assert (act.imposer, act.targets, act.products) == ("NOR", ("IND",), ("080211",))
    assert (act.announced, act.legal_from, act.known) == ("2041-01-02", "2041-01-20", "2041-02-03")
    assert (act.rate, act.rate_kind) == (5.0, "add")


def test_a_removal_is_known_since_the_last_edit_only(values_of, read):
    removed = {**values_of["intervention"], "date_removed": "2041-05-05"}
    statements = feeds.proposals(read(x__json=json.dumps({"count": 1, "results": [[removed]]})))
    assert [(s.value["status"], s.known) for s in statements] == [("in_force", "2041-02-03"), ("ended", "2041-06-01")]


def test_a_prior_level_of_zero_is_not_taken_for_one(values_of, read):
    values_of["intervention"]["affected_products"][0].update(prior_level="0", new_level="9")
    act = read(x__json=json.dumps({"count": 1, "results": [values_of["intervention"]]})).acts[0]
    assert (act.rate, act.rate_kind, act.old_rate) == (9.0, "level", None)


def test_all_members_of_the_union_are_the_union(values_of, read):
    from detente.labels import members

    values_of["intervention"]["implementing_jurisdictions"] = [{"iso": code} for code in members("EU")]
    acts = read(x__json=json.dumps({"count": 1, "results": [values_of["intervention"]]})).acts
    assert [act.imposer for act in acts] == ["EU"]


def test_fractions_of_a_tracker_are_percent_and_its_days_are_marked(own, read):
    acts = {act.id: act for act in read(x__yaml=own["budget_lab"]).acts}
    assert acts["yale-s122"].rate == 7.0
    assert acts["yale-annex_9-gbr"].rate == 25.0
    assert (acts["yale-norway"].targets, acts["yale-norway"].until) == (("NOR",), "2042-01-01")
    assert all(act.tracker_day and act.known is None for act in acts.values())


@pytest.mark.parametrize(
    ("text", "title", "rows"),
    [
        ("# x\nusd_offset: 0.2\nphase_in:\n  2031: 0.5\n", "parameters of a model run", 2),
        (
            "scenarios:\n  # one\n  - id: a_1\n    label: 'Law as it is'\n    default: true\n",
            "scenarios of a dashboard",
            1,
        ),
    ],
    ids=["assumptions", "dashboard"],
)
def test_a_configuration_of_a_model_is_described_and_is_no_act(read, text, title, rows):
    update = read(x__yaml=text)
    assert [(table.title, table.rows) for table in update.tables] == [(title, rows)]
    assert not update.acts


def test_a_tracker_without_a_day_enters_the_record_only_with_the_day_it_was_at_hand(own, read):
    update = read(x__yaml=own["budget_lab"])
    assert feeds.proposals(update) == feeds.sources(update) == []
    assert {s.known for s in feeds.proposals(update, known="2041-04-01")} == {"2041-04-01"}
    assert {s.verification for s in feeds.proposals(update, known="2041-04-01")} == {"secondary"}


def test_a_control_of_a_chinese_notice_has_its_day_and_codes(own, read):
    update = read(x__html=own["mofcom"])
    act = update.acts[0]
    assert (act.id, act.type, act.rate_kind, act.targets) == (
        "cn-mofcom-2041-98",
        "export_control",
        "control",
        ("ALL",),
    )
    assert (act.legal_from, act.known) == ("2041-04-01", "2041-03-04T10:00+08:00")
    assert act.products == ("8112999000", "2805301000")
    assert act.quote in update.sources[0].text


def test_a_chinese_duty_is_read_in_characters_and_beijing_time(own, read):
    act = read(x__htm=own["tariff_commission"]).acts[0]
    assert (act.targets, act.rate, act.rate_kind) == (("CAN",), 12.5, "add")
    assert (act.legal_from, act.legal_from_text) == ("2041-03-20", "2041-03-20T00:01+08:00")


def test_a_suspension_of_an_older_notice_is_an_act_on_that_notice(values_of, read):
    text = "暂停实施商务部公告2040年第12号、第13号，至2042年3月31日止。"
    update = read(x__html=values_of["notice"].format(title="商务部公告2041年第99号", text=text))
    assert [(act.id, act.status, act.suspended_until) for act in update.acts] == [
        ("cn-mofcom-2040-12", "suspended", "2042-03-31"),
        ("cn-mofcom-2040-13", "suspended", "2042-03-31"),
    ]


def test_questions_to_a_spokesperson_are_no_measure(values_of, read):
    text = "有记者问：有消息称对方将加征100%关税。答：中方决定对下列物项实施出口管制。"
    assert read(x__html=values_of["notice"].format(title="商务部新闻发言人答记者问", text=text)).acts == ()


def test_a_page_that_says_gb2312_is_read_as_gb18030(values_of, read):
    page = (
        values_of["notice"].format(title="商务部公告2041年第98号", text=values_of["control"]).replace("utf-8", "gb2312")
    )
    assert read(x__html=page.encode("gb18030")).acts[0].products == ("8112999000", "2805301000")


@pytest.mark.parametrize(
    ("text", "number"),
    [("三十四", 34), ("十", 10), ("二十", 20), ("一百二十五", 125), ("一百零五", 105), ("十二点五", 12.5), ("x", None)],
)
def test_chinese_numerals(text, number):
    assert dates.chinese_number(text) == number


def test_up_to_a_rate_is_an_upper_bound_and_a_suspended_start_was_never_in_force(own, read):
    act = read(x__json=own["press_corner"]).acts[0]
    assert (act.targets, act.rate, act.rate_kind) == (("USA",), 20.0, "cap_total")
    assert (act.legal_from, act.suspended_from, act.suspended_until) == ("2041-08-07", "2041-08-06", "2042-02-07")
    assert act.ever_in_force is False


def test_a_document_without_text_in_a_language_is_refused(values_of, read):
    values_of["press"]["docuLanguageResource"] = None
    assert "IP/41/1 has no text in this language" in read(x__json=json.dumps(values_of["press"])).refused[0].reason


def test_the_two_addresses_of_a_customs_message_are_one_source(own, read):
    update = read(a__js=own["csms"], b__html=own["bulletin"])
    (source,) = update.sources
    assert (source.id, source.updates) == ("csms-70000001", "csms-69999999")
    act = update.acts[0]
    assert (act.id, act.rate, act.old_rate, act.legal_from) == ("9903.99.21", 0.0, 10.0, "2041-05-01")
    assert act.known == "2041-05-02T11:20-04:00"


def test_product_and_country_codes_of_statistics_stay_text(own, read):
    facts = read(x__csv=own["trains"]).tables[0].facts
    assert list(facts) == ["036/040690"]
    assert facts["036/040690"]["estimated"]


def test_a_market_is_read_by_the_name_of_its_outcome_and_by_its_rules(own, read):
    question = read(x__json=own["markets"]).questions[0]
    assert (question.probability, question.deadline) == (0.2, "2041-05-01T23:59-04:00")


@pytest.mark.parametrize(
    ("values", "status", "outcome"),
    [
        ({"closed": True}, "closed", None),
        ({"closed": True, "umaResolutionStatus": "disputed"}, "disputed", None),
        ({"closed": True, "umaResolutionStatus": "resolved", "outcomePrices": '["1", "0"]'}, "resolved", "no"),
    ],
)
def test_a_closed_market_is_not_resolved(values_of, read, values, status, outcome):
    question = read(x__json=json.dumps([{**values_of["market"], **values}])).questions[0]
    assert (question.status, question.outcome, question.probability) == (status, outcome, None)


@pytest.mark.parametrize(("resolution", "outcome"), [("yes", "yes"), ("no", "no"), ("annulled", None), (None, None)])
def test_an_annulled_question_has_no_outcome(values_of, read, resolution, outcome):
    values_of["post"]["question"]["resolution"] = resolution
    assert read(x__json=json.dumps({"results": [values_of["post"]]})).questions[0].outcome == outcome


def test_a_number_that_is_not_shown_is_unknown(values_of, read):
    values_of["post"]["question"]["aggregations"]["recency_weighted"]["history"] = []
    assert read(x__json=json.dumps({"results": [values_of["post"]]})).questions[0].probability is None


def test_a_listing_is_announced_on_one_day_and_begins_on_another(own, read):
    act = read(x__json=own["followthemoney"]).acts[0]
    assert (act.imposer, act.target, act.type) == ("NOR", "Widget Co.", "entity_listing")
    assert (act.announced, act.legal_from, act.status) == ("2041-03-04", "2041-03-10", "suspended")


# Extensions, as notices write them


def extensions(read, values_of, abstract, title="Notice of Product Exclusion Extensions: China's Acts"):
    document = {**values_of["register"], "title": title, "abstract": abstract, "dates": None}
    acts = read(x__json=json.dumps(document)).acts
    return [(act.status, act.type, act.old_until, act.until or act.suspended_until) for act in acts]


@pytest.mark.parametrize(
    "abstract",
    [
        "The 178 exclusions scheduled to expire on May 9, 2041, are extended through June 10, 2041, under Section 301.",
        "Under Section 301, these exclusions were scheduled to expire on May 9, 2041. This notice announces the"
        " determination to extend these exclusions through June 10, 2041.",
        "USTR extended the 178 product exclusions, due to expire on May 9, 2041, until 11:59 p.m. on June 10, 2041.",
        "Certain exclusions, set to expire on May 9, 2041, will be extended to June 10, 2041.",
    ],
)
def test_an_extension_of_exclusions_is_read_in_several_forms(read, values_of, abstract):
    assert extensions(read, values_of, abstract) == [("extended", "exemption", "2041-05-09", "2041-06-10")]


@pytest.mark.parametrize(
    ("abstract", "status", "kind"),
    [
        ("The surcharge scheduled to expire on May 9, 2041 is extended through June 10, 2041.", "extended", "tariff"),
        (
            "The suspension of the additional duties on products of Chile, scheduled to expire on May 9, 2041, is"
            " further extended until June 10, 2041.", "suspended", "tariff",
        ),
    ],
)  # fmt: skip
def test_a_duty_that_is_extended_and_a_suspension_that_is_are_told_apart(read, values_of, abstract, status, kind):
    expected = [(status, kind, "2041-05-09", "2041-06-10")]
    assert extensions(read, values_of, abstract, "Modification under Section 122") == expected


@pytest.mark.parametrize(
    "abstract",
    [
        "USTR requests comments on whether to extend these exclusions through June 10, 2041.",
        "USTR proposes to extend the 178 exclusions through June 10, 2041.",
        "The exclusions could be extended through June 10, 2041.",
        "The surcharge, scheduled to expire on May 9, 2041, would be extended through June 10, 2041.",
        "The 178 exclusions scheduled to expire on May 9, 2041, are not extended through June 10, 2041.",
        "The exclusions expire on May 9, 2041.",
    ],
)
def test_a_plan_a_question_or_a_denial_extends_nothing(read, values_of, abstract):
    assert extensions(read, values_of, abstract) == []


ESTIMATES = {
    "event_id,effective_date,event_name,rate_component,affected_countries\nsteel,2025-03-12,Steel,s232,ALL\n": (
        "events of tariff estimates, by day", {"steel": "2025-03-12"},
    ),
    "rate_type,rate,scenario,effective_date\nsteel,0.25,baseline,2025-03-12\n": (
        "rates of tariff estimates", {"steel/baseline/2025-03-12": 0.25},
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", ESTIMATES)
def test_the_parameters_of_an_estimate_of_tariffs_are_described_and_make_no_act(read, text):
    update = read(x__csv=text)
    title, facts = ESTIMATES[text]
    assert [(t.title, t.rows, t.facts) for t in update.tables] == [(title, 1, facts)]
    assert update.acts == ()


@pytest.mark.parametrize("damage", ["\n,,,,,,,,,\n", "\nsteel\n", "\nsteel,nan,x,y\n", "\n\x00\n", '\n"\n'])
@pytest.mark.parametrize("text", ESTIMATES)
def test_a_broken_row_of_an_estimate_is_a_refusal_in_one_line_or_left_blank(read, text, damage):
    update = read(x__csv=text + damage)
    assert update.acts == ()
    assert all("\n" not in refusal.reason for refusal in update.refused)
