"""Small official files in the real forms; what they say is made up."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAME = "The duty provided in the applicable subheading"


def register(number="2026-24001", published="2026-10-20", abstract="", dates="", **others):
    """One document of the Federal Register's API, by its number."""
    values = {
        "document_number": number, "title": "Notice of Modification of Action: China's Acts, Policies, and Practices",
        "type": "Notice", "abstract": abstract, "dates": dates, "publication_date": published, "signing_date": None,
        "effective_on": None, "citation": "91 FR 66001", "agencies": [],
        "html_url": f"https://www.federalregister.gov/documents/{published.replace('-', '/')}/{number}/x",
    }  # fmt: skip
    return json.dumps({**values, **others})


def exclusions(old="November 9, 2026", new="November 10, 2027", **others):
    """An extension of the exclusions from a duty that the shipped ledger holds."""
    words = f"The 178 exclusions scheduled to expire on {old}, are extended through {new}, under Section 301."
    return register(abstract=words, **others)


def surcharge(new="December 31, 2026", **others):
    """An extension of a surcharge on everybody whose rate the shipped ledger holds."""
    words = (
        "The temporary import surcharge imposed under Section 122, scheduled to expire on July 23, 2026, is extended"
        f" through {new}."
    )
    values = {"number": "2026-13001", "published": "2026-07-15", "title": "Extending a Temporary Import Surcharge"}
    return register(abstract=words, **{**values, **others})


def heading(number, text, general):
    """A row of the tariff schedule."""
    return {
        "htsno": number, "indent": "0", "description": text, "superior": None, "units": [], "general": general,
        "special": general, "other": "No change", "footnotes": [], "additionalDuties": None,
    }  # fmt: skip


def schedule(**rates):
    """A release of the schedule: headings by their last two digits, such as h21="10%"."""
    rows = [
        heading(f"9903.99.{name[1:]}", f"Widgets the product of Norway, as provided for in U.S. note {name[1:]}", text)
        for name, text in rates.items()
    ]
    return json.dumps(rows)


CHANGE_RECORD = """Change Record - 2041 HTS Revision 3
Published: June 2, 2041

9903.99.21    Modified (rates of duty)    May 1, 2041    Notice
9903.99.24    Added    June 15, 2041    Notice
"""
RELEASES = json.dumps([
    {"name": "2041HTSRev2", "title": "Revision 2 (2041)", "status": "archived", "releaseStartDate": "02/01/2041"},
    {"name": "2041HTSRev3", "title": "Revision 3 (2041)", "status": "current", "releaseStartDate": "06/02/2041"},
])  # fmt: skip
BULLETIN = """<html><head><title>CSMS # 70000001 - GUIDANCE: Widgets</title>
<meta property="og:url" content="https://content.govdelivery.com/accounts/USDHSCBP/bulletins/42c1d81"></head><body>
<span>CBP sent this bulletin at 05/02/2041 11:20 AM EDT</span>
<p>on or after 12:01 a.m. eastern time on May&nbsp;1, 2041:</p><ul><li>9903.99.21: widgets that are products of Norway:
additional rate of duty of 0% (was 10%).</li></ul></body></html>"""
WIDGET = "GDWidgets[0].update(" + json.dumps([
    {"subject": "CSMS # 70000001 - GUIDANCE: Widgets", "pub_date": "05/02/2041 11:20 AM EDT",
     "href": "https://content.govdelivery.com/bulletins/gd/USDHSCBP-42c1d81?wgt_ref=x"},
]) + ");"  # fmt: skip
POST = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Presidential Actions</title><link>https://www.whitehouse.gov</link><description/>
<item><title>Imposing an Additional Duty on Widgets</title>
<link>https://www.whitehouse.gov/presidential-actions/2041/03/widgets/</link>
<pubDate>Wed, 06 Mar 2041 02:10:00 +0000</pubDate><category>Proclamations</category>
<guid isPermaLink="false">https://www.whitehouse.gov/?post_type=presidential-actions&#038;p=7001</guid>
<content:encoded><![CDATA[<p>Pursuant to section 232, 9903.99.21: widgets that are products of Norway:
additional rate of duty of 10% on or after 12:01 a.m. eastern standard time on April 1, 2041.</p>
<p>this fifth day of March, in the year of our Lord two thousand forty-one.</p>]]></content:encoded>
</item></channel></rss>
"""


def notice():
    """The notice in which the Federal Register prints what customs had announced."""
    words = "The additional duty on widgets that are products of Norway is reduced to zero under Section 232."
    dates = "The reduced rate applies to goods entered on or after 12:01 a.m. eastern time on May 1, 2041."
    title = "Notice of Reduction of Duties on Widgets for Products of Norway"
    return register("2041-00123", "2041-05-04", words, dates, title=title, citation="106 FR 100")


def five_feeds():
    """One case in five feeds: widgets of Norway bear 10 from April, and nothing from 1 May, which was told on 2 May."""
    listed = schedule(h21=f"{SAME} + 10%")
    changed = schedule(h21=f"{SAME} +0%")
    return {
        "white-house.xml": POST, "bulletin.html": BULLETIN, "widget.js": WIDGET, "register/notice.json": notice(),
        "hts/2041HTSRev2.json": listed, "hts/2041HTSRev3.json": changed, "hts/changes.txt": CHANGE_RECORD,
        "hts/releaseList.json": RELEASES,
    }  # fmt: skip


@contextmanager
def serving(handler):
    """The address of a server on this machine that answers with a handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Served(BaseHTTPRequestHandler):
    """Answers with bytes, and prints nothing."""

    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def write(folder, files):
    """Write texts or bytes by the paths below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
