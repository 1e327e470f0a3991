"""Terms of the glossary are links on the pages of the site: each once, never in code, headings or other links."""

import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(DOCS))

import glossary_links  # noqa: E402


def test_the_first_use_of_a_term_is_linked_with_its_meaning_and_no_later_one():
    html = glossary_links.linked(
        "<p>Its real income falls. Real income is not the real income of all.</p>", "../glossary/"
    )
    assert html.count("<a ") == 1
    assert 'href="../glossary/#term-real-income"' in html
    assert 'title="Income deflated by consumer prices' in html


def test_code_headings_links_and_parts_of_words_are_left_alone():
    html = "<h2>closure</h2><p><code>horizon</code> <a href='x'>residual</a> leverages enclosures</p><pre>closure</pre>"
    assert glossary_links.linked(html, "g/") == html


def test_the_longest_term_wins():
    html = glossary_links.linked("<p>The elasticity set and the trade elasticity.</p>", "g/")
    assert "#term-elasticity-set" in html
    assert "#term-trade-elasticity" in html


def test_every_linked_term_has_its_place_in_the_glossary():
    rows = "".join(
        f"<tr>\n<td>{name}</td>\n<td>x</td>\n</tr>" for name in ("real income", "low and high", "ratification, win-set")
    )
    html = glossary_links.with_anchors(rows)
    for term in ("real income", "ratification", "win-set"):
        assert f'id="{glossary_links.anchor(term)}"' in html
    assert len(glossary_links.terms()) > 40
    assert not set(glossary_links.terms()) & glossary_links.COMMON
