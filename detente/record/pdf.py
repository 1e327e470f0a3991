"""The text of a pdf, taken in a process of its own: bounded memory, time, pages and characters.

Run as a script it reads a pdf on standard input and prints one JSON object, {"text"} or {"error", "detail"}.
pypdf is optional (the extra `pdf-text`) and is imported in that process only.
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
from detente.safe_io import read_json

PAGES = 2000
CHARACTERS = 5_000_000
SECONDS = 60  # of wall clock and of processor time
MEMORY = 2 * 1024**3  # bytes of address space
WORDS = {
    "missing": "pdf needs pypdf, which is not installed; install detente[pdf-text], or save the text as .txt",
    "encrypted": "an encrypted pdf; save it without its password and read that",
    "broken": "a broken pdf ({detail}); print it to a new pdf, or save its text as .txt",
    "image": "a pdf of {detail} page(s) without text, images only; run character recognition on it first",
    "long": "a pdf too long to read: {detail}; split it",
    "time": "a pdf that was not read within {detail} s; split it, or save its text as .txt",
}


def pdf_text(data: bytes, name: str, *, seconds: float = SECONDS) -> str:
    """The text of a pdf, a line a paragraph as far as its lines tell.

    Raises RecordError where pypdf is missing and for a pdf that is broken, encrypted, image-only or too long.
    """
    if importlib.util.find_spec("pypdf") is None:
        raise _refusal(name, "missing")
    command = [sys.executable, "-P", "-B", str(Path(__file__).resolve()), str(int(seconds) + 1)]
    try:
        done = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise _refusal(name, "time", f"{seconds:g}") from None
    try:
        found = read_json(done.stdout, name)
    except QuestionError:
        found = {"error": "broken", "detail": f"its reader stopped with {done.returncode}"}
    if "error" in found:
        raise _refusal(name, found["error"], str(found.get("detail", "")))
    return reflowed(found["text"])


def reflowed(text: str) -> str:
    """Printed lines joined to paragraphs; a word cut by a hyphen at a line's end is one word again."""
    out: list[str] = []
    for line in (re.sub(r"[ \t\r\f\v\u00a0]+", " ", x).strip() for x in text.replace("\0", "").split("\n")):
        if not line:
            if out and out[-1]:
                out.append("")
        elif out and out[-1] and _runs_on(out[-1], line):
            cut = out[-1].endswith("-") and line[0].islower()
            out[-1] = out[-1][:-1] + line if cut else out[-1] + ("" if _han(out[-1][-1], line[0]) else " ") + line
        else:
            out.append(line)
    return "\n".join(out).strip("\n") + "\n"


def _runs_on(before: str, line: str) -> bool:
    if re.search(r"[.!?:;。！？”\"]$", before) or re.match(r"[•*–▪-]\s|\(?\w{1,3}[.)]\s", line):
        return False
    return line[0].islower() or len(before) > 45


def _han(a: str, b: str) -> bool:
    return a >= "\u2e80" and b >= "\u2e80"


def _refusal(name: str, error: str, detail: str = "") -> RecordError:
    detail = " ".join(detail.split())[:120]
    return RecordError(f"{name}: {WORDS.get(error, WORDS['broken']).format(detail=detail or error)}")


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system; the caller's clock still holds
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard))


def _extract(data: bytes) -> dict[str, Any]:
    import io

    pypdf = importlib.import_module("pypdf")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opened(reader):
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


def _opened(reader: Any) -> bool:
    """Whether the empty password opens it, as it does where only printing is locked."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a cipher that is not installed
        return False


def main() -> None:
    """Read standard input, print what was found."""
    data = sys.stdin.buffer.read()
    _limit(int(sys.argv[1]))
    sys.stdout.write(json.dumps(_extract(data)))


if __name__ == "__main__":
    main()
