"""What a text is read against: the standard of its programme, the approved companions, the kind of artefact."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """Everything outside the text that a detector may know.

    `standard` and `companions` are family ids ("iso42001"); names that the grammar of standards can read ("ISO/IEC
    42001:2023") are accepted as well. `artefact` is a pathway slug ("lesson", "assignment-brief") or "unmapped".
    `language` is an ISO 639-1 code; None means that the text's language is recognised from its words.
    `title` is the artefact's title; it declares comparisons, and is never itself searched for defects.
    """

    standard: str
    companions: frozenset[str] = field(default_factory=frozenset)
    artefact: str = "lesson"
    language: str | None = None
    title: str = ""
