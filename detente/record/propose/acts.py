"""Acts on measures: which verbs act, on what, in which words they are promised."""

from __future__ import annotations

import re

from detente.record.propose import lexicon

PROMISE = re.compile(
    r"\b(?:will|shall|would|commit(?:s|ted|ting)?|agree[sd]?|pledge[sd]?|promise[sd]?|undertakes?|plans"
    r"|intends?|has to|vowed|(?:is|are) to)\b|sẽ|cam kết|将|承诺|同意"
)


KEPT = re.compile(r"(?:keep|kept|maintain|continu|extend|retain)\w*\b(?:(?!during).){0,90}?\bsuspen(?:ded|sion)", re.I)


CONDITION = re.compile(r"(?:When|Once|As soon as|If|Provided)\b[^,]*$")


def is_act(text: str, m: re.Match[str], language: str) -> bool:
    """Whether a hit acts: not a noun of another meaning, not a reduced relative."""
    if language != "en":
        return True
    word, before, after = m.group().lower(), text[: m.start()], text[m.end() :]
    if CONDITION.match(before):
        return False
    if word == "levy" and re.search(r"(?:\d+ ?%|percent|\b(?:the|a|its|their|new|this|that)) (?:\w+ )?$", before):
        return False
    if re.match(r"buying|purchasing", word) and re.search(
        r"\b(?:for|against|over|of|from|about)\s(?:\w+'s\s)?$", before
    ):
        return False
    if (
        word
        in (
            "increase",
            "increases",
            "cut",
            "cuts",
            "freeze",
            "pause",
            "delay",
            "control",
            "issue",
            "issues",
            "purchases",
            "buy",
            "drop",
            "stop",
            "levy",
            "open",
            "hike",
            "hikes",
            "raise",
            "reduction",
        )
        and re.search(
            r"\b(?:the|a|an|these|this|of|any|its|their|such|previous|further|export|rare)\s(?:\w+\s)?$", before
        )
        and not re.search(r"\b(?:to|will|and|or|must|shall)\s(?:\w+\s)?$", before)
    ):
        return word == "purchases" and bool(re.search(r"resum\w+\s$", before))
    if word in (
        "announced",
        "imposed",
        "taken",
        "applied",
        "introduced",
        "adopted",
        "issued",
        "increased",
        "raised",
        "opened",
        "implemented",
        "expanded",
        "approved",
        "provided",
    ):
        if not re.search(
            r"\b(?:has|have|had|I|we|it|he|they|was|were|be|been|is|are|and|also|ministry|Commission"
            r"|government|[A-Z]\w+)\s(?:\w+ly\s|on \w+day\s|last \w+\s|also\s|then\s)?$",
            before,
        ):
            return False
        if re.search(r"\b(?:that|which)\s(?:it|they|he|\w+)\s(?:has\s|have\s|had\s)?$", before):
            return False
    if word in ("maintain", "remain", "keep", "stay", "apply", "increase", "end", "expand") and after.startswith(
        " ties"
    ):
        return False
    if re.match(r"(?:stay|remain|keep|kept)\w*", word) and re.match(
        r"\s(?:lower|low|high|stable|calm|silent|open|committed|moving)", after
    ):
        return False
    if word.startswith("address") and re.match(
        r"\s(?:the|its|their) (?:[\w'’]+ ){0,3}?(?:economic|consequences|national|emergency)", after
    ):
        return False
    return not re.search(r"\b(?:not|never|no)\s$", before)


COMES = r"\b(?:from|as of|starting|effective|to take effect|will|shall)\b|起|từ|sẽ|kể từ"


def object_of(language: str, before: str, after: str, m: re.Match[str], status: str) -> tuple[str | None, str]:
    """The type of what is acted on: the first such noun after the verb, or before it in the passive."""
    near = lexicon.types(language).search(after[:150])
    verb = m.group()
    passive = (
        re.search(
            r"\b(?:be|been|being|is|are|was|were|are, hereby,|is hereby|get|got)\s?(?:\w+ly\s|hereby,?\s|to be\s)*$",
            before,
        )
        or (re.match("increas", verb) and re.match(r" (?:from|to) ", after))
        or re.match(
            r"t(?:akes?|ook|aking) effect|remain|stay|(?:came|comes|went|goes|go|going|enter)|will (?:be|go|need"
            r"|require)|(?:drop|fall|fell|sink|goes|comes|came)\w* .*to\b|(?:is|are|was|were) (?:not affected"
            r"|unaffected"
            r"|unchanged|untouched)"
            r"|(?:ris|ros|climb|jump|go up|goes up|went up)\w*|increas\w+(?= (?:from|to) )"
            r"|continues? to apply|stands? at|would go|no longer"
            r"|照旧|不再|减半|降至|生效|kick|in (?:place|force)|put|có hiệu lực"
            r"|(?:will|would"
            r"|shall) not be",
            verb,
        )
    )
    if re.search(r" exempt", verb):
        return "exemption", verb
    if re.search(r"subject to", verb) and near:
        return lexicon.label(near), near.group()
    if language == "zh" and re.search(r"(?:排除|豁免)清单", before + after):
        return "exemption", "清单"
    if re.match(r"(?:bar|bann|ban|block|prohibit)(?:s|red|ed|ring|ing)?$", verb):
        if re.search(r"export|rare earth|chip|technolog|semiconductor|mineral|shipment", after[:90]):
            return "export_control", verb
        return (
            "import_ban"
            if re.search(
                r"import|beef|seafood|poultry|pork|meat"
                r"|fruit",
                after[:90],
            )
            else "other"
        ), verb
    if passive or language == "zh":
        back = list(lexicon.types(language).finditer(before))
        if back:
            if re.match(r"(?:go|goes|went|came|comes|enter|entered) into", verb) and re.search(
                r"agreement|deal|协议", before
            ):
                return None, ""
            return lexicon.label(back[0]), back[0].group()
        if re.match(r"will need|will require", verb) and near:
            return lexicon.label(near), near.group()
        if re.match(r"will be covered|put", verb):
            return (
                "export_control" if "cover" in verb else "other" if re.search(r"package|measures", before) else None
            ), ""
        if re.match(r"remain|stay", verb) and re.match(r"\s(?:\w+ )?exempt", after):
            return "exemption", "exempt"
        if re.match(r"remain|stay", verb) and re.search(r"\d+\s?(?:%|percent)", before + after):
            return "tariff", ""
        if language != "zh":
            return None, ""
    if re.search(r"exempt", verb):
        return "exemption", verb
    if re.match(r"add|plac|put|blacklist", verb) and (status == "in_force" or "blacklist" in verb):
        return "entity_listing", verb
    if language == "vi" and near is None and (back := list(lexicon.types(language).finditer(before))):
        return lexicon.label(back[-1]), back[-1].group()
    if near:
        if re.match(r"\s?(?:in retaliation|pursuant|in response)", after):
            return None, ""
        return lexicon.label(near), near.group()
    if re.match(r"suspension|suspended", verb) and re.search(r"\d+\s?percentage", after):
        return "tariff", ""
    return None, ""
