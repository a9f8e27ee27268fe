"""`assay demo` puts nothing invented among what is somebody's own; audits into the example company say that they go there."""

import pytest
from typer.testing import CliRunner

from assay.accounts.services import local_owner, organization_create, person_add
from assay.cli import audit as auditing
from assay.cli import demo as command
from assay.cli import programme as generating
from assay.cli.main import app
from assay.core.errors import UsageError
from assay.ledger import queries as ledger
from assay.ledger.services import integrate
from assay.registers.demo import ORGANIZATION, has_example, has_own
from assay.registers.models import Record
from assay.registers.services import record_create
from assay.studio.demo import EXAMPLES, demo_lacks, prepare
from assay.studio.models import Programme
from assay.studio.services import programme_create
from tests.command import course

pytestmark = [pytest.mark.django_db, pytest.mark.req("R18")]
real = pytest.mark.django_db(transaction=True)
SMALLEST = next(each for each in EXAMPLES if each.slug == "foundation-briefing")


@pytest.fixture
def told(now, monkeypatch, tmp_path):
    """Commands as they are typed, on the data of the test; returns (standard output, standard error)."""
    for module in (command, auditing, generating):
        monkeypatch.setattr(module, "ready", lambda data: tmp_path)
        monkeypatch.setattr(module, "utc_now", lambda: now)

    def run(*arguments):
        done = CliRunner().invoke(app, [str(each) for each in arguments], standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.stdout, done.stderr

    return run


@pytest.fixture
def small(monkeypatch):
    """The demo with its smallest programme alone."""
    monkeypatch.setattr(prepare, "EXAMPLES", (SMALLEST,))


def own_organization(now, name="Local organization"):
    return local_owner(origin="assay.test", now=now, name=name)


def a_programme(actor, now):
    programme_create(actor=actor, title="Our course", standard="iso42001", now=now)


def a_record(actor, now):
    data = {"kind": "tools", "need": "To write on.", "there": "yes"}
    record_create(actor=actor, register="resources", title="A desk", now=now, data=data)


def a_colleague(actor, now):
    home = actor.organization
    person_add(organization=home, email="bo@ours.example", name="Bo", role="contributor", by=actor, now=now)


def the_same_short_name(actor, now):
    programme_create(actor=actor, title="Our own briefing", standard="iso42001", slug="ai-literacy", now=now)


@pytest.mark.parametrize(
    "own", [a_programme, a_record, a_colleague, the_same_short_name], ids=lambda each: each.__name__.replace("_", "-")
)
def test_a_folder_with_work_of_ones_own_is_refused_and_stays_as_it_was(now, told, tmp_path, own):
    actor = own_organization(now)
    own(actor, now)
    integrate(now=now)
    size = ledger.position(actor.log)
    with pytest.raises(UsageError) as refused:
        told("demo", "--no-serve")
    assert f"{tmp_path} belongs to Local organization" in str(refused.value)
    assert "--data elsewhere" in refused.value.hint
    integrate(now=now)
    assert (ledger.position(actor.log), has_example(actor.organization)) == (size, False)


@real
def test_a_folder_that_an_earlier_demo_made_opens_and_says_what_it_has_not(now, small, told):
    actor = own_organization(now)
    out, _ = told("demo", "--no-serve")  # nothing in it: the example's programmes alone, as the earlier demo did
    left_out = (
        "This folder belongs to Local organization; the example company was not added: assay demo --data elsewhere"
    )
    assert left_out in out
    assert [each.slug for each in Programme.objects.filter(organization=actor.organization)] == [SMALLEST.slug]
    assert not Record.objects.filter(organization=actor.organization).exists()
    a_programme(actor, now)
    integrate(now=now)
    size = ledger.position(actor.log)
    assert left_out in told("demo", "--no-serve")[0]  # nothing is added any more: what is one's own does not matter
    assert ledger.position(actor.log) == size


@real
def test_a_fresh_folder_gets_the_whole_example_once_whatever_is_audited_into_it(now, small, told, tmp_path):
    out, _ = told("demo", "--no-serve")
    assert "was not added" not in out
    actor = own_organization(now)
    assert (actor.organization.name, has_example(actor.organization)) == (ORGANIZATION, True)
    assert (has_own(actor.organization), demo_lacks(actor.organization)) == (False, ())
    line = f"note: this goes into the example company, {ORGANIZATION}; --data mine keeps your own apart.\n"
    audited = told("audit", course(tmp_path / "mine", lessons=1), "--standard", "iso42001", "--json", "-")
    assert line in audited[1]
    assert line not in audited[0]
    size = ledger.position(actor.log)
    assert "was not added" not in told("demo", "--no-serve")[0]
    assert ledger.position(actor.log) == size


def test_a_programme_generated_into_the_example_says_so_before_it_begins(now, told, monkeypatch):
    organization_create(name=ORGANIZATION, slug="local", origin="assay.test", now=now)
    monkeypatch.setattr(generating, "_writer", lambda *of: (_ for _ in ()).throw(UsageError("enough seen")))
    done = CliRunner().invoke(app, ["programme", "generate"], standalone_mode=False)
    assert str(done.exception) == "enough seen"
    assert f"the example company, {ORGANIZATION}; --data mine" in done.stderr


@real
def test_nothing_is_said_of_the_example_where_it_is_not(now, told, tmp_path):
    own_organization(now, "Lantern Academy")
    out, err = told("audit", course(tmp_path / "mine", lessons=1), "--standard", "iso42001")
    assert "example" not in out + err
