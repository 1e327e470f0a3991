"""Small files of every feed, in the form of the real ones; their content is made up and lies in the 2040s."""

import json

import pytest

REGISTER = {
    "document_number": "2041-00123",
    "title": "Notice of Reduction of Duties on Widgets for Products of Norway ",
    "type": "Notice",
    "abstract": "The additional duty on widgets that are products of Norway is reduced to zero under Section 232.",
    "dates": "The reduced rate applies to goods entered on or after 12:01 a.m. eastern time on May 1, 2041.",
    "publication_date": "2041-05-04",
    "signing_date": None,
    "effective_on": None,
    "citation": "106 FR 100",
    "executive_order_number": None,
    "proclamation_number": None,
    "correction_of": None,
    "corrections": [],
    "agencies": [{"raw_name": "X", "slug": "industry-and-security-bureau"}],
    "html_url": "https://www.federalregister.gov/documents/2041/05/04/2041-00123/x",
}


def heading(number, text, general, **others):
    row = {"htsno": number, "indent": "0", "description": text, "superior": None, "units": [], "general": general}
    return {**row, "special": general, "other": "No change", "footnotes": [], "additionalDuties": None, **others}


SAME = "The duty provided in the applicable subheading"
SCHEDULE = [
    heading("9903.99.21", "Widgets that are the product of Norway, as provided for in U.S. note 90", f"{SAME} + 10%"),
    heading("9903.99.22", "Articles the product of Chile, as provided for in U.S. note 91", f"{SAME} plus 35%"),
]
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Presidential Actions</title><link>https://www.whitehouse.gov</link><description/>
<item><title>Imposing a Temporary Import Surcharge on Widgets</title>
<link>https://www.whitehouse.gov/presidential-actions/2041/03/widgets/</link>
<pubDate>Wed, 06 Mar 2041 02:10:00 +0000</pubDate><category>Proclamations</category>
<guid isPermaLink="false">https://www.whitehouse.gov/?post_type=presidential-actions&#038;p=7001</guid>
<content:encoded><![CDATA[<p>Articles shall be subject to a 7 percent <em>ad valorem</em> duty rate on or after
12:01 a.m. eastern standard time on March 8, 2041, and shall continue in effect through 12:01 a.m.
eastern daylight time on
August 5, 2041.</p><p>this fifth day of March, in the year of our Lord two thousand forty-one.</p>]]></content:encoded>
</item></channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link rel="alternate" href="https://www.gov.uk/news"/>
<entry><id>https://www.gov.uk/a#2</id><title>Widgets at zero</title><link href="https://www.gov.uk/a"/>
<published>2041-05-01T08:00:00+01:00</published><updated>2041-05-09T08:00:00+01:00</updated>
<summary>Widgets pay nothing in the United States.</summary></entry></feed>
"""
INTERVENTION = {
    "intervention_id": 1, "state_act_id": 10, "state_act_title": "Norway: additional duties on widgets",
    "intervention_description": [{"description": "<p>Made up.</p>"}],
    "state_act_url": "https://globaltradealert.org/state-act/10",
    "implementing_jurisdictions": [{"id": 578, "name": "Norway", "iso": "NOR"}],
    "affected_jurisdictions": [{"id": 699, "name": "India", "iso": "IND"}],
    "intervention_type": "Import tariff",
    "affected_products": [{"product_id": 80211, "prior_level": "4", "new_level": "9", "unit": "%"}],
    "date_announced": "2041-01-02", "date_published": "2041-02-03", "date_implemented": "2041-01-20",
    "date_removed": None, "last_updated": "2041-06-01",
}  # fmt: skip
NOTICE = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="2041-03-04 10:00"><title>x</title></head><body>
<div class="art-con art-con-bottonmLine"><p>【发文日期】2041年03月04日</p><p>{text}</p></div></body></html>"""
CONTROL = "决定对下列物项实施出口管制。海关商品编号：8112999000、2805301000。本公告自2041年4月1日起正式实施。"
TARIFF = """<html><head>
<meta name="ArticleTitle" content="国务院关税税则委员会关于对原产于加拿大的进口商品加征关税的公告">
<meta name="PubDate" content="2041-03-04 10:00:00"></head><body><div class="TRS_Editor"><p>税委会公告2041年第7号</p>
<p>自2041年3月20日00时01分起，对原产于加拿大的部分进口商品加征百分之十二点五的关税。</p></div></body></html>"""
PRESS = {
    "refCd": "IP/41/1", "eventDate": "2041-08-05", "publishDate": "2041-08-05T10:00:10.000+02:00",
    "docuLanguageResource": {
        "title": "Commission suspends countermeasures", "language": "en",
        "htmlContent": "<p>It suspends EU countermeasures of up to 20%&nbsp;on US goods, which were to enter into force"
        " on 7&nbsp;August, until 7&nbsp;February&nbsp;2042.</p><p>The suspension enters into force on 6 August.</p>",
    },
}  # fmt: skip
WIDGET = [
    {"subject": "CSMS # 70000001 - GUIDANCE: Widgets", "pub_date": "05/02/2041 11:20 AM EDT",
     "href": "https://content.govdelivery.com/bulletins/gd/USDHSCBP-42c1d81?wgt_ref=x"},
    {"subject": "CSMS # 70000002 - Scheduled Maintenance", "pub_date": "05/02/2041 11:30 AM EDT", "href": "x"},
]  # fmt: skip
BULLETIN = """<html><head><title>CSMS # 70000001 - GUIDANCE: Widgets</title>
<meta property="og:url" content="https://content.govdelivery.com/accounts/USDHSCBP/bulletins/42c1d81"></head><body>
<span>CBP sent this bulletin at 05/02/2041 11:20 AM EDT</span><p>This message updates CSMS # 69999999.</p>
<p>on or after 12:01 a.m. eastern time on May&nbsp;1, 2041:</p><ul><li>9903.99.21: widgets that are products of Norway:
additional rate of duty of 0% (was 10%).</li></ul></body></html>"""
PARAMETERS = """
country_codes: {CTY_NORWAY: '4039'}
section_122: {effective_date: '2041-03-08', expiry_date: '2041-08-04', finalized: false, rate: 0.07}
section_232_annexes:
  effective_date: '2041-04-06'
  annexes:
    annex_9: {label: Widgets, rate: 0.5, uk_rate: 0.25}
norway_framework: {effective_date: '2041-05-01', expiry_date: '2042-01-01', finalized: false, countries: ['4039']}
floor_rates: {floor_rate: 0.15}
section_201: {solar_rate: 0.1}
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": ["import os\n", "os.remove('x')\n"]},
        {"cell_type": "code", "source": [
            "TARIFF_ACTIONS = [\n",
            "  {'effective_date': '2041-01-02', 'authority': 'Section 232', 'reference': 'EO 1', 'apply': _f,\n",
            "   'description': 'Norway tariff from 5% to 12%'},\n",
            "  {'effective_date': '2041-02-02', 'description': 'open()', 'apply': open('/etc/passwd')},\n",
            "]\n",
        ]},
    ],
    "nbformat": 4,
}  # fmt: skip
MARKETS = [
    {"id": "5", "question": "Truce by May 1?", "conditionId": "0x1", "slug": "truce", "outcomes": '["No", "Yes"]',
     "outcomePrices": '["0.8", "0.2"]', "closed": False, "updatedAt": "2041-04-01T10:00:00.5Z",
     "endDateIso": "2041-05-01", "description": "Yes if announced by May 1, 2041, 11:59 PM ET."},
]  # fmt: skip
POST = {
    "id": 7, "title": "Truce?", "nr_forecasters": 3,
    "question": {
        "id": 6, "title": "Truce?", "resolution": None, "status": "open", "cp_reveal_time": "2041-01-09T00:00:00Z",
        "default_aggregation_method": "recency_weighted",
        "aggregations": {"recency_weighted": {"history": [{"start_time": 2241000000.0, "centers": [0.3]}]}},
    },
}  # fmt: skip
ENTITIES = [
    {"id": "d", "schema": "Document", "datasets": ["x"], "properties": {"title": ["List"], "date": ["2041-03-04"]}},
    {"id": "f", "schema": "Company", "properties": {"name": ["Widget Co."]}},
    {"id": "s", "schema": "Sanction", "properties": {"entity": ["f"], "country": ["no"], "listingDate": ["2041-03-04"],
                                                     "startDate": ["2041-03-10"], "status": ["Suspended"]}},
]  # fmt: skip
RAW_TEXT = """<html><head><title>x</title></head><body><pre>
[Federal Register Volume 106, Number 50 (Friday, March 15, 2041)]
[Presidential Documents]
[Pages 200-201]
[FR Doc No: 2041-00200]

Presidential Documents

Executive Order 15001 of March 12, 2041

Modifying Duties on Widgets

    By the authority vested in me, including the International Emergency
Economic Powers Act, I order:
    Sec. 2. Implementation. Heading 9903.99.21 of the Harmonized Tariff
Schedule of the United

[[Page 201]]

States shall continue to be suspended until 12:01 a.m. eastern standard
time on January 10, 2042.
</pre></body></html>"""

OWN = {
    "federal_register": json.dumps({"description": "Documents matching", "count": 1, "results": [REGISTER]}),
    "register_text": RAW_TEXT,
    "hts": json.dumps(SCHEDULE),
    "rss": RSS,
    "atom": ATOM,
    "gta": json.dumps({"count": 1, "next": None, "results": [INTERVENTION]}),
    "mofcom": NOTICE.format(title="商务部公告2041年第98号 公布对若干物项实施出口管制的决定", text=CONTROL),
    "tariff_commission": TARIFF,
    "press_corner": json.dumps(PRESS),
    "csms": "GDWidgets[0].update(" + json.dumps(WIDGET) + ");",
    "bulletin": BULLETIN,
    "budget_lab": PARAMETERS,
    "tradewartracker": json.dumps(NOTEBOOK),
    "trains": "NomenCode,Reporter_ISO_N,Year,ProductCode,SimpleAverage,Nbr_NA_Lines,TotalNoOfValidLines,TotalNoOfLines"
    ",EstCode\nH6,036,2041,040690,10.5,2,12,14,E\n",
    "census": json.dumps([["I_COMMODITY", "GEN_VAL_MO", "time", "CTY_CODE"], ["570331", "40", "2041-06", "5700"]]),
    "markets": json.dumps(MARKETS),
    "posts": json.dumps({"results": [POST]}),
    "followthemoney": "\n".join(json.dumps(entity) for entity in ENTITIES),
}


@pytest.fixture
def own():
    """The files by the name of their feed, as text."""
    return dict(OWN)


@pytest.fixture
def values_of():
    """The values behind some of the files, to change before they are written."""
    values = {"register": REGISTER, "schedule": SCHEDULE, "intervention": INTERVENTION, "notice": NOTICE,
              "control": CONTROL, "press": PRESS, "market": MARKETS[0], "post": POST, "entities": ENTITIES,
              "heading": heading, "same": SAME}  # fmt: skip
    return {name: value if callable(value) else json.loads(json.dumps(value)) for name, value in values.items()}


@pytest.fixture
def read(tmp_path):
    """Reads texts, given by the names of their files, in that order."""
    from detente.record import feeds

    def reader(**files):
        paths = []
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        return feeds.read(paths)

    return reader


def pytest_generate_tests(metafunc):
    if "feed" in metafunc.fixturenames:
        metafunc.parametrize("feed", sorted(OWN))
