"""Twelve questions, and the tailored draft of a management system that the answers give. Pure; every word is ours.

A draft is a beginning: every record comes in its first state, nothing has evidence, no control is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USES = (
    ("people", "Decides or helps decide about people (hiring, credit, grades, care)"),
    ("content", "Writes or draws for others (texts, lessons, pictures, code)"),
    ("chat", "Talks with customers or the public"),
    ("predict", "Forecasts or detects (demand, fraud, faults)"),
    ("control", "Controls machines or processes"),
    ("inside", "Helps our own staff inside only"),
)


@dataclass(frozen=True)
class Question:
    """One of the twelve: `kind` text, long, choice, multi; `options` for the last two."""

    key: str
    ask: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


QUESTIONS = (
    Question("does", "What does your organization do?", "long", hint="One or two sentences."),
    Question("sites", "Which units and sites are part of it?", "text"),
    Question("systems", "Which AI systems do you build, supply or use?", "long", hint="One a line."),
    Question("uses", "What do they do?", "multi", USES),
    Question("roles", "What are you for these systems?", "multi", (("provider", "We supply them"), ("producer", "We build them"), ("customer", "We use them"))),
    Question("affected", "Who is affected by what they do?", "text"),
    Question("personal", "Do they work with personal data?", "choice", (("no", "No"), ("yes", "Yes"), ("special", "Yes, special categories such as health"))),
    Question("models", "Where do the models come from?", "multi", (("own", "We train them"), ("hosted", "From a provider, by interface"), ("open", "Open models that we run"))),
    Question("where", "In which countries are they used?", "text"),
    Question("law", "Which law binds you?", "multi", (("aiact", "EU AI Act"), ("gdpr", "GDPR"), ("sector", "Law of our sector"), ("none", "None that we know of"))),
    Question("size", "How many people work on this?", "choice", (("few", "1 to 9"), ("some", "10 to 99"), ("many", "100 or more"))),
    Question("stop", "Who can stop a system when it goes wrong?", "text"),
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """One record to be made: links name other drafts by `ref`."""

    register: str
    title: str
    data: Mapping[str, Any]
    ref: str = ""
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Answers = Mapping[str, Any]
RISKS: Mapping[str, tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...]] = {
    "people": (
        ("A decision about a person is wrong and stands", "model", "Nobody looks at refusals before they take effect.", "Claims, loss of trust, an order of an authority.", "A person is refused what they are entitled to.", ("A.9.2", "A.6.2.4", "A.8.3")),
        ("Groups are treated unequally", "data", "The data reflects how people were treated before.", "A finding of discrimination, contracts ended.", "People of one group get worse results for no good reason.", ("A.7.4", "A.5.4", "A.6.2.4")),
    ),
    "content": (
        ("Published content is wrong", "use", "Output goes out without somebody who knows the subject.", "Corrections, refunds, damage to the name.", "Readers act on something that is not so.", ("A.6.2.4", "A.8.2")),
        ("Content infringes rights of others", "data", "Training or input material without a licence.", "Claims, withdrawal of products.", "Authors lose income from what they made.", ("A.7.3", "A.7.5")),
    ),
    "chat": (("The system promises what we do not keep", "use", "Answers are not tied to what is in force.", "We are held to what it said.", "People rely on advice that harms them.", ("A.8.2", "A.6.2.6", "A.9.4")),),
    "predict": (("Forecasts drift away from what happens", "model", "The world changes and nobody measures.", "Wrong orders, missed cases.", "People are wrongly suspected, or not protected.", ("A.6.2.6", "A.6.2.4")),),
    "control": (("A process is steered into harm", "environment", "Sensors fail or meet what was not foreseen.", "Standstill, damage, injury.", "People nearby are hurt.", ("A.6.2.5", "A.6.2.6", "A.6.2.8")),),
    "inside": (("Staff rely on it where they should not", "people", "Nobody said what it is for and what not.", "Confidential material leaves; work is wrong.", "Colleagues lose skills and are judged by its mistakes.", ("A.9.2", "A.9.4", "A.4.6")),),
}  # fmt: skip


def draft_system(answers: Answers) -> tuple[Draft, ...]:
    """The records of a tailored starting system, in the order in which they can be made."""
    drafts = [*_context(answers), *_systems(answers), *_risks(answers), *_leadership(answers), *_support(answers)]
    return tuple(drafts)


def system_names(answers: Answers) -> tuple[str, ...]:
    """The systems named, one a line; a placeholder name where none was."""
    names = tuple(" ".join(line.split())[:200] for line in str(answers.get("systems", "")).splitlines() if line.strip())
    return names[:25] or ("Our first AI system",)


def _told(answers: Answers, key: str, otherwise: str) -> str:
    return str(answers.get(key) or "").strip() or otherwise


def _context(answers: Answers) -> list[Draft]:
    law = set(answers.get("law", ()))
    does = _told(answers, "does", "What the organization does is still to be described here.")
    found = [
        Draft("context-issues", "Expectations towards AI are changing fast", {"side": "external", "topic": "legal", "climate_relevant": "no", "description": f"Law and customers ask for proof of how AI is managed where we work: {_told(answers, 'where', 'countries to be named')}.", "effect": "What is enough today may not be enough next year; reviews have to be frequent."}),
        Draft("context-issues", "Climate change", {"side": "external", "topic": "climate", "climate_relevant": "no", "description": "Computing needs energy; customers may ask for it. Decide whether this is relevant here, and say why.", "effect": "To be decided in the first review."}),
        Draft("context-issues", "Skills", {"side": "internal", "topic": "people", "climate_relevant": "no", "description": f"{does} Few people here know AI well enough to judge its results.", "effect": "Oversight works only if those who oversee can tell right from wrong output."}),
        Draft("interested-parties", _told(answers, "affected", "People affected")[:280], {"kind": "affected", "needs": "To be treated fairly, to be told that AI is used, to be able to object.", "binding": "legal" if law & {"aiact", "gdpr"} else "expectation", "taken_on": "yes", "reason": "They bear the consequences."}),
        Draft("interested-parties", "Customers", {"kind": "customer", "needs": "Reliable results and notice of changes.", "binding": "contract", "taken_on": "yes", "reason": "It is promised to them."}),
    ]  # fmt: skip
    names = {
        "aiact": ("Authorities under the EU AI Act", "Regulation (EU) 2024/1689"),
        "gdpr": ("Data protection authority", "Regulation (EU) 2016/679"),
        "sector": ("Authority of our sector", "to be named"),
    }
    found += [
        Draft("interested-parties", title, {"kind": "regulator", "needs": "Duties by role and date, to be listed one by one.", "binding": "legal", "taken_on": "yes", "reason": "It is law.", "legal_basis": basis})
        for key, (title, basis) in names.items()
        if key in law
    ]  # fmt: skip
    scope = {
        "statement": f"The management of AI at an organization that does the following: {does}", "activities": does,
        "units": _told(answers, "sites", "All units; to be confirmed"), "interfaces": "Suppliers of models and data; customers who receive results.",
        "exclusions": "None so far. Name what is left out, and why.",
    }  # fmt: skip
    return [
        *found,
        Draft(
            "scope",
            "Scope of the AI management system",
            scope,
            links={"systems": tuple(f"system-{n}" for n, _ in enumerate(system_names(answers)))},
        ),
    ]


def _systems(answers: Answers) -> list[Draft]:
    uses = [key for key in answers.get("uses", ()) if key in dict(USES)] or ["inside"]
    high = {"people", "control"} & set(uses)
    roles = list(answers.get("roles", ())) or ["customer"]
    purpose = "; ".join(dict(USES)[key] for key in uses)
    found = []
    for number, name in enumerate(system_names(answers)):
        data = {
            "purpose": f"{name}: {purpose}. Say in one sentence what it is for.", "misuse": f"Using {name} for what it was not made for.",
            "own_roles": roles, "tier": "high" if high else "limited" if {"content", "chat"} & set(uses) else "low",
            "tier_reason": "From the answers to twelve questions; to be judged against the law that applies.",
            "affected": _told(answers, "affected", "To be named."), "deployments": _told(answers, "sites", "To be named."),
            "jurisdictions": _told(answers, "where", "to be named"), "oversight": _told(answers, "stop", "Nobody yet: this has to be settled first."),
        }  # fmt: skip
        found.append(Draft("ai-systems", name, data, ref=f"system-{number}"))
    return found


def _risks(answers: Answers) -> list[Draft]:
    uses = [key for key in answers.get("uses", ()) if key in RISKS] or ["inside"]
    links = tuple(f"system-{n}" for n, _ in enumerate(system_names(answers)))
    found: list[Draft] = []
    for use in uses:
        for title, source, causes, consequence, _harm, controls in RISKS[use]:
            data = {
                "kind": "risk",
                "source": source,
                "event": f"{title}.",
                "causes": causes,
                "consequence_text": consequence,
                "controls": [f"control:{number}" for number in controls],
            }
            found.append(Draft("risks", title, data, links={"systems": links}))
    if "hosted" in answers.get("models", ()):
        found.append(
            Draft(
                "risks",
                "The provider changes the model unannounced",
                {
                    "kind": "risk",
                    "source": "supplier",
                    "event": "Results change overnight and nobody notices.",
                    "causes": "No notice is agreed, no test runs each day.",
                    "consequence_text": "Results that were checked are no longer what users get.",
                    "controls": ["control:A.10.3", "control:A.6.2.6"],
                },
                links={"systems": links},
            )
        )
    if answers.get("personal") in ("yes", "special"):
        found.append(
            Draft(
                "risks",
                "Personal data is used beyond its purpose",
                {
                    "kind": "risk",
                    "source": "data",
                    "event": "Data collected for one purpose trains or feeds a system for another.",
                    "causes": "Nobody knows where the data came from.",
                    "consequence_text": "An order to delete model and data, a fine.",
                    "controls": ["control:A.7.3", "control:A.7.5"],
                },
                links={"systems": links},
            )
        )
    for number, name in enumerate(system_names(answers)[:5]):
        harm = "; ".join(risk[4].rstrip(".") for use in uses for risk in RISKS[use])
        found.append(Draft("impacts", f"Impact of {name}", {
            "context": f"{name} is used in {_told(answers, 'where', 'places to be named')}.", "misuse": "What people could do with it that it was not made for.",
            "individuals": f"{harm}.", "groups": [{"group": _told(answers, "affected", "To be named")[:900], "how": "To be told; look also where several traits meet."}],
            "societies": "What it would mean if everybody did as we do: for work, trust and the public.", "benefits": "To be named, with those who have them.",
            "measures": "To be planned.", "consulted": "Plan whom to ask.",
            "summary": f"{name} can be wrong. You can ask a person to look again.", "triggers": ["system", "incident", "change", "date"], "reopen_on": "A new use, a new group, a new model.",
        }, links={"systems": (f"system-{number}",)}))  # fmt: skip
    return found


def _leadership(answers: Answers) -> list[Draft]:
    does = _told(answers, "does", "our work")
    policy = {
        "text": "We use and build AI only where it helps the people it touches. A person answers for every system. We say when AI is used. We look for harm before it happens, and stop what harms. We keep what we promise in contracts and law, and get better each year.",
        "purpose_fit": f"It fits what we do: {does}", "objectives_frame": "Objectives are set for reliable results, fair treatment and quick correction.",
        "commit_requirements": True, "commit_improvement": True, "other_policies": "Compare with policies on security, privacy, quality and people.",
        "exceptions": "Top management, in writing, for at most three months.", "audience": "Everybody who works here; partners on request.",
    }  # fmt: skip
    method = {
        "process": "Name what may happen, why, and what follows for the organization; rate likelihood and consequence from 1 to 5; multiply.",
        "likelihood_scale": "1 once in a lifetime; 2 in ten years; 3 in a year; 4 in a month; 5 in a week.",
        "consequence_scale": "1 unnoticed; 2 a bad day; 3 a bad quarter; 4 a bad year; 5 the end of a service.", "appetite": "8" if answers.get("size") == "few" else "9",
        "review_level": "15", "treatment_process": "Choose an option and the controls it needs, compare with Annex A, plan, have the rest accepted.",
        "triggers": "Every half year, and on a new system, a new use, a new model or an incident.", "acceptors": "Owners up to the appetite; nobody above it.",
    }  # fmt: skip
    impact = {
        "process": "Describe system and setting, name who is affected, tell harm and benefit for individuals, groups and societies, rate, plan, have it approved.",
        "triggers": "Before a system goes into use, on every change of use, group or model, and once a year.", "depth": "Low tier: one page. High tier: with the people affected.",
        "severity_scale": "1 annoyance; 2 loss that is made good; 3 serious loss; 4 grave harm; 5 harm that nothing makes good.",
        "unacceptable": "Grave harm that cannot be undone.", "consulted": "At least two people affected or those who speak for them.",
        "approvers": "Somebody who neither owns nor built the system.", "publication": "The plain summary, for everybody affected.",
    }  # fmt: skip
    duties = (
        ("conformity", "Keeper of the management system"),
        ("reporting", "Reporter to top management"),
        ("oversight", "Overseer of AI systems"),
    )
    roles = [
        Draft("roles", title, {"duty": duty, "responsibilities": f"{title}: what this means day by day is to be written here.", "authority": _told(answers, "stop", "May stop a system at once.")})
        for duty, title in duties
    ]  # fmt: skip
    return [
        Draft("ai-policy", "AI policy", policy),
        Draft("risk-criteria", "Risk method and criteria", method),
        Draft("impact-criteria", "Impact method and criteria", impact),
        *roles,
    ]


def _support(answers: Answers) -> list[Draft]:
    found = [
        Draft("objectives", "Wrong results are noticed before they do harm", {"kind": "use", "measure": "Share of wrong results found by us, not by others", "unit": "%", "target": "90", "due_on": "", "actions": "Sample results each week.", "judged_by": "The keeper of the system, monthly.", "told_to": "Everybody"}),
        Draft("channels", "Concerns from inside", {"kind": "concern", "address": "to be set up", "for_whom": "Everybody who works here", "protection": "Nobody is treated worse for a report made in good faith.", "clock": "5", "handled_by": "Read, thank, look into, answer, keep."}),
        Draft("channels", "Reports from outside", {"kind": "adverse", "address": "to be set up", "for_whom": "Anybody affected", "protection": "No account is needed.", "clock": "10", "handled_by": "Read, look at the case with a person who did not decide it, answer."}),
        Draft("communication", "The AI policy", {"side": "internal", "subject": "The policy, one's own part in it, what follows if it is not kept.", "covers": ["policy", "contribution", "consequences"], "audience": "Everybody who works here", "when": "On joining, and each year", "means": "A talk of half an hour"}),
        Draft("processes", "Assessing risks and impacts", {"purpose": "Know what may go wrong before it does.", "business_process": "Planning of services", "inputs": "Systems, changes, reports.", "outputs": "Treatments and controls.", "criteria": "No system in use without both assessments.", "cadence": "quarterly"}),
        Draft("monitoring", "Wrong results", {"what": "Wrong results per hundred looked at.", "method": "A random sample, checked by somebody who knows the subject.", "cadence": "weekly", "evaluated": "Monthly", "threshold": "Above 5 in 100: look into it at once.", "log_source": "To be named"}),
        Draft("audit-programme", "Audits of the first year", {"period": "Twelve months from the start", "coverage": "All clauses once; risk and impact twice.", "weighting": "What touches people first.", "methods": "Records, talks, looking on.", "auditors": "Nobody audits their own work; two organizations can swap.", "reporting": "Top management."}),
        Draft("reviews", "First management review", {}),
    ]  # fmt: skip
    if "hosted" in answers.get("models", ()):
        found.append(
            Draft(
                "suppliers",
                "Provider of the model",
                {
                    "supplies": "The model, by interface.",
                    "criticality": "high",
                    "evaluation": "Still to be done.",
                    "evaluated_on": "",
                    "change_notice": "after",
                    "exit": "Another provider, or doing without.",
                },
            )
        )
    return found
