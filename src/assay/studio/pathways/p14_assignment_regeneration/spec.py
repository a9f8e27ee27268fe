"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p14_assignment_regeneration import generator, schema
from assay.studio.pathways.p14_assignment_regeneration.prompt import prompt

PATHWAY = Pathway(
    number=14,
    slug="assignment-regeneration",
    name="Assignment regen",
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
