"""The record: documents, statements, decisions on both."""

from __future__ import annotations

from dataclasses import replace

from detente.ask.registry.options import BY, DAYS, DECIDED, DOCUMENT, DOSSIER, HOME, PARTIES, PUBLISHED, URL, WHY
from detente.ask.registry.question import Option, Question, Tool, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "record show",
        "talks.dossier:show",
        "The state of the talks on a day as known on a day.",
        (DOSSIER, *DAYS, HOME),
        tables="recorded:record",
        schema="state",
        view="record_text:state",
        tool=Tool(
            "state",
            "The talks on a day: the truce and its clock, stages, who confirmed what, measures, threats, conflicts.",
            ("as_of", "known", "dossier"),
        ),
    ),
    Question(
        "record propose",
        "talks.dossier:proposals",
        "The facts that a document asserts, each with its quote and place.",
        (
            DOCUMENT,
            PUBLISHED,
            URL,
            Option("endpoint", "Address of an OpenAI-compatible endpoint to ask instead.", remote=True),
            Option("model", "The endpoint's model."),
            Option(
                "passes",
                "With an endpoint: 1 lists the facts, 2 lets the model check each once more.",
                ValueType.INTEGER,
                default=2,
                minimum=1,
                maximum=2,
            ),
            Option(
                "timeout",
                "Seconds for the whole exchange with an endpoint.",
                ValueType.NUMBER,
                default=600.0,
                minimum=1,
                maximum=86400,
            ),
        ),
        "Rules read it, offline. With --endpoint a chat endpoint is asked, hosted or local; its key is read from"
        " DETENTE_ENDPOINT_KEY, and each fact it returns is checked against the text: quote, numbers and dates.",
        schema="proposals",
        view="record_text:proposals",
    ),
    Question(
        "record text",
        "talks.dossier:text",
        "The text of a document as read: what start and end of a fact index.",
        (DOCUMENT,),
        schema="text",
        view="record_text:text",
    ),
    Question(
        "record add",
        "talks.curation:add",
        "Add statements and sources given as JSON: one object, a list, or one object a line; all or none.",
        (
            Option(
                "file",
                "A file with JSON, or - for the standard input.",
                ValueType.FILE,
                default="-",
                argument="text",
                positional=True,
                stdin=True,
            ),
            BY,
            DOSSIER,
            HOME,
        ),
        "A statement has kind, value, by, source and known; its source is an id in the dossier or an object of its"
        " own.",
        schema="added",
        view="record_text:added",
        writes=True,
    ),
    Question(
        "record new",
        "talks.starting:new",
        "Start a negotiation of your own: a folder with its parties, ready for documents.",
        (
            Option("name", "Its name, such as india-usa.", required=True, positional=True),
            replace(PARTIES, required=True),
            Option("title", "What it is called in answers (default: the talks of the parties)."),
            HOME,
        ),
        "Nothing is looked up: capitals and time zones come with the package. A folder that is there is never changed.",
        schema="started",
        view="record_text:started",
        writes=True,
    ),
    Question(
        "record update",
        "talks.updating:update",
        "What a folder of downloaded files says that a negotiation and your duties do not hold yet: documents, feeds.",
        (
            Option(
                "folder",
                "A folder with its subfolders, or one file.",
                ValueType.FOLDER,
                required=True,
                argument="path",
                positional=True,
            ),
            DOSSIER,
            Option(
                "accept_official",
                "Accept what official documents and feeds say and nothing contradicts; needs --by.",
                ValueType.SWITCH,
                default=False,
            ),
            BY,
            Option(
                "fetch",
                "First save the official files that have a fixed address into the folder; asks the network.",
                ValueType.SWITCH,
                default=False,
            ),
            HOME,
        ),
        "Documents (txt, md, html, pdf) are read as sentences. Files of official and public feeds are recognised by"
        " what is in them and become sources and acts, each with its days and with how it stands to the record and to"
        " the ledger of duties. Nothing is written without --accept-official: statements then go into the record, acts"
        " into your own duties. What was decided before is left out, so that an update that was stopped goes on where"
        " it stood.",
        schema="updated",
        view="record_text:updated",
        writes=True,
    ),
    Question(
        "record review",
        "talks.curation:pending",
        "Accept, edit or refuse what a document proposes: one by one at a terminal, elsewhere by flags or a file.",
        (DOCUMENT, PUBLISHED, URL, DOSSIER, HOME),
        "Each proposal is compared with the record: new, same as a statement, moves its end, changes its rate,"
        " contradicts or corrects it. What is accepted joins the act it speaks of, and the answer says what changed."
        " --new --parties starts the negotiation first.",
        schema="reviewed",
        view="record_text:pending",
        writes=True,
    ),
    Question(
        "record retract",
        "talks.curation:retract",
        "Say that a statement no longer stands, and why; what was known before stays as it was.",
        (
            Option("statement", "The statement, by its id or the start of it.", required=True, positional=True),
            WHY,
            BY,
            DECIDED,
            DOSSIER,
            HOME,
        ),
        schema="retracted",
        view="record_text:retracted",
        writes=True,
    ),
    Question(
        "record conflicts",
        "talks.curation:conflicts",
        "Where sources differ: every claim, the one shown and why. An override is a line of its own, with a reason.",
        (*DAYS, DOSSIER, HOME),
        schema="conflicts",
        view="record_text:conflicts",
    ),
    Question(
        "record people",
        "talks.curation:people",
        "People: side, offices by date, names in print; and every decision on a name: who took it, when and why.",
        (
            Option("name", "Only people whose name, in any form, contains this.", positional=True),
            *DAYS,
            DOSSIER,
            HOME,
        ),
        schema="people",
        view="record_text:people",
    ),
    Question(
        "record export",
        "talks.exchange:export",
        "Write people and sources as FollowTheMoney entities, and decisions on names as judgements of nomenklatura.",
        (
            Option("entities", "File for the entities, one JSON object a line.", ValueType.FILE),
            Option("judgements", "File for the judgements, one JSON list a line.", ValueType.FILE),
            DOSSIER,
            *DAYS,
            HOME,
        ),
        "People are those of the day, with their offices; sources those published by --known.",
        schema="exported",
        writes=True,
    ),
    Question(
        "record judgements",
        "talks.exchange:judge",
        "Take judgements of nomenklatura into the record, as decisions on names; all or none.",
        (
            Option(
                "file",
                "Lines of JSON: two ids, positive, negative or unsure, score, user, day.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option("entities", "A file of FollowTheMoney with the names of the ids.", ValueType.FILE),
            replace(BY, help="Who decided, where a line does not say."),
            DOSSIER,
            HOME,
        ),
        "Of two names, the one that the record has as a person is the person; the other is the name in print. What is"
        " withdrawn, not judged, or names an id without a name is left out and listed.",
        schema="judged",
        writes=True,
    ),
    Question(
        "record check",
        "talks.curation:check",
        "Check lines against their kinds, quotes against texts, stages, deadlines, legal basis; exit 1 on an error.",
        (
            Option("documents", "A folder with the sources' files, named by source id.", ValueType.FILE),
            DOSSIER,
            HOME,
        ),
        schema="check",
        view="record_text:checked",
    ),
)
