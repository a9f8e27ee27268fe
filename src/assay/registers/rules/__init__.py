"""Quality rules over everything an organization holds: pure functions of `Held`, each with an id and a severity."""

from assay.registers.rules import audits, evidence, impacts, plans, risks, soa, whole
from assay.registers.rules.base import RULES, Problem, Rule, problems

__all__ = ["RULES", "Problem", "Rule", "audits", "evidence", "impacts", "plans", "problems", "risks", "soa", "whole"]
