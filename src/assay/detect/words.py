"""Words as the trained models see them: tokens of masked text, rough lemmas, and classes of lemmas."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from assay.detect.lexicon import read_data

_TOKEN = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?|\d[\d.,]*|[\ue000-\ue00f]|[?:;,.()\"|!%]")
_VOWELS = frozenset("aeiouy")


def words_of(name: str) -> frozenset[str]:
    """Return the words of the list `name` in `data/wordlists.yaml`."""
    return frozenset(str(read_data("wordlists.yaml")[name]).split())


STOP = words_of("stop")
_KEPT = words_of("kept")
_IRREGULAR = dict(pair.split(":") for pair in words_of("irregular"))


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """Return a rough stem of a folded word: plural, -ed, -ing and a final -e taken off; numbers become "#"."""
    if word[0].isdigit():
        return "#"
    word = _IRREGULAR.get(word, word)
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) <= 3 or not word.isascii() or word in _KEPT:
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return lemma(word[:-1])
    for ending in ("ing", "ed"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 3 and _VOWELS & set(stem):
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def tokens(text: str) -> list[str]:
    """Return words, numbers, marks and punctuation of folded text in order."""
    return _TOKEN.findall(text)


@cache
def classes() -> dict[str, tuple[str, ...]]:
    """Return, per lemma, the classes that it belongs to."""
    found: dict[str, list[str]] = {}
    for name, words in read_data("classes.yaml").items():
        for word in words:
            word = {True: "yes", False: "no"}.get(word, word) if isinstance(word, bool) else word
            for form in {word, lemma(word)}:
                if name not in found.setdefault(form, []):
                    found[form].append(name)
    return {word: tuple(names) for word, names in found.items()}
