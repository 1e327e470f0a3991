"""The text of a pdf, taken in a process of its own with bounds on memory, time, pages and characters.

Run as a script, it reads a pdf on standard input and prints one JSON object, {"text"} or {"error", "detail"}. pypdf is
optional (the extra `pdf-text`) and is imported in that process only.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from detente.errors import QuestionError, RecordError
from detente.record.process_limits import limit_process
from detente.safe_io import read_json

PAGES = 2000
CHARACTERS = 5_000_000
SECONDS = 60  # of wall clock and of processor time
MEMORY = 2 * 1024**3  # bytes of address space
MESSAGES = {
    "missing": "reading a pdf needs pypdf, which is not installed; install detente[pdf-text], or save the text as .txt",
    "encrypted": "the pdf is encrypted; save it without its password and read that",
    "broken": "the pdf is broken ({detail}); print it to a new pdf, or save its text as .txt",
    "image": "the pdf has {detail} page(s) without text, images only; run character recognition on it first",
    "long": "the pdf is too long to read: {detail}; split it",
    "time": "the pdf was not read within {detail} s; split it, or save its text as .txt",
}
ITEM = re.compile(r"[•*–▪-]\s|\(?\w{1,3}[.)]\s")  # the start of an item of a list
FULL_LINE = 45  # characters from which a line is taken to run on into the next one


def pdf_text(data: bytes, name: str, *, seconds: float = SECONDS) -> str:
    """The text of a pdf, one line a paragraph as far as the layout shows them.

    name: the file's name for messages. seconds: how long reading may take. Raises RecordError where pypdf is missing,
    and for a pdf that is broken, encrypted, without text or too long.
    """
    if importlib.util.find_spec("pypdf") is None:
        raise _refusal(name, "missing")
    command = [sys.executable, "-P", "-B", str(Path(__file__).resolve()), str(int(seconds) + 1)]
    try:
        process = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise _refusal(name, "time", f"{seconds:g}") from None
    try:
        result = read_json(process.stdout, name)
    except QuestionError:
        result = {"error": "broken", "detail": f"its reader stopped with exit status {process.returncode}"}
    if "error" in result:
        raise _refusal(name, result["error"], str(result.get("detail", "")))
    return reflowed(result["text"])


def reflowed(text: str) -> str:
    """Printed lines joined to paragraphs; a word cut by a hyphen at the end of a line is one word again."""
    paragraphs: list[str] = []
    for line in text.replace("\0", "").split("\n"):
        line = re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip()
        last = paragraphs[-1] if paragraphs else ""
        if line and last and _runs_on(last, line):
            paragraphs[-1] = _joined(last, line)
        elif line or last:  # one empty line at most
            paragraphs.append(line)
    return "\n".join(paragraphs).strip("\n") + "\n"


def _joined(before: str, line: str) -> str:
    if before.endswith("-") and line[0].islower():
        return before[:-1] + line
    return before + ("" if _is_chinese(before[-1]) and _is_chinese(line[0]) else " ") + line


def _runs_on(before: str, line: str) -> bool:
    """Whether a line goes on with the paragraph before it."""
    if re.search(r"[.!?:;。！？”\"]$", before) or ITEM.match(line):
        return False
    return line[0].islower() or len(before) > FULL_LINE


def _is_chinese(character: str) -> bool:
    return character >= "\u2e80"


def _refusal(name: str, error: str, detail: str = "") -> RecordError:
    detail = " ".join(detail.split())[:120]
    return RecordError(f"{name}: {MESSAGES.get(error, MESSAGES['broken']).format(detail=detail or error)}")


def _extract(data: bytes) -> dict[str, Any]:
    import io

    pypdf = importlib.import_module("pypdf")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opens(reader):
            return {"error": "encrypted"}
        count = len(reader.pages)
        if count > PAGES:
            return {"error": "long", "detail": f"{count} pages, at most {PAGES} are read"}
        parts, total = [], 0
        for page in reader.pages:
            parts.append(page.extract_text())
            total += len(parts[-1])
            if total > CHARACTERS:
                return {"error": "long", "detail": f"over {CHARACTERS} characters"}
    except MemoryError:
        return {"error": "long", "detail": f"over {MEMORY // 1024**2} MiB of memory"}
    except Exception as error:  # whatever a hostile file makes the reader raise
        return {"error": "broken", "detail": f"{type(error).__name__}: {error}"[:200]}
    text = "\n\n".join(parts).encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        return {"error": "image", "detail": str(count)} if count else {"error": "broken", "detail": "no page"}
    return {"text": text}


def _opens(reader: Any) -> bool:
    """Whether the empty password opens it, as it does where only printing is restricted."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a cipher that is not installed
        return False


def main() -> None:
    """Read a pdf on standard input and print its text, or what is wrong with it, as JSON."""
    data = sys.stdin.buffer.read()
    limit_process(int(sys.argv[1]), MEMORY)
    sys.stdout.write(json.dumps(_extract(data)))


if __name__ == "__main__":
    main()
