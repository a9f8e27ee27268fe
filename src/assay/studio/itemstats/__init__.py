"""What learners' responses say about questions: difficulty, discrimination, distractors, reliability, and each item's state.

Belongs here: reading responses as platforms export them, and the figures. Pure but for `services`. Does not belong here:
who the learners are; their names are read to tell attempts apart and are kept nowhere. Without responses every figure is
unknown: nothing is estimated from the words of a question.
"""
