"""Clauses 6.1.1 to 6.1.3: how risk is assessed and treated, and where tolerable ends."""

from assay.registers.declaration import Expected, Field, Register, draft_approve

REGISTER = Register(
    slug="risk-criteria",
    name="Risk method",
    plural="Risk method and criteria",
    about="Scales, matrix, appetite and process, so that two people who assess the same risk reach the same level.",
    group="Risk and impact",
    clauses=("6.1.1", "6.1.2", "6.1.3"),
    obligations=("6.1.1-02", "6.1.2-01", "6.1.2-02", "6.1.2-07", "6.1.3-09"),
    documents=("DI-05", "DI-06"),
    states=draft_approve(),
    four_eyes=True,
    single=True,
    evidence=Expected("The approved method, and two independent runs compared", 365),
    fields=(
        Field("process", "How risks are identified, analysed and evaluated", "long", True, searchable=True),
        Field("likelihood_scale", "What each step of likelihood means", "long", True),
        Field("consequence_scale", "What each step of consequence means", "long", True),
        Field(
            "appetite",
            "Highest level that may be accepted",
            "int",
            True,
            least=1,
            most=25,
            help="Likelihood times consequence, 1 to 25. A risk above it cannot be accepted without treatment.",
        ),
        Field("review_level", "Level from which top management decides", "int", True, least=1, most=25),
        Field(
            "loss_limit",
            "Loss in a year that should rarely be exceeded",
            "int",
            least=1,
            unit="EUR",
            help="For risks with ranges: compared with the simulated losses of a year.",
        ),
        Field("loss_chance", "In at most this many years of a hundred", "int", least=1, most=99),
        Field("treatment_process", "How treatments and controls are chosen and residual risk approved", "long", True),
        Field("triggers", "What leads to a new assessment", "long", True),
        Field("acceptors", "Who may accept which level", "long", True),
    ),
)
