"""Keys that lie elsewhere: in a token behind PKCS#11 (SoftHSM), with a program, behind a service."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from assay.core.errors import Conflict, IntegrityBroken, Unavailable, UsageError
from assay.core.note import VerifierKey, parse_checkpoint, verify_checkpoint
from assay.ledger import folder, live, queries, services, signing
from assay.ledger.keys import holding, remote
from assay.ledger.startup import startup_check
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = [pytest.mark.django_db, pytest.mark.req("L-06")]
PROGRAM = Path(__file__).with_name("signer_program.py")
LIBRARIES = [Path(each) for each in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")]
PIN = "48151623"
Use = Callable[..., None]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """`use(place, secret)`: the next key is made there. A data folder of its own."""
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path)
    monkeypatch.setattr("assay.ledger.startup.POSTGRESQL_NEEDS", {})
    monkeypatch.setattr(remote, "SECONDS", 0.8)

    def used(place: str, secret: str = "") -> None:
        monkeypatch.setattr(settings, "ASSAY", replace(settings.ASSAY, signer=place, signer_secret=secret))

    yield used
    holding.holders_forget()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The folder of a signing program, which keeps its keys there."""
    place = tmp_path / "signer"
    place.mkdir()
    return place


def place_of(program: Path) -> str:
    return f"exec:{sys.executable} {PROGRAM} {program}"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a fresh token of SoftHSM. Its library reads its settings once, so there is one for the module."""
    pytest.importorskip("pkcs11", reason="the extra assay[pkcs11] is not installed")
    library = next((each for each in LIBRARIES if each.is_file()), None)
    if library is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (Debian: apt install softhsm2)")
    place = tmp_path_factory.mktemp("softhsm")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    making = ["softhsm2-util", "--init-token", "--free", "--label", "assay test", "--pin", PIN, "--so-pin", "5005"]
    subprocess.run(making, check=True, capture_output=True)
    return f"pkcs11:token=assay%20test?module-path={library}"


def opened(now: datetime) -> VerifierKey:
    """A log of 8 entries, whose newest checkpoint verifies; its key."""
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(5, now)
    services.integrate(log=LOG, now=now)
    key = VerifierKey.parse(queries.vkeys(LOG)[-1])
    assert verify_checkpoint(queries.checkpoint_latest(LOG).note, [key], origin=ORIGIN).size == 8
    assert live.verify_live().differences == ()
    assert startup_check() == 1
    return key


def test_a_token_signs_and_its_key_never_leaves_it(use: Use, token: str, now: datetime) -> None:
    use(token, PIN)
    key = opened(now)
    text = folder.key_file().read_text()
    assert "PRIVATE" not in text
    reference = holding.Reference.parse(text)
    assert reference is not None
    assert reference.public == key.public
    assert signing.key_places()[0].place == f"{token} as {reference.name}"


def test_a_token_keeps_its_key_to_itself(use: Use, token: str, now: datetime) -> None:
    import pkcs11  # noqa: PLC0415 — an extra

    use(token, PIN)
    opened(now)
    name = holding.Reference.parse(folder.key_file().read_text()).name  # type: ignore[union-attr]
    holding.holders_forget()
    library = pkcs11.lib(token.partition("module-path=")[2])
    with library.get_token(token_label="assay test").open(user_pin=PIN) as session:
        held = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=name)
        assert (held[pkcs11.Attribute.SENSITIVE], held[pkcs11.Attribute.EXTRACTABLE]) == (True, False)


def test_another_process_signs_with_the_same_token(use: Use, token: str, now: datetime) -> None:
    use(token, PIN)
    key = opened(now)
    child = os.fork()
    if child == 0:
        try:
            key.verify(b"from the child", signing.key_load().sign(b"from the child"))
        except Exception:  # noqa: BLE001 — whatever it was, the parent sees that it failed
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_token_that_lost_its_session_is_opened_again(use: Use, token: str, now: datetime) -> None:
    use(token, PIN)
    opened(now)
    holding.holder_of(token)._session.close()  # type: ignore[attr-defined]
    fill(1, now)
    assert services.integrate(log=LOG, now=now) == 1


def test_a_wrong_pin_signs_nothing_and_says_so(use: Use, token: str, now: datetime) -> None:
    use(token, "1234567")
    with pytest.raises(Unavailable, match="PinIncorrect"):
        services.log_open(log=LOG, origin=ORIGIN, now=now)
    assert not folder.key_file().exists()


def test_a_key_moves_from_its_file_into_a_token_by_one_change(use: Use, token: str, now: datetime) -> None:
    use("file")
    old = opened(now)
    use(token, PIN)
    services.key_rotate(now=now)
    both = queries.checkpoint_latest(LOG).note
    assert len(parse_checkpoint(both)[1].signatures) == 2
    services.key_retire(now=now)
    assert b"PRIVATE" not in b"".join(each.read_bytes() for each in folder.data_folder().glob("*.pem"))
    new = VerifierKey.parse(queries.vkeys(LOG)[-1])
    alone = queries.checkpoint_latest(LOG).note
    assert verify_checkpoint(alone, [new], origin=ORIGIN).size == 10
    with pytest.raises(IntegrityBroken):
        verify_checkpoint(alone, [old], origin=ORIGIN)
    assert live.verify_live().differences == ()


def test_a_program_signs(use: Use, program: Path, now: datetime) -> None:
    use(place_of(program))
    opened(now)
    assert len(list(program.iterdir())) == 1
    with pytest.raises(Conflict):
        services.key_create(now=now)


def test_a_program_that_ended_is_started_again(use: Use, program: Path, now: datetime) -> None:
    use(place_of(program))
    opened(now)
    (program / "mood").write_text("die-once")
    fill(1, now)
    assert services.integrate(log=LOG, now=now) == 1


@pytest.mark.parametrize("mood", ["refuse", "garbage", "hang"])
def test_what_a_program_does_not_sign_waits_and_is_not_lost(use: Use, program: Path, now: datetime, mood: str) -> None:
    use(place_of(program))
    opened(now)
    (program / "mood").write_text(mood)
    fill(3, now)
    with pytest.raises(Unavailable):
        services.integrate(log=LOG, now=now)
    assert (queries.position(LOG), queries.pending_count(LOG)) == (8, 3)
    (program / "mood").unlink()
    assert services.integrate(log=LOG, now=now) == 3


def test_a_signature_by_another_key_is_never_published(use: Use, program: Path, now: datetime) -> None:
    use(place_of(program))
    opened(now)
    (program / "mood").write_text("other-key")
    fill(1, now)
    with pytest.raises(IntegrityBroken, match="did not sign with the key"):
        services.integrate(log=LOG, now=now)
    assert queries.checkpoint_latest(LOG).size == 8


def test_a_program_that_is_not_there_is_named_as_the_reason(use: Use, now: datetime) -> None:
    use("exec:/nowhere/signer")
    with pytest.raises(Unavailable, match="/nowhere/signer"):
        services.log_open(log=LOG, origin=ORIGIN, now=now)


@pytest.fixture
def service(program: Path) -> Iterator[str]:
    """The address of a signing service in a process of its own."""
    command = [sys.executable, str(PROGRAM), str(program), "--http", "s3cret"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    yield f"http://127.0.0.1:{running.stdout.readline().strip()}/"
    running.terminate()
    running.wait(timeout=10)
    running.stdout.close()


def test_a_service_signs_for_who_shows_the_secret(use: Use, service: str, now: datetime) -> None:
    use(service, "guess")
    with pytest.raises(Unavailable, match="who are you"):
        services.log_open(log=LOG, origin=ORIGIN, now=now)
    use(service, "s3cret")
    opened(now)


def test_a_service_that_is_gone_stops_signing_and_nothing_else(use: Use, service: str, now: datetime) -> None:
    use(service, "s3cret")
    opened(now)
    use("http://127.0.0.1:9/", "s3cret")
    services.integrate(now=now)
    with pytest.raises(Unavailable):
        services.key_rotate(now=now)
    assert signing.key_places()[0].place.startswith(service)


def test_an_address_without_token_is_refused_with_its_form(use: Use, now: datetime) -> None:
    pytest.importorskip("pkcs11", reason="the extra assay[pkcs11] is not installed")
    use("pkcs11:object=x?module-path=/lib.so")
    with pytest.raises(UsageError, match="names no token"):
        services.log_open(log=LOG, origin=ORIGIN, now=now)


def test_a_damaged_reference_is_named() -> None:
    with pytest.raises(Exception, match="reference to a signing key"):
        holding.Reference.parse(f"{holding.BEGIN}\nbm90IGpzb24=\n{holding.END}\n")
