"""Imports bring a programme to its source: entries for what changed, nothing for what did not, whole after any stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assay.core.errors import InvalidInput, NotFound, NotPermitted, UsageError
from assay.ledger import queries as ledger
from assay.ledger import services as ledger_services
from assay.studio.governance import CURRENT
from assay.studio.models import Artefact, Programme
from assay.studio.queries import access_artefact, access_programme, artefact_list, artefact_search, artefact_versions
from assay.studio.services import artefact_put, programme_create, programme_import, programme_update

COURSE = {
    "m1.md": (
        "# Module 1\n\n**Learning objectives**:\n- Know\n\n## Scope\n\nThe scope says what is inside.\n\n"
        "## Quiz\n\n1. Why?\n"
    ),
    "brief.md": "# Assignment brief\n\nPlan one audit of an AI system.\n",
    "unit.html": "<h1>Unit</h1>\n<p>Impact on people</p>\n\n<p>comes first.</p>\n",
    "README.md": "# About these files\n\nNothing to learn.\n",
}


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "lead-auditor"
    folder.mkdir()
    for name, text in COURSE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def bring(actor, path, now, **given):
    return programme_import(actor=actor, path=path, now=now, **({"standard": "iso42001"} | given))


def kinds(actor, now):
    ledger_services.integrate(log=actor.log, now=now)
    entries = ledger.entry_list(log=actor.log, limit=500).entries
    return sorted(entry.kind for entry in entries if entry.kind.split(".")[0] in ("programme", "artefact"))


@pytest.mark.req("P-05")
def test_an_import_makes_the_programme_and_its_artefacts(ben, course, now):
    summary = bring(ben, course, now, companions=["ISO/IEC 27001"])
    assert (summary.added, summary.changed, summary.removed, summary.unchanged, summary.files) == (6, 0, 0, 0, 4)
    assert dict(summary.by_pathway) == {
        "assignment-brief": 1, "lesson": 2, "lesson-quiz": 1, "outline": 1, "unmapped": 1,
    }  # fmt: skip
    programme = access_programme(actor=ben, slug="lead-auditor")
    assert (programme.standard, programme.companions) == ("iso42001", ["iso27001"])
    rows = {row.title: row for row in artefact_list(programme)}
    assert (rows["Quiz"].source_path, rows["Quiz"].source_line, rows["Quiz"].pathway) == ("m1.md", 10, 6)
    assert rows["Unit"].source_line_of(5) == 4
    assert rows["About these files"].pathway_slug == "unmapped"
    assert all(row.is_legacy for row in rows.values())


@pytest.mark.req("P-05")
def test_a_second_import_changes_and_appends_nothing(ben, course, now):
    bring(ben, course, now)
    before = kinds(ben, now), list(Artefact.objects.values()), list(Programme.objects.values())
    summary = bring(ben, course, now)
    assert (summary.added, summary.changed, summary.removed, summary.unchanged, summary.batches) == (0, 0, 0, 6, 0)
    assert (kinds(ben, now), list(Artefact.objects.values()), list(Programme.objects.values())) == before
    assert before[0] == ["artefact.imported", "programme.created", "programme.imported"]


def test_a_change_makes_a_version_and_leaves_the_others_alone(ben, course, now):
    bring(ben, course, now)
    (course / "brief.md").write_text("# Assignment brief\n\nPlan two audits of an AI system.\n", encoding="utf-8")
    summary = bring(ben, course, now)
    assert (summary.changed, summary.unchanged) == (1, 5)
    row = Artefact.objects.get(source_path="brief.md")
    assert row.version == 2
    assert [(old.version, "one audit" in old.text) for old in artefact_versions(row)] == [(1, True)]
    assert Artefact.objects.exclude(version=1).count() == 1


def test_a_line_that_moved_is_followed_without_a_new_version(ben, course, now):
    bring(ben, course, now)
    text = COURSE["m1.md"].replace("- Know\n", "- Know\n- Do\n")
    (course / "m1.md").write_text(text, encoding="utf-8")
    bring(ben, course, now)
    quiz = Artefact.objects.get(title="Quiz")
    assert (quiz.source_line, quiz.version) == (11, 1)


def test_what_is_gone_is_marked_keeps_its_text_and_can_come_back(ben, course, now):
    bring(ben, course, now)
    (course / "brief.md").unlink()
    assert bring(ben, course, now).removed == 1
    row = Artefact.objects.get(source_path="brief.md")
    assert row.removed_at == now
    assert "one audit" in row.text
    assert row not in artefact_list(row.programme)
    (course / "brief.md").write_text(COURSE["brief.md"], encoding="utf-8")
    assert bring(ben, course, now).changed == 1
    row.refresh_from_db()
    assert (row.removed_at, row.version) == (None, 2)
    assert kinds(ben, now).count("artefact.removed") == 1


def test_nothing_is_written_when_one_file_is_bad(ben, course, now):
    (course / "zz.md").write_bytes(b"ok \xff")
    with pytest.raises(InvalidInput, match=r"zz\.md"):
        bring(ben, course, now)
    assert not Programme.objects.exists()


def test_large_imports_go_in_batches_of_one_entry_each(ben, tmp_path, now):
    text = "# Lesson\n\nIntro.\n" + "".join(f"\n## Part {number}\n\nWords {number}.\n" for number in range(1100))
    (tmp_path / "long.md").write_text(text, encoding="utf-8")
    seen = []
    summary = bring(
        ben, tmp_path, now, title="Long", slug="long", progress=lambda step: seen.append((step.done, step.total))
    )
    assert (summary.added, summary.batches) == (1101, 3)
    assert seen == [(512, 1101), (1024, 1101), (1101, 1101)]
    assert kinds(ben, now).count("artefact.imported") == 3


def test_the_entry_of_an_import_commits_to_each_row(ben, course, now):
    bring(ben, course, now)
    ledger_services.integrate(log=ben.log, now=now)
    entry = next(each for each in ledger.entry_list(log=ben.log, limit=50).entries if each.kind == "artefact.imported")
    assert set(Artefact.objects.values_list("event_id", flat=True)) == {entry.event}


def test_a_standard_must_be_named_and_known(ben, course, now):
    with pytest.raises(UsageError, match="not said which standard"):
        bring(ben, course, now, standard="")
    with pytest.raises(UsageError, match="No standard is known as 'iso99'"):
        bring(ben, course, now, standard="iso99")
    assert not Programme.objects.exists()
    (course / "assay-mapping.yaml").write_text("standard: nist_ai_rmf\ntitle: Framework\n", encoding="utf-8")
    assert bring(ben, course, now, standard="").programme.standard == "nist_ai_rmf"


def test_other_particulars_are_followed_with_an_entry(ben, course, now):
    programme = bring(ben, course, now).programme
    assert not programme_update(actor=ben, programme=programme, title=programme.title, now=now)
    bring(ben, course, now, title="Another title", companions=["iso27001"])
    programme.refresh_from_db()
    assert (programme.title, programme.companions) == ("Another title", ["iso27001"])
    assert kinds(ben, now).count("programme.changed") == 1


STAMPED = {
    "key": "week-1/brief",
    "title": "Brief",
    "text": "Audit the scoring model of a bank.",
    "generation_meta": {
        "route": "assignment_brief",
        "governance_version": CURRENT.version,
        "at": "2026-11-01T08:00:00+00:00",
    },
    "provenance": {"directive": CURRENT.digest},
}


@pytest.mark.req("R32", "R10")
def test_a_stamped_artefact_keeps_its_stamp_and_legacy_is_computed(ben, now):
    programme = programme_create(actor=ben, title="P", standard="iso42001", now=now)
    artefact, changed = artefact_put(actor=ben, programme=programme, stamped=STAMPED, now=now)
    assert changed
    assert (artefact.pathway, artefact.route, artefact.is_legacy) == (13, "assignment_brief", False)
    assert artefact.generation_meta == STAMPED["generation_meta"]
    assert artefact_put(actor=ben, programme=programme, stamped=STAMPED, now=now) == (artefact, False)
    older = STAMPED | {"generation_meta": STAMPED["generation_meta"] | {"governance_version": "gv0"}}
    artefact, changed = artefact_put(actor=ben, programme=programme, stamped=older, now=now)
    assert (changed, artefact.is_legacy, artefact.version) == (True, True, 2)
    assert kinds(ben, now).count("artefact.accepted") == 2


def test_html_through_the_api_is_kept_as_its_words(ben, now):
    programme = programme_create(actor=ben, title="P", standard="iso42001", now=now)
    stamped = {"key": "a", "title": "A", "pathway": 4, "media_type": "text/html",
               "text": "<p>One</p>\n<script>steal()</script>\n<p>two <b>three</b></p>"}  # fmt: skip
    artefact, _ = artefact_put(actor=ben, programme=programme, stamped=stamped, now=now)
    assert artefact.text.split() == ["One", "two", "three"]
    assert artefact.source_line_of(3) == 3


def test_roles_that_may_not_write_change_nothing(asha, chen, course, now):
    programme = programme_create(actor=asha, title="P", standard="iso42001", now=now)
    for act in (
        lambda: bring(chen, course, now),
        lambda: programme_create(actor=chen, title="Q", standard="iso42001", now=now),
        lambda: programme_update(actor=chen, programme=programme, title="Q", now=now),
        lambda: artefact_put(actor=chen, programme=programme, stamped=STAMPED, now=now),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert Programme.objects.count() == 1
    assert not Artefact.objects.exists()


def test_an_outsider_sees_and_changes_nothing(ben, dora, course, now):
    programme = bring(ben, course, now).programme
    artefact = Artefact.objects.first()
    with pytest.raises(NotFound):
        access_programme(actor=dora, slug=programme.slug)
    for asked in (artefact.pk, str(artefact.pk), "no-id"):
        with pytest.raises(NotFound):
            access_artefact(actor=dora, artefact_id=asked)
    with pytest.raises(NotFound):
        artefact_put(actor=dora, programme=programme, stamped=STAMPED, now=now)
    with pytest.raises(NotFound):
        programme_update(actor=dora, programme=programme, title="Mine", now=now)
    assert not artefact_search(actor=dora, words="audit").exists()
    assert bring(dora, course, now).programme.pk != programme.pk


def test_a_search_finds_all_words_in_any_case(ben, course, now):
    bring(ben, course, now)
    assert [row.title for row in artefact_search(actor=ben, words="PLAN audit")] == ["Assignment brief"]
    assert not artefact_search(actor=ben, words="plan nothing").exists()
    assert not artefact_search(actor=ben, words=" ").exists()


def test_a_list_of_artefacts_takes_one_statement(ben, course, now, django_assert_num_queries):
    programme = bring(ben, course, now).programme
    with django_assert_num_queries(1):
        assert [(row.pathway_slug, row.is_legacy) for row in artefact_list(programme)]


KILLED = """
import os, sys, datetime, pathlib
os.environ["ASSAY_DATA"] = sys.argv[1]
from assay.config import boot
boot.setup(data=pathlib.Path(sys.argv[1]), create=True)
from django.core.management import call_command
call_command("migrate", verbosity=0)
from assay.accounts.services import local_owner
from assay.studio.services import programme_import
now = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.timezone.utc)
actor = local_owner(origin="assay.test", now=now)
print("ready", flush=True)
done = programme_import(actor=actor, path=pathlib.Path(sys.argv[2]), standard="iso42001", now=now)
print(done.added, done.changed, done.unchanged, flush=True)
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_whole_batches_and_the_next_run_completes(tmp_path):
    rounds = int(os.environ.get("ASSAY_KILLS", "10"))
    course = tmp_path / "course"
    course.mkdir()
    for file in range(40):
        parts = "".join(f"\n## Part {number}\n\nWords {file} {number}.\n" for number in range(100))
        (course / f"lesson-{file:02}.md").write_text(f"# Lesson {file}\n\nIntro.\n{parts}", encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ASSAY_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    command = [sys.executable, "-c", KILLED]

    def run(data: Path) -> tuple[int, ...]:
        done = subprocess.run([*command, data, course], env=environment, capture_output=True, text=True, check=True)
        return tuple(map(int, done.stdout.splitlines()[1].split()))

    caught = set()
    for number in range(rounds):
        data = tmp_path / f"data-{number}"
        process = subprocess.Popen([*command, data, course], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1 + 1.4 * number / rounds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        added, changed, unchanged = run(data)
        assert (changed, added + unchanged) == (0, 40 * 101)
        assert unchanged in (*range(0, 4040, 512), 4040)
        assert run(data) == (0, 0, 4040)
        caught.add(unchanged)
    assert caught - {0, 4040}, "no kill fell into the import"
