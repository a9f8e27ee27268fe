"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p15_rubric import generator, schema
from assay.studio.pathways.p15_rubric.prompt import prompt

PATHWAY = Pathway(
    number=15,
    slug="rubric",
    name="Rubric generation",
    learner_facing=True,
    stakes="credential",
    required=READS,
    audience="learners and assessors",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
