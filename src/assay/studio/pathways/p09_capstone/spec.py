"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p09_capstone import generator, schema
from assay.studio.pathways.p09_capstone.prompt import prompt

PATHWAY = Pathway(
    number=9,
    slug="capstone",
    name="Capstone",
    learner_facing=True,
    stakes="credential",
    required=PLAYS,
    audience="learners",
    canaries=PLAY_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
