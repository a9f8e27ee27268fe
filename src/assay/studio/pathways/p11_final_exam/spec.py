"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p11_final_exam import generator, schema
from assay.studio.pathways.p11_final_exam.prompt import prompt

PATHWAY = Pathway(
    number=11,
    slug="final-exam",
    name="Final exam",
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
