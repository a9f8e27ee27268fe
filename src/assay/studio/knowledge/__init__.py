"""What a trainer knows, as data in our own words: topics, cases, exercises, and the make-up of each kind of programme.

Belongs here: the YAML files and their reading into frozen dataclasses, joined with the catalog. Does not belong here:
composing texts (`studio.composing`), choosing what a programme may use (`studio.governed`). Pure; may import `catalog`
and `core`.
"""

from assay.studio.knowledge.cases import Case, CaseRisk, cases, plain_reasons
from assay.studio.knowledge.exercises import Exercise, exercises
from assay.studio.knowledge.programmes import ProgrammePlan, plan_of, plans
from assay.studio.knowledge.topics import Question, Topic, knowledge_digest, topic_of, topics_of

__all__ = [
    "Case",
    "CaseRisk",
    "Exercise",
    "ProgrammePlan",
    "Question",
    "Topic",
    "cases",
    "exercises",
    "knowledge_digest",
    "plain_reasons",
    "plan_of",
    "plans",
    "topic_of",
    "topics_of",
]
