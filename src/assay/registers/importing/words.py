"""Words of headings and levels in the languages that files come in, as data. Compared with `plain`."""

from __future__ import annotations

from collections.abc import Mapping

# A column goes to the field of this name where a register has it; titles, owners and dates exist in every register.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "name", "title", "titel", "titre", "título", "risk", "risk name", "risk title", "ai risk", "project title", "bezeichnung",
        "risikobezeichnung", "risiko", "nom", "intitulé", "libellé", "nom du risque", "risque", "nombre", "riesgo", "navn", "naam",
    ),
    "owner": (
        "owner", "risk owner", "responsible", "responsible person", "assigned to", "assignee", "action owner", "use case owner",
        "accountable", "verantwortlich", "verantwortlicher", "verantwortliche", "verantwortliche person", "eigentümer",
        "risikoeigner", "risikoeigentümer", "responsable", "propriétaire", "propriétaire du risque", "pilote", "propietario",
        "ansvarlig", "eigenaar",
    ),
    "deputy": ("deputy", "stellvertreter", "stellvertretung", "vertretung", "suppléant", "adjoint", "suplente", "stedfortreder"),
    "review_on": (
        "review", "review date", "next review", "next review date", "date of assessment", "deadline", "eta", "fällig", "fällig am",
        "nächste prüfung", "überprüfung", "wiedervorlage", "prüfdatum", "échéance", "date de revue", "prochaine revue",
        "date d échéance", "revisión", "fecha de revisión", "frist",
    ),
    "event": (
        "description", "risk description", "beschreibung", "risikobeschreibung", "description du risque", "descripción", "beskrivelse",
        "scenario", "szenario", "scénario", "what may happen", "event", "ereignis", "événement",
    ),
    "causes": (
        "causes", "cause", "threats", "threat", "ursache", "ursachen", "risikoursache", "causas", "bedrohung", "menace",
        "menaces", "vulnerabilities", "risk source", "årsak",
    ),
    "consequence_text": (
        "impact description", "consequences", "consequence", "impact", "potential impact", "folgen", "konsequenzen", "conséquences",
        "conséquence", "consecuencias", "konsekvens",
    ),
    "likelihood": (
        "likelihood", "probability", "current proba", "current probability", "inherent proba", "eintrittswahrscheinlichkeit",
        "wahrscheinlichkeit", "probabilité", "vraisemblance", "probabilidad", "sannsynlighet",
    ),
    "consequence": (
        "severity", "impact", "consequence", "consequences", "current impact", "inherent impact", "impact level", "impact rating", "impact score", "schwere", "schweregrad",
        "auswirkung", "schadenshöhe", "schadensausmaß", "gravité", "sévérité", "impacto", "gravedad", "alvorlighet",
    ),
    "residual_likelihood": (
        "residual proba", "residual probability", "residual likelihood", "likelihood mitigation", "residual wahrscheinlichkeit",
        "restwahrscheinlichkeit", "probabilité résiduelle", "vraisemblance résiduelle",
    ),
    "residual_consequence": (
        "residual impact", "residual severity", "residual consequence", "risk severity", "restauswirkung", "gravité résiduelle",
        "impact résiduel",
    ),
    "basis": (
        "justification", "assessment", "comments", "review notes", "existing controls", "begründung", "bemerkung", "bemerkungen",
        "commentaire", "commentaires",
    ),
    "option": (
        "treatment", "treatment option", "risk treatment", "option", "behandlung", "risikobehandlung", "maßnahmenstrategie",
        "traitement", "stratégie de traitement", "tratamiento",
    ),
    "source": ("category", "risk category", "risk origin", "source", "kategorie", "risikokategorie", "catégorie", "categoría"),
    "kind": ("type", "kind", "typ", "art", "risk type"),
}  # fmt: skip
BEFORE = (
    "inherent", "initial", "gross", "current", "before", "before treatment", "brutto", "vor behandlung", "vor maßnahmen",
    "aktuell", "brut", "brute", "avant traitement", "actuel", "actuelle",
)  # fmt: skip
AFTER = (
    "residual", "net", "target", "after", "after treatment", "after mitigation", "netto", "restrisiko", "nach behandlung",
    "nach maßnahmen", "résiduel", "résiduelle", "net après traitement", "après traitement", "residuel",
)  # fmt: skip
STEPS: Mapping[str, int] = {
    word: step
    for step, words in (
        (1, (
            "very low", "negligible", "rare", "insignificant", "remote", "very unlikely", "highly unlikely", "improbable", "none to minor",
            "sehr gering", "sehr niedrig", "selten", "sehr unwahrscheinlich", "unbedeutend", "vernachlässigbar", "très faible",
            "négligeable", "très improbable", "muy bajo", "muy baja", "insignificante", "svært lav",
        )),
        (2, (
            "low", "minor", "unlikely", "marginal", "gering", "niedrig", "unwahrscheinlich", "kleiner", "faible", "mineur", "mineure",
            "peu probable", "bajo", "baja", "menor", "lav", "laag", "seldom",
        )),
        (3, (
            "medium", "moderate", "possible", "occasional", "average", "mittel", "mäßig", "moderat", "möglich", "gelegentlich", "moyen",
            "moyenne", "modéré", "modérée", "medio", "media", "moderado", "moderada", "posible", "middels", "gemiddeld",
        )),
        (4, (
            "high", "major", "likely", "significant", "serious", "probable", "hoch", "wahrscheinlich", "erheblich", "groß", "schwerwiegend",
            "élevé", "élevée", "forte", "fort", "majeur", "majeure", "important", "importante", "alto", "alta", "mayor", "høy", "hoog",
        )),
        (5, (
            "very high", "critical", "catastrophic", "severe", "extreme", "almost certain", "certain", "very likely", "highly likely",
            "frequent", "sehr hoch", "kritisch", "katastrophal", "existenzbedrohend", "fast sicher", "nahezu sicher", "sehr wahrscheinlich",
            "häufig", "très élevé", "très élevée", "critique", "catastrophique", "maximal", "quasi certain", "très probable", "muy alto",
            "muy alta", "crítico", "svært høy",
        )),
    )
    for word in words
}  # fmt: skip
MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene", "feb fév févr", "mar mär mars", "apr avr abr", "may mai", "jun juin", "jul juil", "aug août ago", "sep",
            "oct okt", "nov", "dec dez déc dic des",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
NOTHING = frozenset(
    {"--", "---", "-", "–", "—", "?", "n/a", "na", "none", "null", "undefined", "unassigned", "not set", "keine", "kein", "aucun",
     "tbd", "tbc", "to be determined", "to be defined", "offen", "à définir", "nil", "n.a.", "k.a.", "s.o.", "#n/a"}
)  # fmt: skip
NOTHING_PLAIN = frozenset({"n a", "not applicable", "not assessed", "nicht zutreffend", "sans objet", "nicht bewertet"})
TOTALS = frozenset({
    "total", "totals", "grand total", "sum", "subtotal", "summe", "gesamt", "gesamtsumme", "zwischensumme", "somme", "totale",
    "total général", "sous total", "suma", "count", "anzahl", "average", "durchschnitt", "moyenne",
})  # fmt: skip
ERRORS = frozenset(
    {"#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#bezug!", "#wert!"}
)
WORDS: Mapping[str, str] = {
    "cybersecurity risk": "security", "cybersecurity": "security", "security": "security", "sicherheit": "security", "sécurité": "security",
    "third party vendor risk": "supplier", "third party risk": "supplier", "third party": "supplier", "vendor risk": "supplier",
    "lieferant": "supplier", "fournisseur": "supplier", "legal risk": "law", "legal": "law", "compliance risk": "law", "compliance": "law",
    "regulatory": "law", "recht": "law", "juridique": "law", "technological risk": "model", "technical": "model", "technisch": "model",
    "technique": "model", "modell": "model", "modèle": "model", "operational risk": "use", "operational": "use", "operativ": "use",
    "opérationnel": "use", "strategic risk": "environment", "financial risk": "environment", "reputational risk": "environment",
    "environmental risk": "environment", "human resources risk": "people", "personal": "people", "personnel": "people",
    "data quality": "data", "privacy": "data", "data privacy": "data", "daten": "data", "données": "data", "datenschutz": "data",
    "model performance": "model", "intellectual property risk": "law", "artificial intelligence risk": "model", "safety": "use",
    "geopolitical risk": "environment",
}  # fmt: skip
OPTIONS: Mapping[str, str] = {
    **WORDS, "mitigate": "modify", "reduce": "modify", "treat": "modify", "vermindern": "modify", "reduzieren": "modify", "réduire": "modify",
    "atténuer": "modify", "accept": "retain", "accepted": "retain", "tolerate": "retain", "akzeptieren": "retain", "accepter": "retain",
    "transfer": "share", "übertragen": "share", "transférer": "share", "terminate": "avoid", "vermeiden": "avoid", "éviter": "avoid",
    "risiko": "risk", "risque": "risk", "riesgo": "risk", "threat": "risk", "chance": "opportunity", "opportunité": "opportunity",
}  # fmt: skip
# Beside the name of an option, these leave open whether it is meant.
DOUBTS = frozenset({
    "not", "no", "never", "nor", "non", "without", "unless", "except", "than", "least", "most", "was", "formerly", "previously",
    "nicht", "kein", "keine", "keinen", "nie", "ohne", "weder", "mindestens", "höchstens", "war", "vorher", "früher",
    "ne", "pas", "ni", "jamais", "sans", "aucun", "aucune", "moins", "était", "sin", "nunca", "menos", "era", "ikke", "niet",
})  # fmt: skip
SMALL = frozenset({"a", "an", "another", "in", "it", "no", "not", "of", "on", "our", "the", "with", "yes"})
"""First words of labels that name nothing by themselves."""
LISTED = frozenset({"source"})
"""Fields of choice that other programs fill with lists of categories, the main one first; none of them grades anything."""
