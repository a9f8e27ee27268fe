"""A.4: what AI systems are made of: models, prompts, tools, agents, indexes, infrastructure."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="components",
    name="Component",
    plural="Components",
    about="Models, prompts, tools, agents and infrastructure that systems are made of, each in its exact version.",
    group="AI systems",
    clauses=("A.4.2", "A.4.4", "A.4.5"),
    controls=("A.4.2", "A.4.4", "A.4.5"),
    states=live_states(),
    evidence=Expected("Registry entry or manifest with the digest", 180),
    title_label="Component",
    fields=(
        Field(
            "kind",
            "Kind",
            "choice",
            True,
            choices=words(
                "model: Model",
                "prompt: Prompt",
                "tool: Tool",
                "agent: Agent",
                "index: Index",
                "software: Software",
                "compute: Compute",
                "other: Other",
            ),
            column=True,
        ),
        Field("exact_version", "Version", "text", True, column=True),
        Field("content_digest", "Digest", "text", help="sha256:… of weights, prompt or manifest, where it can be had."),
        Field("function", "What it does in the system", "long", True, searchable=True),
        Field("limits", "Known limits", "long", True),
        Field("permissions", "What it may do", "long", help="Agents and tools: every permission they hold."),
        Field("licence", "Licence or terms", "text"),
        Field("supplier", "Supplier", "link", to=("suppliers",)),
        Field("part_of", "Components it is built on", "link", to=("components",)),
    ),
)
