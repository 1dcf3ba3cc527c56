"""`python -m bench.needs [--text FILE]`: how fast needs are found, and how often ordinary text is taken for one.

Time is that of `dialects.intents.find_need`, warm, over the sentences of `dialects/data/sentences`. FILE holds ordinary
text in which nobody wants anything of an insurer, one utterance a line, or is the zip archive of the Chinese part of
the NUS SMS Corpus (Chen and Kan 2013).
"""

from __future__ import annotations

import argparse
import html
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np

from dialects.catalogue import load_catalogue
from dialects.catalogue_files import read_yaml
from dialects.intents import GAP, find_need
from dialects.needs import is_urgent, load_needs, wordings
from dialects.phonetics import PhraseIndex, tokens

ROUNDS = 20
MANY = 10_000
_MESSAGE = re.compile(r"<text>(.*?)</text>", re.DOTALL)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.needs", description=__doc__)
    parser.add_argument("--text", type=Path, help="ordinary text, one utterance a line, or the NUS SMS archive")
    ordinary: Path | None = parser.parse_args().text
    catalogue = load_catalogue()
    count = len({wording.text for wording in wordings(catalogue)})
    print(f"{len(load_needs())} needs, {count:,} different wordings")
    milliseconds = _times(_sentences(), lambda text: find_need(text, catalogue))
    print(
        f"{len(milliseconds):,} sentences: median {np.median(milliseconds):.2f} ms, "
        f"99th percentile {np.percentile(milliseconds, 99):.2f} ms, processor time of one thread"
    )
    many = _many_phrases()
    index = PhraseIndex(many)
    milliseconds = _times(_sentences(), lambda text: index.find(tokens(text)))
    print(
        f"the index alone, with {len(many):,} phrases: median {np.median(milliseconds):.2f} ms, "
        f"99th percentile {np.percentile(milliseconds, 99):.2f} ms"
    )
    if ordinary:
        _count_false_alarms(_utterances(ordinary))


def _sentences() -> list[str]:
    folder = Path(str(resources.files("dialects"))) / "data" / "sentences"
    files = [read_yaml(file) for file in sorted(folder.glob("*.yaml"))]
    return [text for needs in files for texts in needs.values() for text in texts]


def _many_phrases() -> list[str]:
    """Wordings joined two by two: a list of phrases as long as one may ever get."""
    plain = sorted({wording.text for wording in wordings(load_catalogue()) if GAP not in wording.text})
    draw = random.Random(7)
    return ["".join(draw.sample(plain, 2)) for _ in range(MANY)]


def _times(texts: list[str], search: Callable[[str], object]) -> list[float]:
    """The best of several rounds for each text, in milliseconds: what the machine does besides is not measured."""
    best = [float("inf")] * len(texts)
    for _ in range(ROUNDS):
        for index, text in enumerate(texts):
            began = time.thread_time()
            search(text)
            best[index] = min(best[index], (time.thread_time() - began) * 1000)
    return best


def _utterances(file: Path) -> list[str]:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            content = "".join(
                archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")
            )
        return [html.unescape(message) for message in _MESSAGE.findall(content)]
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _count_false_alarms(texts: list[str]) -> None:
    catalogue = load_catalogue()
    found = [heard for text in texts if (heard := find_need(text, catalogue))]
    by_sound = Counter((heard.need.id, heard.wording, heard.heard) for heard in found if not heard.exact)
    print(f"{len(texts):,} utterances of ordinary text:")
    print(f"  a need as written  {sum(heard.exact for heard in found):6,}")
    print(f"  a need by sound    {sum(by_sound.values()):6,}")
    print(f"  urgent as written  {sum(heard.exact for heard in found if is_urgent(heard.need.id)):6,}")
    print(f"  urgent by sound    {sum(not heard.exact for heard in found if is_urgent(heard.need.id)):6,}")
    for (need, wording, heard), count in by_sound.most_common(20):
        print(f"    {count:3} {need}: {heard} for {wording}")


if __name__ == "__main__":
    main()
