"""Light recognition of a text's language by its commonest words and scripts."""

from __future__ import annotations

import re
from itertools import chain, islice

from assay.detect.chunks import Chunks

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ja", "zh")
_STOPWORDS = {
    "en": "the of and to is are for with that this in on be as by or an it from shall must your you which was not their",
    "de": "der die das und ist sind für mit von den dem ein eine nicht zu auf im des werden wird bei sich auch als nach aus oder "
    "muss wie sie ihr ihre gegen über durch zur zum am einer eines einen wenn kann alle",
    "fr": "le la les des et est sont pour avec une un du dans que qui sur par au aux ce cette ne pas doit vos votre ou leur ses",
    "es": "el los las y es son para con una un del en que por se al su no lo como más debe esta este sus según o la de",
    "it": "il gli le e è sono per con una un del della dei delle nel che di da si non come alla deve questo questa secondo lo la",
    "pt": "o os as e é são para com uma um do da dos das no na que por se não ao como deve este esta segundo seus sua à em",
    "nl": "de het een en van is zijn voor met op dat niet worden door aan te bij ook als moet deze om naar",
    "pl": "i w na z do jest są nie się że oraz dla przez być od po jak lub który która musi zgodnie",
    "sv": "och att det som en för av med den på är inte till ska ett har enligt om från",
}
_WORDS = {lang: frozenset(words.split()) for lang, words in _STOPWORDS.items()}
_ELSEWHERE = frozenset(word for lang, words in _WORDS.items() if lang != "en" for word in words)
_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[぀-ヿ]")
_HAN = re.compile(r"[一-鿿]")
_OTHER = re.compile(r"[Ѐ-ӿ؀-ۿऀ-ॿ가-힯֐-׿฀-๿Ͱ-Ͽ]")


_CHUNKS = Chunks(lambda chunk: tuple(_WORD.findall(chunk)))


def language_of(text: str, *, hint: str | None = None) -> str:
    """Return an ISO 639-1 code: the hint if given, else the language recognised, "en" for texts too short to tell.

    Returns "und" for scripts that no detector here reads (Cyrillic, Arabic, Hangul …).
    """
    if hint:
        return hint.lower().replace("_", "-").split("-")[0]
    sample = text[:3000]
    if not sample.isascii():
        if len(_KANA.findall(sample)) >= 3:
            return "ja"
        if len(_HAN.findall(sample)) >= 4:
            return "zh"
        if len(_OTHER.findall(sample)) * 3 > len(sample):
            return "und"
    words = list(islice(chain.from_iterable(map(_CHUNKS.__getitem__, sample.lower().split())), 160))
    english = sum(map(_WORDS["en"].__contains__, words))
    if sum(map(_ELSEWHERE.__contains__, words)) <= english:
        return "en"  # no other language can have more
    counts = {lang: sum(map(known.__contains__, words)) for lang, known in _WORDS.items()}
    best, most = "en", 0
    for lang, count in counts.items():
        if count > most:
            best, most = lang, count
    enough = most >= max(2, len(words) // 20) or (most and not english)
    return best if enough and (best == "en" or most > english) else "en"
