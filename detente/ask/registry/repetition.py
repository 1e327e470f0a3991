"""Many scenarios at once, published tables beside ours, and stored outputs again."""

from __future__ import annotations

from detente.ask.registry.question import Option, Question, ValueType

QUESTIONS: tuple[Question, ...] = (
    Question(
        "sweep",
        "questions.sweep:sweep",
        "Solve a grid of scenarios, one row each, against the base year; what is solved is on disk at once.",
        (
            Option(
                "grid",
                "YAML: scenarios, worlds, elasticities, scale, each a list.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option("out", "Folder for the rows; it is created if it does not exist.", ValueType.FILE, required=True),
            Option("resume", "Continue a sweep that was stopped.", ValueType.SWITCH, default=False),
            Option("dask", "Address of a running Dask scheduler, tcp://host:8786."),
        ),
        "A grid is YAML: `scenarios` (names or files), and optionally `worlds`, `elasticities` and `scale`, each a"
        " list; every combination is a row. `scale` may be a range, {from: 0, to: 2, count: 201}. A row's key is a hash"
        " of everything it depends on, so a sweep that was killed continues with --resume. The result is Parquet where"
        " pyarrow is installed, else CSV.",
        tables="recorded:sweep",
        schema="sweep",
        view="tariff_text:sweep",
        writes=True,
    ),
    Question(
        "replicate",
        "questions.replicate:replicate",
        "Published numbers beside ours, with the gap, one row each; exit 1 where one that should match does not.",
        (
            Option("paper", "A paper; without one, all of them.", positional=True),
            Option("data", "Folder with what a paper's licence keeps out of the package.", ValueType.FILE),
        ),
        schema="replicate",
        view="replication_text:replicate",
    ),
    Question(
        "rerun",
        "questions.rerun:rerun",
        "Repeat a stored output and say what differs; exit 1 where anything does.",
        (
            Option(
                "file",
                "What a command printed with --json.",
                ValueType.FILE,
                required=True,
                argument="path",
                positional=True,
            ),
            Option(
                "tolerance",
                "Numbers that differ by less than this count as equal.",
                ValueType.NUMBER,
                default=1e-12,
                minimum=0,
                maximum=1,
            ),
        ),
        "Where the stored command took its day from the calendar, it is repeated for that same day. Only commands that"
        " read and answer are repeated, never one that writes a file or asks an endpoint.",
        schema="rerun",
        view="rerun_commands:comparison",
    ),
)
