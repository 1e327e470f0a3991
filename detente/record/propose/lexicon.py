"""The words that carry facts, by language: acts on measures, their objects, ends of truces, stages, subjects."""

from __future__ import annotations

import re
from functools import cache

STATUS = {
    "en": (
        (
            "suspended",
            r"suspend(?:s|ed|ing)?|suspensions?|paus(?:es?|ed|ing)|postpon(?:es?|ed|ing)|put(?:s"
            r"|ting)? (?:[\w%.]+ ){0,7}?on (?:ice|hold|pause)|placed on hold|fr(?:eeze|oze|ozen)|deferr?(?:ed"
            r"|s|ing)?|shelved?|not (?:go ahead|proceed) with|hold(?:s|ing)? off|held off|delay(?:s|ed|ing)?",
        ),
        (
            "ended",
            r"remov(?:es?|ed|ing|al)|cancel(?:s|led|ling|ed|ing)?|terminat(?:es?|ed|ing|ion)|lift(?:s|ed|ing)?"
            r"|scrap(?:s|ped|ping)?|withdr(?:aws?|ew|awn|awing)|revok(?:es?|ed|ing)|rescind(?:s|ed|ing)?"
            r"|repeal(?:s|ed|ing)?|abolish(?:es|ed|ing)?|eliminat(?:es?|ed|ing|ion)|end(?:s|ed"
            r"|ing)?(?= (?:\w+['’]?s? ){0,3}(?:retaliat|tariff|dut|control|restriction|ban|measure"
            r"|the [\w ]{0,20}(?:tariff|dut|control|ban)))|drop(?:s|ped|ping)?(?= (?!to |from |by ))|resum(?:es?|ed"
            r"|ing)(?= (?:the )?imports?)|restor(?:es?|ed|ing)(?= market access)|(?:will|would) (?:go"
            r"|fall away|disappear)(?=$|[,.\"])|no longer appl(?:y|ies)|(?:no longer|not) (?:be )?(?:subject to|face"
            r"|pay|apply)|phas(?:es?|ed|ing) out|str(?:uck|ikes) down|voids?(?= )|voided|annul(?:s|led)|quash(?:es|ed)"
            r"|(?:drops?|falls?|goes|go|comes?|sinks?|cuts?|dropped|fell"
            r"|went) (?:down )?(?:from \S+ (?:percent )?)?to zero"
            r"|(?:will|would|shall) not be (?:implemented|imposed|applied)",
        ),
        (
            "reduced",
            r"lower(?:s|ed|ing)?|halv(?:es?|ed|ing)|reduc(?:es?|ed|ing|tion)|cut(?:s|ting)?|slash(?:es|ed"
            r"|ing)?|(?:falls?|drops?|sinks?|fell|goes down|comes down|came down"
            r"|dropped) (?:from \S+ (?:percent )?)?to|eas(?:es?|ed|ing)|relax(?:es|ed|ing)?|loosen(?:s|ed|ing)?"
            r"|scal(?:es?|ed|ing) (?:back|down)"
            r"|roll(?:s|ed|ing)? back|bring(?:s|ing)? down|brought down|trimm?(?:s|ed"
            r"|ing)?",
        ),
        (
            "in_force",
            r"retain(?:s|ed|ing)?|remain(?:s|ed|ing)?|stay(?:s|ed|ing)?|impos(?:es?|ed|ing|ition)|rais(?:es?"
            r"|ed|ing)|hik(?:es?|ed|ing)|t(?:akes?|ook|aking) effect|(?:came|comes?|went|goes|going|go|entered"
            r"|enters?|kick(?:s|ed)?) (?:into (?:force|effect)|in(?=$|[,.]))|levied|levy|levies(?= (?:a|an"
            r"|\d))|doubl(?:es?|ed|ing)|increas(?:es?|ed|ing)|appl(?:y|ies|ied|ying)|maintain(?:s|ed|ing)?"
            r"|(?:bars|barred|bans|banned|blocks|blocked|prohibits|prohibited)(?= )"
            r"|(?:open|launch|start|beg[au]n|initiat)\w*(?= (?:\S+ ){0,5}?(?:investigations?|probes?)\b)"
            r"|(?:is|are|was|were) (?:not affected|unaffected|unchanged|untouched)|continues? to apply"
            r"|stands? at(?= \d)"
            r"|(?:rises?|rose|climbs?|jumps?|goes up|go up|went up)(?= (?:from|to|by) )|replac(?:es"
            r"|ed)(?= (?:\S+ ){1,3}?with )"
            r"|collect(?:s|ed|ing)?|charg(?:es?|ed|ing)|exempt(?:s|ed|ing)?(?= )"
            r"|(?:add(?:s|ed|ing)?|plac(?:es?|ed|ing)|put(?:s|ting)?)(?= (?:\S+ ){0,9}?(?:to|on) (?:\S+ ){0,3}?"
            r"(?:lists?|blacklist)\b)|(?:stays?|remains?|be|is|are|was|were) exempt(?:ed)?|blacklist(?:s|ed|ing)"
            r"|extend(?:s|ed|ing)?(?= (?:its |the |their )?(?:\w+ ){0,2}?(?:controls?|restrictions?|curbs?|bans?"
            r"|rules?)\b)"
            r"|keep(?:s|ing)?|kept|accept(?:s|ed)?|slapp(?:ed|ing)|implement(?:s|ed|ing)|extend(?:s|ed"
            r"|ing)?(?= (?:\S+ ){0,8}?(?:exclusion|exemption|exception|waiver))|be subject to|in (?:place"
            r"|force)(?= today| now|,|$)|pay(?:s)?(?= (?:a |an |\d))|fac(?:es?|ed|ing)(?= (?:a|an|\d))",
        ),
        (
            "announced",
            r"widen(?:s|ed|ing)?|expan(?:ds?|ded|ding|sion)|tighten(?:s|ed|ing)?|introduc(?:es?|ed|ing)"
            r"|set(?:s|ting)?(?= (?:a|an|the) (?:\S+ ){0,3}?(?:tariff|rate|dut|lev))"
            r"|announc(?:es?|ed|ing)|unveil(?:s|ed|ing)?|will (?:need|require|be covered|be subject"
            r"|be required)|impos(?:ition)",
        ),
        (
            "committed",
            r"put(?:s|ting)? up(?= )|spend(?:s|ing)?|purchas(?:es?|ed|ing)|buy(?:s|ing)?|bought|procur(?:es?|ed|ing"
            r"|ement)|import (?:more|additional)"
            r"|invest(?:s|ed"
            r"|ing)?|adjust(?:s|ed|ing)?|address(?:es|ed|ing)?|issu(?:es?|ed|ing)(?= (?:general|new|an?\b"
            r"|export|licen|the|more))|stop(?:s|ped|ping)?|halt(?:s|ed|ing)?|open(?:s|ed|ing)?|resolv(?:es?|ed"
            r"|ing)|take(?:s)? (?:\w+ ){0,2}(?:measures|steps|action)|put(?:s|ting)? \w+ under control"
            r"|(?:strictly )?control(?= )|(?:promis(?:es|ed)|pledg(?:es|ed)|undert(?:akes"
            r"|ook)) to(?= (?:appoint|send|work|co|set|create|act|secure|police|crack|make|give|ban|hand"
            r"|help))|provid(?:es?|ed|ing)|recogni[sz](?:es?|ed|ing)|streamlin(?:es?|ed|ing)|simplif(?:y|ies"
            r"|ied|ying)|approv(?:es?|ed|ing)|begin with|made (?:\w+ )?commitments?|work (?:with|to|on)"
            r"|build(?=s? )|supply(?= (?!chain))|fund(?= )|order(?= \d)|accede|deploy(?:s|ed|ing)?|crack down"
            r"|strengthen|join"
            r"|adopt(?:s|ed)?|enact|refrain|allow|grant",
        ),
    ),
    "vi": (
        ("suspended", r"tạm ngừng|tạm dừng|đình chỉ|hoãn|tạm hoãn|ngừng áp dụng|đóng băng"),
        ("ended", r"dỡ bỏ|bỏ(?= thuế)|bãi bỏ|hủy bỏ|huỷ bỏ|xóa bỏ|gỡ bỏ|chấm dứt|rút lại"),
        ("reduced", r"giảm|hạ|cắt giảm"),
        ("in_force", r"duy trì|giữ nguyên|áp đặt|áp(?= thuế| mức)|tăng(?= thuế)|có hiệu lực|đánh thuế|nâng"),
        ("announced", r"mở rộng|siết chặt|công bố|sẽ áp|sẽ đánh"),
        (
            "committed",
            r"mua thêm|mua|mở cửa(?= thị trường)|đầu tư|nhập khẩu thêm|nối lại|điều chỉnh|cấp giấy phép"
            r"|giải quyết",
        ),
    ),
    "zh": (
        ("suspended", r"暂停|中止|停止实施|推迟|延缓|搁置"),
        ("ended", r"取消|撤销|撤回|移除|废除|终止|解除|不再实施|不再征收"),
        ("reduced", r"减半|降低|下调|调低|减少|降至"),
        (
            "in_force",
            r"列入(?=.{0,12}清单)|(?:展开|启动|发起)(?=.{0,16}调查)|收取|照旧|保留|维持|继续加征|加征(?!的)|征收(?!的)|上调|提高|生效|实施",
        ),
        ("announced", r"须(?:取得|申请|获得)|扩大|收紧|宣布对|拟对|将对"),
        ("committed", r"采购|购买|多买|增购|投资|进口更多|调整|妥善解决|采取(?=.{0,4}(?:反制|相应|必要))"),
    ),
}

TYPES = {
    "en": (
        (
            "exemption",
            r"tariff exclusions?|exclusion process|exclusions?|exemptions?|exceptions?|waivers?|carve-outs?"
            r"|(?:stays?|remains?|be|is|are|was|were) exempt(?:ed)?",
        ),
        (
            "export_control",
            r"export(?:s)?[- ](?:control|restriction|curb|ban|licen[cs]|rule|limit)\w*|(?:controls?"
            r"|restrictions?|curbs?|limits?|ban) on (?:the )?(?:exports?|sales?|shipments?|rare|critical)\b"
            r"|restrictions on the sale|rare[- ]earths?[^,;.]{0,30}(?:controls?|licen[cs]\w*|restrictions?"
            r"|curbs?)|end-user controls|general licen[cs]es|shipments? of|(?:prohibitions"
            r"|restrictions) (?:or restrictions )?on the sale|licen[cs]es?\b|controls?\b(?! of)|exports of"
            r"|supply chain shortages|affiliates (?:rule|of)",
        ),
        ("entity_listing", r"entit(?:y|ies) lists?|listings? of|blacklist\w*|unreliable entit\w+"),
        ("investigation", r"investigations?|probes?"),
        (
            "fee",
            r"(?:port|ship|docking|harbou?r|service|network usage|berthing)\w* fees?|fees on (?:ships|vessels)"
            r"|special port",
        ),
        (
            "import_ban",
            r"import bans?|ban on (?:the )?imports?|imports? of (?:\w+ )?(?:poultry|beef|pork|seafood|fish"
            r"|chicken|dairy|logs)|(?:beef|poultry|pork|seafood|fish\w*) (?:market access|facilities|imports"
            r"|ban)|market access for (?:\S+ )?(?:beef|poultry|pork)|(?:suspensions?"
            r"|listings?) of (?:\S+ )?(?:beef|poultry)|ban on (?:\S+ )?(?:beef|seafood|poultry|pork|liquor|alcohol"
            r"|wine|spirits|goods|products)",
        ),
        (
            "other",
            r"(?:non-tariff )?counter-?measures?|retaliatory (?!tariff|dut|lev)(?:non-tariff |trade )?\w+"
            r"|retaliation|sanctions?|responsive actions|non-tariff barriers?|commitments in|measures(?= (?:it"
            r"|they|taken|against|in ret|to))|quotas?|digital services? tax\w*"
            r"|(?:its|their|the) (?:answer|response|reply)",
        ),
        (
            "tariff",
            r"(?<!non-)tariffs?(?! (?:Commission|Schedule|exclusion|exemption|war|truce|pause))|dut(?:y"
            r"|ies)\b(?! of (?!\d|up |at |more|around|about|some))|lev(?:y|ies)\b|percentage points|\d+ points"
            r"|[Hh]eadings? \d{4}|(?:a |the "
            r"|its )?(?:tariff |duty |additional )?(?<!interest )(?<!exchange )(?<!growth )rates?\b(?! of (?:growth"
            r"|inflation))|tax(?:es)?\b(?! (?:holiday|cut|return|reform|credit|evasion|rebate))"
            r"|\d+(?:\.\d+)?\s?(?:%|percent|per cent)(?= (?:tariff|dut|lev|rate|on))",
        ),
    ),
    "vi": (
        ("exemption", r"miễn trừ|miễn thuế"),
        ("export_control", r"kiểm soát xuất khẩu|hạn chế xuất khẩu|giấy phép xuất khẩu|giấy phép"),
        ("entity_listing", r"danh sách (?:thực thể|đen)"),
        ("investigation", r"điều tra"),
        ("fee", r"phí cảng|phí (?:tàu|cập cảng)"),
        ("import_ban", r"cấm nhập khẩu"),
        ("other", r"biện pháp (?:đáp trả|trả đũa|đối phó)|trừng phạt|trả đũa"),
        ("tariff", r"thuế quan|mức thuế|thuế(?! suất)|điểm phần trăm"),
    ),
    "zh": (
        ("exemption", r"豁免|排除"),
        ("export_control", r"出口管制|出口限制|许可证"),
        ("entity_listing", r"实体清单|管控名单"),
        ("investigation", r"调查"),
        ("fee", r"港口费|港务费|费用"),
        ("import_ban", r"进口禁令|禁止进口"),
        ("other", r"反制措施|反制|非关税|制裁"),
        ("tariff", r"关税|税率|百分点|關稅"),
    ),
}
BUY = {
    "en": r"purchas\w*|buy\w*|bought|procur\w*|import (?:more|additional)",
    "vi": r"mua(?: thêm)?|nhập khẩu thêm",
    "zh": r"采购|购买|多买|增购",
}

TOPICS = (
    ("truce_extension",
        r"(?:extend|extension|extending|prolong\w*|renew\w*)[^,;.]{0,50}(?:truce|ceasefire|cease-fire|suspension"
        r"|pause|arrangement|deadline|deal)|(?:prolong\w*|extend\w*|further suspension|extension|renewal)|gia hạn"
        r"|延长(?!.{0,6}关)|延期"),
    ("leaders_meeting",
        r"leaders'? (?:meeting|summit)|summit|state visit|trump-xi|cuộc gặp (?:của|giữa) lãnh đạo|元首会晤|会晤"),
    ("rare_earths", r"rare[- ](?:earths?|soils?)|(?:critical |chinese )?minerals|magnets?"
        r"|đất hiếm|khoáng sản|稀土|关键矿产"),
    ("export_controls",
        r"export[- ](?:control|restriction|curb|licen)\w*|technology controls|kiểm soát xuất khẩu|出口管制"),
    ("fentanyl", r"fentanyl|drug|芬太尼"),
    ("tiktok", r"tiktok|bytedance"),
    ("port_fees", r"(?:port|ship|docking|shipping|harbou?r)\w* (?:fee|charge)\w*|shipping|phí cảng|港口费|港务费|船舶"),
    ("chips", r"chips?\b|semiconductor\w*|nvidia|nexperia|chất bán dẫn|bán dẫn|芯片|半导体"),
    ("market_access",
        r"market access|non-tariff barriers?|barriers|mở cửa thị trường|rào cản|市场准入|非关税壁垒|rules of origin"
        r"|standards"),
    ("agriculture",
        r"agricultur\w*|farm\w*|soy\w*|beef|dairy|pork|poultry|fish\w*|nông sản|nông nghiệp|đậu nành|农产品|农业|大豆"),
    ("investment", r"invest\w*|đầu tư|投资"),
    ("currency", r"currenc\w+|yuan|exchange rates?|tiền tệ|tỷ giá|汇率|货币"),
    ("framework", r"framework|khuôn khổ|框架"),
    ("tariffs", r"tariffs?|dut(?:y|ies)\b|levies|thuế|关税"),
    ("other",
        r"intellectual property|technology transfer|cyber\w*|services|artificial intelligence|\bAI\b|data"
        r"|subsid\w+|overcapacity|steel|aluminium|aluminum|cars|autos?|automobiles?|energy|pharmaceuticals?|lumber"
        r"|wood|timber|digital\w*|labou?r|climate|visas?|state-owned|imbalances?|practices|security|sở hữu trí tuệ"
        r"|trí tuệ nhân tạo|网络|技术|知识产权"
        r"|人工智能|backstop|citizens'? rights|fisheries|level playing field|governance"),
)  # fmt: skip

GOOD = (
    r"progress|success\w*|constructive|productive|candid|in-depth|very good|great|incredible|historic|positive\w*"
    r"|substantial|friendly|stable|benefit\w*|consensus|framework|agree\w*|deal|hope\w*|optimis\w*|confident"
    r"|cooperat\w*|kind|fundamental|fair|better|well|softer|welcome\w*|thaw|cooling trend|solved|victory"
    r"|strengthen\w*|boost|resol\w+|relief|frank|visit|lower|đồng thuận|thành công|tích cực|xây dựng|không còn|公平"
    r"|降|访问|积极|建设性|共识|成功"
)
BAD = (
    r"tension\w*|instabilit\w*|nothing|retreat|erosion|threat\w*|hard-?line|tough|stubborn|violent|renegotiat\w*"
    r"|deficit|not reopen|complain\w*|lack|low-level|unfair|fail\w*|worse\w*|disappoint\w*|unacceptable|blame\w*"
    r"|deadlock|stalemate|rift|uncertain\w*|concern\w*|taxed|put on the table|accus\w*|broke\w*|collapse\w*"
    r"|căng thẳng|bất ổn|lo ngại|紧张|遗憾|不满|反对|bully\w*|betray\w*|mistrust|chill|clouded|sour\w*|setback|crisis"
)


@cache
def verbs(language: str) -> re.Pattern[str]:
    """Acts on measures; the group's name is the status."""
    return _named(STATUS[language], language)


@cache
def types(language: str) -> re.Pattern[str]:
    """Objects of measures; the group's name is the type."""
    return _named(TYPES[language], language)


@cache
def topic_pattern(name: str) -> re.Pattern[str]:
    return re.compile(dict(TOPICS)[name], re.I)


def _named(table: tuple[tuple[str, str], ...], language: str) -> re.Pattern[str]:
    edge, tail = ("", "") if language == "zh" else (r"(?<![\w-])", r"(?![\w-])")
    body = "|".join(f"(?P<{name}_{i}>{pattern})" for i, (name, pattern) in enumerate(table))
    return re.compile(f"{edge}(?:{body}){tail}", re.I)


def label(match: re.Match[str]) -> str:
    """The name of the group that matched."""
    return (match.lastgroup or "").rsplit("_", 1)[0]


def topic(words: str) -> str | None:
    """The first topic of the closed list whose words occur, in the list's order."""
    return next((name for name, _ in TOPICS if topic_pattern(name).search(words)), None)


@cache
def _tones() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\b(?:{GOOD})", re.I), re.compile(rf"\b(?:{BAD})", re.I)


def tone(words: str) -> str:
    """positive, negative or neutral, by which words weigh more."""
    good, bad = (len(p.findall(words)) for p in _tones())
    return "positive" if good > bad else "negative" if bad > good else "neutral"
