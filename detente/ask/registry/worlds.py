"""Worlds: tables imported, checked and described."""

from __future__ import annotations

from detente.ask.registry.options import WORLD_FILE
from detente.ask.registry.question import Option, Question, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "world import",
        "questions.own_worlds:import_table",
        "Import a table as published, or your own, as a world that --world takes.",
        (
            Option("files", "The table's file, or its folder.", ValueType.FILE, positional=True, many=True),
            Option("out", "The .npz to write.", ValueType.FILE, required=True),
            Option(
                "layout",
                "How the file is laid out: auto, oecd (ICIO, FIGARO), pymrio (a folder, EXIOBASE too), wiod (xlsx, CSV)"
                ", gravity (exporter, importer, flow), plain or har (GTAP).",
                default="auto",
            ),
            Option(
                "mend",
                "Change what makes the table no economy (empty cells, negative sales, inputs above output), and record"
                " each change.",
                ValueType.SWITCH,
                default=False,
            ),
            Option(
                "shares",
                "Import shares: joint for all buyers of a good, apart for final and intermediate use, or by-user (small"
                " tables).",
                default="joint",
            ),
            Option(
                "map", "Group economies and sectors by a CSV: axis, code, group.", ValueType.FILE, argument="groups"
            ),
            Option(
                "tariffs",
                "Tariffs in the base year, a CSV: importer, rate or rate_pct, perhaps exporter, and sector or hs.",
                ValueType.FILE,
                argument="tariff_file",
            ),
            Option("services", "Sectors that bear no duty, with commas between.", ValueType.CODES),
            Option("year", "The table's year; of gravity data, the year to take.", ValueType.INTEGER),
            Option("unit", "The table's unit, such as million USD."),
        ),
        "What is odd (negative stocks, empty cells, rows and columns that do not add up) is reported with its size."
        " Nothing is changed without --mend, and nothing is written for a table that is no economy.",
        schema="world_import",
        view="world_text:imported",
        writes=True,
    ),
    Question(
        "world check",
        "questions.own_worlds:check",
        "What is odd in a table, with its size, and whether it is an economy; exit 1 if it is none.",
        (WORLD_FILE,),
        schema="world_check",
        view="world_text:checked",
    ),
    Question(
        "world describe",
        "questions.own_worlds:describe",
        "A world's economies and sectors: size, trade, tariffs, elasticities, and where it comes from.",
        (WORLD_FILE,),
        schema="world_describe",
        view="world_text:description",
    ),
    Question(
        "world list",
        "questions.own_worlds:listing",
        "The worlds that ship, and the layouts that can be imported.",
        (),
        schema="world_list",
        view="world_text:listed",
    ),
    Question(
        "world template",
        "questions.own_worlds:template",
        "Print a small table in the plain layout, to be filled with your own numbers.",
        (),
        schema="world_template",
        view="world_text:template",
    ),
)
