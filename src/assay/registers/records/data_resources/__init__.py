"""A.4.3 and A.7: data, its acquisition, quality, provenance and preparation."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="data-resources",
    name="Data resource",
    plural="Data resources",
    about="Data that systems are trained, tested and run on: terms, quality, provenance, preparation.",
    group="AI systems",
    clauses=("A.7.2", "A.4.3"),
    controls=("A.4.3", "A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6"),
    states=live_states(),
    evidence=Expected("Data sheet, quality report, licence", 180, 3),
    title_label="Data resource",
    fields=(
        Field(
            "used_for",
            "Used for",
            "multi",
            True,
            choices=words(
                "training: Training",
                "validation: Validation",
                "testing: Testing",
                "inference: Inference",
                "retrieval: Retrieval",
            ),
            column=True,
        ),
        Field("description", "What it is", "long", True, searchable=True),
        Field(
            "personal",
            "Holds personal data",
            "choice",
            True,
            choices=words("no: No", "yes: Yes", "special: Yes, special categories"),
            column=True,
        ),
        Field("acquired_from", "Acquired from, on which terms", "long", True),
        Field("quality_means", "What quality means for this use", "long", True),
        Field("quality_result", "Quality as measured", "long"),
        Field("bias", "Bias looked for, and found", "long"),
        Field("provenance", "Where it came from, step by step", "long", True),
        Field("preparation", "How it was prepared, and why so", "long", True),
        Field("content_digest", "Digest of the version in use", "text"),
        Field("retention", "Kept until", "text"),
        Field("derived_from", "Derived from", "link", to=("data-resources",)),
    ),
)
