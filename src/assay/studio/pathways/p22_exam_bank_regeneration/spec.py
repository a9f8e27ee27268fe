"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p22_exam_bank_regeneration import generator, schema
from assay.studio.pathways.p22_exam_bank_regeneration.prompt import prompt

PATHWAY = Pathway(
    number=22,
    slug="exam-bank-regeneration",
    name="Exam-bank regen",
    learner_facing=True,
    stakes="credential",
    required=PLAYS,
    audience="assessors",
    canaries=PLAY_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
