"""When a mention is only part of a title, a label, a reference, a qualification's name, a link or a file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assay.detect.attachment import MARKER, TARGET, Attachment
from assay.detect.segment import states
from assay.detect.view import DEPICTED, PassageView, Sentence

_RULED = re.compile(r"\b(?:must|shall|requires?|comply|conform\w*|against|should|audit(?:ed)? to)\b")
_FILE = re.compile(
    r"[\w./-]*\.(?:xlsx?|docx?|pptx?|pdf|md|html?|csv|zip|json|png|jpg|svg)\b|https?://\S+|www\.\S+|\b\w+(?:_\w+)+|`[^`]*`"
)
_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
_SHELF = re.compile(
    r"\b(?:further reading|references?|bibliograph\w*|reading list|see also|(?:other|related|next|upcoming|available|more) (?:courses?|"
    r"modules?|programmes?|titles|trainings?|certificates)|course catalogue|catalogue|library|document register|document list|"
    r"sources|literature|appendix|downloads?|resources|file list|certificates? held|tags|keywords|literatur|quellen|weitere kurse|"
    r"bibliographie|références|otros cursos|bibliografía|bibliografia|altri corsi|参考文献|推荐阅读|関連コース)\b[^.!?]{0,60}:?\W*$"
)
_SHELF_START = re.compile(
    r"^\W*(?:see(?: also)?|tags?|keywords|labels?|also cited|cited|permitted|not permitted|templates?|copied|version history|"
    r"item_id|id|references?|further reading|bibliography|document register|next intake|"
    r"course code|source|sources|ref\.?|reading|read also|certificate|file|title|image|filename|related|vgl\.|siehe|voir|véase|vedi|ver)\b"
    r"[^.!?]{0,40}(?:[:;\[(,\uE003]|$)|^\W*(?:参考資料|参考文献|参照|参考资料)[^。！？]{0,40}(?:[:：;；、，,(（「《\uE003]|$)"
)
_CREDENTIAL = re.compile(
    r"^[ -](?:certified )?(?:lead auditor|lead implementer|internal auditor|foundation|practitioner|auditor|awareness|transition)s?\b"
    r"(?=\W*(?:$|[,;.)\"|–-]|certificat|course|training|\(|and\b))",
)
_CREDENTIAL_BEFORE = re.compile(
    r"(?:,|:|;|\bholds?(?: an?| the)?|\bqualified|certificates?|credentials?|profile|bio)\W{0,4}(?:an? |the )?$"
)
_QUOTED_TITLE = re.compile(r"[\"“„«][^\"”“»]{0,4}$")
HARD = frozenset({"criterion", "criterion_strong"})
GOVERNING = frozenset({"criterion", "requires", "learn"})


def structural(view: PassageView, sentence: Sentence, start: int, end: int, said: Sequence[Attachment]) -> str:
    """Return why the group is part of a title, link or file name, "" where it is running text."""
    kind = sentence.block.kind
    hard = any(a.weight in HARD for a in said)
    depicted = view.whole.context.artefact in DEPICTED and any(a.sort in GOVERNING for a in said)
    if depicted:
        return ""
    if kind == "heading" or (kind == "meta" and not hard):
        return "stands in a heading or label"
    if kind == "title" and not hard:
        return "stands in a title"
    if shelved := _shelved(view, sentence, start, end, hard):
        return shelved
    if not any(a.sort == "criterion" for a in said) and _verbless(view, sentence):
        return "stands in a label without a statement"
    for pattern, why in ((_FILE, "is part of a file name or address"), (_LINK, "is part of a link")):
        for match in pattern.finditer(view.whole.text, sentence.start, sentence.end):
            if match.start() <= start and end <= match.end():
                return why
    return ""


def _verbless(view: PassageView, sentence: Sentence) -> bool:
    """Whether the sentence states nothing: no verb, no instruction, not a table row or an item of a sentence's list."""
    if sentence.block.kind in ("row", "option") or sentence.lead is not None or view.whole.language in ("ja", "zh"):
        return False
    line = view.low[sentence.start : sentence.end]
    if view.whole.context.artefact in DEPICTED:
        return False
    if (
        line.rstrip("*_ ").endswith((".", "。"))
        and len(line.split()) > 7
        and not re.search(r"[:;](?:\s|$)|#| / ", line)
    ):
        return False
    return not states(line) and not any(r.instructs(MARKER.sub("", line, count=1)) for r in view.whole.rules)


def _shelved(view: PassageView, sentence: Sentence, start: int, end: int, hard: bool) -> str:
    """Return why the group only labels a document, course or certificate, "" otherwise."""
    low = view.low
    if sentence.lead is not None and _SHELF.search(low[sentence.lead[0] : sentence.lead[1]]):
        return "stands in a list of documents or courses"
    if sentence.block.kind in ("bullet", "row") and view.passage.blocks:
        above = [b for b in (*view.passage.headings, *view.passage.blocks) if b.start < sentence.start]
        titled = [b for b in above if b.kind in ("heading", "title", "meta")]
        if titled and _SHELF.search(low[titled[-1].start : titled[-1].end].rstrip("*_ ")):
            return "stands in a list of documents or courses"
    before, after = low[sentence.start : start], low[end : sentence.end]
    if (
        _SHELF_START.search(before + TARGET)
        and (len(before) < 60 or before.startswith("document"))
        and not _RULED.search(before + after)
    ):
        return "is a reference"
    if _CREDENTIAL.match(after) and _CREDENTIAL_BEFORE.search(before):
        return "is part of a qualification's name"
    if (
        not hard
        and _QUOTED_TITLE.search(before)
        and re.match(r"[^\"”.!?]{0,40}[\"”»“]", after)
        and not _RULED.search(before + after)
    ):
        return "is part of a quoted title"
    return ""
