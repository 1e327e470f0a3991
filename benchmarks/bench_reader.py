"""Reading documents of 100 kB and 1 MB of every hard kind: processor time of each, and their ratio.

Run: python benchmarks/bench_reader.py [BYTES]
     python benchmarks/bench_reader.py [BYTES] --against FOLDER   the documents of tests/record, by turns with that code
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

from detente.errors import RecordError
from detente.record.document import Document, from_bytes
from detente.record.propose import propose

PUBLISHED = "2025-10-27"
CHINESE = (
    "商务部发言人周五表示，中美双方同意将24%的关税休战延长90天，至2025年11月10日。何立峰副总理与美国财政部长贝森特在马德里会谈。"
    "美方没有确认。双方将于下周继续磋商，讨论稀土出口管制和大豆采购。\n"
)
VIETNAMESE = (
    "Thỏa thuận đình chiến thuế quan giữa hai nước hết hạn vào ngày 10/11, theo Bộ Thương mại Trung Quốc. Mỹ tạm ngừng"
    " thuế 24% trong 90 ngày. Ông Bessent gặp ông Hà Lập Phong ở Kuala Lumpur hôm Chủ nhật.\n"
)


def cases() -> dict[str, tuple[str, str]]:
    """{name: (language, text to be repeated)}."""
    english = (resources.files("detente") / "examples" / "kuala-lumpur.txt").read_text("utf-8").split("---\n")[-1]
    return {
        "English": ("en", english),
        "English in one line": ("en", english.replace("\n", " ")),
        "Chinese": ("zh", CHINESE),
        "Chinese in one line": ("zh", CHINESE.replace("\n", "")),
        "Vietnamese": ("vi", VIETNAMESE),
        "digits": ("en", "".join(random.Random(1).choices("0123456789", k=1000))),
        "quotation marks": ("en", '"'),
        "short quotations": ("en", 'He said "yes" and “no”. '),
        "names": ("en", "He Lifeng and Scott Bessent, Li Chenggang, Jamieson Greer, Donald Trump, Xi Jinping. "),
        "days that are none": ("en", "on May 0 and Nov. 0, 31/02/2025, 99/99, "),
        "duties": ("en", "10% tariffs on China and 20% on the EU, "),
    }


def seconds(unit: str, language: str, size: int) -> tuple[float, str]:
    """How long a text of so many bytes takes, and how many facts it gives, also where it would be refused before."""
    text = (unit * (size // len(unit.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")
    start = time.process_time()
    try:
        facts = propose(from_bytes(text.encode(), "text.txt", published=PUBLISHED))
        words = f"{len(facts)} facts"
    except RecordError:
        facts = propose(Document("text", text, "", published=PUBLISHED, language=language))
        words = f"refused; read all the same, {len(facts)} facts"
    return time.process_time() - start, words


def main(size: int) -> None:
    """Print one line a kind of text."""
    for name, (language, unit) in cases().items():
        seconds(unit, language, 1000)  # what is loaded once
        short, _ = seconds(unit, language, size // 10)
        long, words = seconds(unit, language, size)
        times = f"{size // 10} bytes {short:.2f} s, {size} bytes {long:.2f} s, {long / short:.1f} times"
        print(f"{name:20} {times}; {words}", flush=True)


HERE = Path(__file__).resolve().parents[1]
TURNS = 3  # of which the fastest counts: others use the machine too


def documents(language: str) -> str:
    """The documents of tests/record in a language, one behind the other."""
    texts = (path.read_text("utf-8") for path in sorted((HERE / "tests/record/documents").glob("*.txt")))
    return "\n\n".join(text.split("---\n", 2)[-1] for text in texts if f"\nlanguage: {language}\n" in text)


def against(folder: str, size: int) -> None:
    """Print for each language the seconds of the code in a folder and of this one, and their ratio."""
    for language in ("en", "vi", "zh"):
        best = {code: float("inf") for code in (folder, str(HERE))}
        for code in [*best] * TURNS:
            command = [sys.executable, __file__, str(size), "--once", language]
            done = subprocess.run(
                command, env=os.environ | {"PYTHONPATH": code}, capture_output=True, text=True, check=True
            )
            best[code] = min(best[code], float(done.stdout))
        then, now = best.values()
        print(f"{language} {size} bytes {then:.2f} s before, {now:.2f} s now, {now / then:.2f} times", flush=True)


def once(language: str, size: int) -> None:
    """Print the processor time of reading the documents of a language, with what is loaded once left out."""
    seconds(documents(language), language, 2000)
    print(seconds(documents(language), language, size)[0])


if __name__ == "__main__":
    first, *rest = sys.argv[1:] if sys.argv[1:2] and sys.argv[1].isdigit() else ("1000000", *sys.argv[1:])
    option, value = rest or ("", "")
    if option == "--against":
        against(value, int(first))
    elif option == "--once":
        once(value, int(first))
    else:
        main(int(first))
