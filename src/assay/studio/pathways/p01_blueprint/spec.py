"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p01_blueprint import generator, schema
from assay.studio.pathways.p01_blueprint.prompt import prompt

PATHWAY = Pathway(
    number=1,
    slug="blueprint",
    name="Blueprint",
    learner_facing=True,
    stakes="credential",
    required=READS,
    audience="learners, tutors and the recognising body",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
