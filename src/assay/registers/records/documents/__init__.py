"""Clause 7.5: documents and records, own and from outside, with versions, approval, audience, retention."""

from assay.registers.declaration import Expected, Field, Register, draft_approve, reading_fields, words

REGISTER = Register(
    slug="documents",
    name="Document",
    plural="Documents",
    about="Documented information under control: identity, version, approval, audience, protection, retention.",
    group="Support",
    clauses=("7.5.1", "7.5.2", "7.5.3"),
    obligations=("7.5.1-01", "7.5.1-02", "7.5.2-01", "7.5.2-02", "7.5.3-01", "7.5.3-02", "7.5.3-03", "7.5.3-04"),
    documents=("DI-13", "DI-14"),
    states=draft_approve(),
    four_eyes=True,
    evidence=Expected("The document itself, by digest", 365),
    fields=(
        Field(
            "kind",
            "Kind",
            "choice",
            True,
            choices=words(
                "policy: Policy",
                "procedure: Procedure",
                "record: Record",
                "template: Template",
                "external: From outside",
                "other: Other",
            ),
            column=True,
        ),
        Field("reference", "Reference", "text", True, column=True),
        Field("edition", "Version", "text", True, column=True),
        Field(
            "answers",
            "Required document",
            "choice",
            choices=tuple((f"DI-{n:02d}", f"DI-{n:02d}") for n in range(1, 23)),
            help="Which of the 22 it is, if any.",
        ),
        Field("place", "Where it is kept", "text", True),
        Field("content_digest", "Digest of the content", "text"),
        Field("summary", "What it says", "long", True, searchable=True),
        Field("format", "Format and medium", "text", True),
        Field("audience", "For whom, and how they get it", "long", True),
        Field("protection", "Protection", "long", True),
        Field("retention", "Kept for, then", "text", True),
        Field(
            "about",
            "What it is about",
            "link",
            to=("ai-systems", "components", "data-resources", "suppliers", "controls"),
        ),
        *reading_fields(),
    ),
)
