"""Train the linear models of the detectors (`src/assay/detect/data/model.json`) and print honest figures for them.

Usage: python scripts/train_detect.py [--write] [--strength 0.3]     (needs scikit-learn: requirements/dev.txt)

Learned from: the training passages (one file per voice), the dev half of the labelled passages, and canaries of the
practice shelf at a small weight. The test half and the reserve shelf are never read. Figures and thresholds come from
passages held out with their whole voice (dev passages in four parts by digest of the id). What the rules say is hidden
for dev passages and canaries, because the rules were written with them in view and would look better than they are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assay.detect.canaries import generate, generate_clean, generate_comparison
from assay.detect.context import Context
from assay.detect.corpus.passages import Passage, passages_load
from assay.detect.explicit import readings, ruled_bucket
from assay.detect.lexicon import DATA
from assay.detect.model import NAMES
from assay.detect.signals import mention_signals
from assay.detect.view import View, read
from assay.detect.weighing import declared_families
from assay.detect.windows import Window, stretches, window_of

CANARY_WEIGHT = 0.03
DEV_WEIGHT = 0.7
PRACTICE_WEIGHT = 0.5
EMBEDDED_WEIGHT = 0.7
RULED_WEIGHT = 0.2  # dev passages once more, with what the rules say
LEAST = 3  # examples in which a signal must occur
FOLDS = 4
RULED = re.compile(r"(?:rule|score>|bucket|why)=")
PRECISION = 0.955
BLOCKING = 0.975
FLAGGED = 0.035
PRACTICE = frozenset(
    {"onlinecourse", "eightlanguages"}
)  # written against known mistakes: learned from, never measured with


@dataclass
class Row:
    """One example of a model: `truth` None where the label of the passage does not decide it."""

    model: str
    group: str
    passage: int
    signals: list[str]
    truth: bool | None
    weight: float = 1.0
    held: float | None = None


@dataclass
class Material:
    """All rows, and per evaluated passage its label and kind."""

    rows: list[Row] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    embedded: int = 0


def group_of(passage: Passage) -> str:
    """Return the voice of a training passage, or one of the parts of the dev half."""
    if passage.split == "train":
        return passage.voice
    return f"dev-{int(hashlib.sha256(passage.id.encode()).hexdigest(), 16) // 7 % FOLDS}"


def shown(signals: Sequence[str], *, ruled: bool) -> list[str]:
    """Return the signals, without those of the rules where these must not be trusted."""
    return list(signals) if ruled else [s for s in signals if not RULED.match(s)]


def mentions_of(view: View) -> Iterable[tuple[str, str, str, int, list[str]]]:
    """Yield family, relation, bucket of the rules, place and signals of every mention judged."""
    for part in view.passages:
        found = readings(part)
        declared = declared_families(part, found)
        for reading in found:
            for mention in reading.mentions:
                features, bucket = ruled_bucket(part, reading, mention, found, declared)
                signals = mention_signals(part, reading, mention, features, bucket)
                yield mention.family, view.relation(mention.family), bucket, mention.start, signals


def add_passage(material: Material, passage: Passage) -> None:
    """Add the rows of a labelled passage."""
    index, group = len(material.passages), group_of(passage)
    material.passages.append(passage)
    material.groups.append(group)
    view = read(passage.text, Context(passage.standard, frozenset(passage.companions), passage.artefact, passage.lang))
    ruled = passage.split == "train"
    weight = PRACTICE_WEIGHT if group in PRACTICE else 1.0 if ruled else DEV_WEIGHT
    for family, relation, bucket, _, signals in mentions_of(view):
        kept = shown(signals, ruled=ruled)
        governs, structure = truths(passage, family, relation, bucket)
        if relation != "set":
            material.rows.append(Row("governs", group, index, kept, governs, weight))
        material.rows.append(Row("structure", group, index, kept, structure, weight))
        if not ruled and relation != "set":
            material.rows.append(Row("governs", "dev-ruled", -1, signals, governs, RULED_WEIGHT))
    truth = None if passage.kind == "explicit" else passage.label == "A"
    for part in view.passages:
        window = window_of(part, part.passage.start, part.passage.end)
        if window is None:
            continue
        material.rows.append(Row("passage", group, index, shown(window.signals, ruled=True), truth, weight))
        windows = [window_of(part, left, right, lead=lead) for left, right, lead in stretches(part)]
        add_stretches(material, group, index, [w for w in windows if w is not None], truth, weight)


def add_embedded(material: Material, passage: Passage, hosts: Sequence[Passage], rng: random.Random) -> None:
    """Add a passage once more, as one paragraph of a longer artefact about the programme's own standard.

    Drift in real artefacts stands among clean text; what is around it must neither excuse nor accuse it. Hosts are
    clean passages of the same voice, so that holding a voice out holds its artefacts out.
    """
    before = [h.text for h in rng.sample(hosts, min(len(hosts), rng.randint(1, 3)))]
    after = [h.text for h in rng.sample(hosts, min(len(hosts), rng.randint(0, 2)))]
    head = "\n\n".join(before) + "\n\n"
    text = head + passage.text + "".join("\n\n" + part for part in after)
    start, end, group = len(head), len(head) + len(passage.text), group_of(passage)
    view = read(text, Context(passage.standard, frozenset(passage.companions), passage.artefact, passage.lang))
    ruled = passage.split == "train"
    for family, relation, bucket, at, signals in mentions_of(view):
        if start <= at < end:
            kept = shown(signals, ruled=ruled)
            governs, _ = truths(passage, family, relation, bucket)
            if relation != "set":
                material.rows.append(Row("governs", group, -2 - 2 * material.embedded, kept, governs, EMBEDDED_WEIGHT))
    truth = None if passage.kind == "explicit" else passage.label == "A"
    key = -2 - 2 * material.embedded
    material.embedded += 1
    for part in view.passages:
        inside = []
        for left, right, lead in stretches(part):
            window = window_of(part, left, right, lead=lead)
            if window is not None and start <= left < end:
                inside.append(window)
            elif window is not None:
                material.rows.append(Row("sentence", group, key - 1, list(window.signals), False, EMBEDDED_WEIGHT))
        add_stretches(material, group, key, inside, truth, EMBEDDED_WEIGHT)


def add_stretches(
    material: Material, group: str, key: int, windows: Sequence[Window], truth: bool | None, weight: float
) -> None:
    """Add the stretches of a passage: where it drifts, the heaviest one and those nearly as heavy are examples of it."""
    most = max((w.mass for w in windows), default=0)
    for window in windows:
        of_part = truth if not truth or window.mass * 3 >= most * 2 else None
        material.rows.append(Row("sentence", group, key, list(window.signals), of_part, weight))


def add_hosted(material: Material) -> None:
    """Embed every passage among clean passages on the same standard and of the same voice or part."""
    rng = random.Random(7)  # noqa: S311 - which host stands beside which passage, no secret
    clean: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passage, group in zip(material.passages, material.groups, strict=True):
        if passage.label == "NONE" and passage.kind == "none" and passage.lang == "en" and not passage.companions:
            clean[group, passage.standard].append(passage)
    for passage, group in zip(list(material.passages), list(material.groups), strict=True):
        hosts = [h for h in clean[group, passage.standard] if h is not passage]
        if len(hosts) >= 3 and passage.lang == "en" and len(passage.text) < 900:
            add_embedded(material, passage, hosts, rng)


def truths(passage: Passage, family: str, relation: str, bucket: str) -> tuple[bool | None, bool | None]:
    """Return whether a mention of `family` governs and whether it is structure, None where the label leaves it open."""
    governs: bool | None = False
    if passage.label == "A" and family in passage.families:
        sure = passage.kind == "explicit" and relation != "set" and (family == passage.families[0] or bucket == "A")
        governs = True if sure else None
    return governs, {"B": True, "C": None if bucket == "B" else False}.get(passage.label)


def add_canaries(material: Material) -> None:
    """Add practice canaries: the planted sentence is drift, everything else in the artefact is not."""
    for slug in sorted({passage.artefact for passage in material.passages}):
        for kind in ("explicit", "implicit", "ai-wrapped", "case-mismatch"):
            for planted in generate(kind, slug, 16, 31):
                _add_canary(material, read(planted.text, planted.context), planted.start, planted.end, kind)
        for honest in (*generate_clean(slug, 12, 31), *generate_comparison(slug, 20, 31)):
            _add_canary(material, read(honest.text, honest.context), honest.start, honest.end, honest.source)


def _add_canary(material: Material, view: View, start: int, end: int, kind: str) -> None:
    def add(model: str, signals: Sequence[str], truth: bool) -> None:
        material.rows.append(Row(model, "canaries", -1, shown(signals, ruled=False), truth, CANARY_WEIGHT))

    for _, relation, _, at, signals in mentions_of(view):
        inside = start <= at < end
        if relation != "set":
            add("governs", signals, inside and kind == "explicit")
        if inside and kind in ("comparative", "structural"):
            add("structure", signals, kind == "structural")
    drifts = kind in ("implicit", "ai-wrapped", "case-mismatch")
    for part in view.passages:
        window = window_of(part, part.passage.start, part.passage.end)
        if window is not None and kind in ("clean", "comparative", "structural"):
            add("passage", window.signals, False)
        for left, right, lead in stretches(part):
            seen = window_of(part, left, right, lead=lead)
            inside = left < end and start < right
            if seen is not None and not (inside and kind == "explicit"):
                add("sentence", seen.signals, inside and drifts)


@dataclass
class Fitted:
    """A model as trained: weights per signal and the base."""

    bias: float
    weights: dict[str, float]

    def score(self, signals: Iterable[str]) -> float:
        return self.bias + sum(self.weights.get(s, 0.0) for s in signals)


def fit(rows: Sequence[Row], strength: float) -> Fitted:
    """Fit a ridge logistic regression on the rows whose truth is known."""
    known = [row for row in rows if row.truth is not None]
    counts: Counter[str] = Counter(s for row in known for s in row.signals)
    names = {s: i for i, s in enumerate(sorted(s for s, n in counts.items() if n >= LEAST))}
    ends, places = [0], []
    for row in known:
        places += [names[s] for s in row.signals if s in names]
        ends.append(len(places))
    matrix = csr_matrix((np.ones(len(places)), places, ends), shape=(len(known), len(names)))
    truth, weight = [row.truth for row in known], [row.weight for row in known]
    found = LogisticRegression(C=strength, max_iter=500).fit(matrix, truth, sample_weight=weight)
    return Fitted(float(found.intercept_[0]), {s: float(found.coef_[0][i]) for s, i in names.items()})


Scores = dict[str, dict[int, list[float]]]


def held_out(material: Material, strength: float) -> Scores:
    """Return, per model and passage, the scores given by models that never saw the passage's voice."""
    scores: Scores = {name: defaultdict(list) for name in NAMES}
    for group in sorted(set(material.groups)):
        for name in NAMES:
            rows = [row for row in material.rows if row.model == name]
            leave = {group, "dev-ruled"} if group.startswith("dev-") else {group}
            fitted = fit([row for row in rows if row.group not in leave], strength)
            for row in rows:
                if row.group == group:
                    row.held = fitted.score(row.signals)
        print(".", end="", flush=True)
    for row in material.rows:
        if row.held is not None:
            scores[row.model][row.passage].append(row.held)
    return scores


Accept = dict[str, float]


def label_of(scores: Scores, index: int, accept: Accept) -> str:
    """Return the label that the models give a passage (borrowed concepts and own faults apart)."""
    for name in ("governs", "passage", "sentence"):
        if any(s >= accept[name] for s in scores[name].get(index, ())):
            return "A"
    told = scores["structure"].get(index)
    if not told:
        return "NONE"
    return "B" if min(told) >= accept["structure"] else "C"


def figures(material: Material, scores: Scores, accept: Accept, chosen: Callable[[str], bool]) -> dict[str, float]:
    """Return precision, recall and F1 of A, macro-F1, the share of C flagged, and recall per kind, over some groups."""
    pairs = [
        (p.label, label_of(scores, i, accept), p.kind)
        for i, p in enumerate(material.passages)
        if chosen(material.groups[i])
    ]
    out: dict[str, float] = {"n": len(pairs)}
    f1 = []
    for label in ("A", "B", "C", "NONE"):
        both = sum(t == s == label for t, s, _ in pairs)
        given, present = sum(s == label for _, s, _ in pairs), sum(t == label for t, _, _ in pairs)
        f1.append(2 * both / max(1, given + present))
        out[f"F1 {label}"] = f1[-1]
        if label == "A":
            out["precision"], out["recall"] = both / max(1, given), both / max(1, present)
    out["macro"] = sum(f1) / 4
    for label in ("C", "NONE"):
        flagged = [s == "A" for t, s, _ in pairs if t == label]
        out[f"flagged {label}"] = sum(flagged) / max(1, len(flagged))
    for kind in ("explicit", "implicit", "ai-wrapped", "case-mismatch"):
        found = [s == "A" for _, s, k in pairs if k == kind]
        out[kind] = sum(found) / max(1, len(found))
    return out


def unseen(group: str) -> bool:
    """Whether a group's passages say how good the models are: voices that were not written against known mistakes."""
    return not group.startswith("dev-") and group not in PRACTICE


def thresholds(material: Material, scores: Scores) -> Accept:
    """Return the scores from which each model says yes: best F1 of A among those that keep precision and few C flagged."""

    best: tuple[float, Accept] = (-1.0, {})
    for governs in (x / 100 for x in range(20, 201, 20)):
        for passage in (x / 100 for x in range(0, 241, 20)):
            for sentence in (1.4, 1.8, 2.2, 2.6):
                accept = {"governs": governs, "passage": passage, "sentence": sentence, "structure": 0.0}
                got = figures(material, scores, accept, unseen)
                penalty = 4 * max(0.0, PRECISION - got["precision"]) + 2 * max(0.0, got["flagged C"] - FLAGGED)
                if got["F1 A"] - penalty > best[0]:
                    best = (got["F1 A"] - penalty, accept)
    chosen = best[1]
    borders = (-0.4, -0.2, 0.0, 0.2, 0.4)  # near the natural border: further out, unusual voices decide for all
    tried = {x: figures(material, scores, {**chosen, "structure": x}, unseen)["macro"] for x in borders}
    return {**chosen, "structure": max(tried, key=lambda x: tried[x])}


def calibration(material: Material, scores: dict[int, list[float]], name: str) -> tuple[int, int, float]:
    """Return slope and shift (hundredths) of the logistic from score to truth, and the score that may block."""
    pairs = []
    for index, given in scores.items():
        if index < 0:
            continue
        passage = material.passages[index]
        if not unseen(material.groups[index]):
            continue
        if name == "structure":
            truth = passage.label == "B"
        elif name == "governs":
            truth = passage.kind == "explicit"
        else:
            truth = passage.label == "A"
        pairs.append((max(given), truth))
    x = np.array([[score] for score, _ in pairs])
    fitted = LogisticRegression(C=10.0).fit(x, [truth for _, truth in pairs])
    ordered = sorted(pairs, reverse=True)
    block, right = ordered[0][0] + 1, 0
    for count, (score, truth) in enumerate(ordered, start=1):
        right += truth
        if count >= 30 and right / count >= BLOCKING:
            block = score
    return round(100 * float(fitted.coef_[0][0])), round(100 * float(fitted.intercept_[0])), block


def written(material: Material, scores: Scores, accept: Accept, strength: float) -> dict[str, object]:
    """Return the content of model.json: all models fitted on everything, with thresholds from held-out scores."""
    models = {}
    for name in NAMES:
        fitted = fit([row for row in material.rows if row.model == name], strength)
        slope, shift, block = calibration(material, scores[name], name)
        weights = {s: round(100 * w) for s, w in sorted(fitted.weights.items()) if abs(w) >= 0.025}
        models[name] = {
            "bias": round(100 * fitted.bias), "accept": round(100 * accept[name]), "doubt": round(100 * accept[name]) - 12,
            "block": max(round(100 * block), round(100 * accept[name])), "slope": slope, "shift": shift,
            "extra": 0 if name == "structure" else EXTRA[name], "weights": weights,
        }  # fmt: skip
    about = "Made by scripts/train_detect.py; do not edit. Hundredths of a logit per signal; see detect/model.py."
    return {"about": about, "models": models}


EXTRA = {"governs": 40, "passage": 100, "sentence": 160}


def embedded(material: Material, scores: Scores, accept: Accept) -> None:
    """Print how much of what stands among clean text is found, and how much of it wrongly."""
    truth: dict[tuple[str, int], bool] = {}
    for row in material.rows:
        if row.passage < -1 and row.truth is not None:
            truth[row.model, row.passage] = row.truth or truth.get((row.model, row.passage), False)
    for name in ("governs", "sentence"):
        for wanted in (True, False):
            of = [max(scores[name][k]) for (model, k), true in truth.items() if model == name and true is wanted]
            hits = sum(score >= accept[name] for score in of)
            print(
                f"embedded {name} {'found' if wanted else 'wrong'} {hits} of {len(of)} ({hits / max(1, len(of)):.3f})"
            )


def show(title: str, got: dict[str, float]) -> None:
    """Print one line of figures."""
    print(f"{title:<16}" + "  ".join(f"{k} {v:.3f}" if k != "n" else f"n {v:.0f}" for k, v in got.items()))


def prepared() -> Material:
    """Return the rows of all passages and practice canaries that models may learn from."""
    material = Material()
    for passage in (*passages_load("dev"), *passages_load("train")):
        add_passage(material, passage)
    add_hosted(material)
    add_canaries(material)
    return material


def model_text(material: Material, strength: float) -> str:
    """Return the text of model.json made from `material`; the same material gives the same text."""
    scores = held_out(material, strength)
    return text_of(written(material, scores, thresholds(material, scores), strength))


def text_of(content: dict[str, object]) -> str:
    """Return the content of model.json as its text, one weight per line."""
    return json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True).replace('": ', '":') + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--strength", type=float, default=0.3)
    options = parser.parse_args()
    material = prepared()
    scores = held_out(material, options.strength)
    accept = thresholds(material, scores)
    print(f"{len(material.passages)} passages, {len(material.rows)} rows; accepted from", accept)
    for group in sorted({g.split("-")[0] if g.startswith("dev") else g for g in material.groups}):
        show(group, figures(material, scores, accept, lambda g, group=group: g == group or g.startswith(f"{group}-")))
    show("unseen voices", figures(material, scores, accept, unseen))
    embedded(material, scores, accept)
    other = {g for g, p in zip(material.groups, material.passages, strict=True) if p.lang != "en"}
    english = "unseen English"
    show(english, figures(material, scores, accept, lambda g: unseen(g) and g not in other))
    show("all", figures(material, scores, accept, lambda g: True))
    if options.write:
        text = text_of(written(material, scores, accept, options.strength))
        (DATA / "model.json").write_text(text, "utf-8")
        print(f"written: {len(text) // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
