"""One tree of errors: codes are stable and apart, facts are attributes, absent and forbidden look the same."""

import pytest

from assay.core import errors
from assay.core.errors import AssayError, InvalidInput, NotFound, NotPermitted

CLASSES = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, AssayError)]


def test_codes_differ_and_are_kebab_case() -> None:
    codes = [each.code for each in CLASSES]
    assert len(set(codes)) == len(codes)
    assert all(code.replace("-", "").islower() for code in codes)


@pytest.mark.parametrize("each", CLASSES)
def test_every_error_is_drawn_in_the_tree(each: type[AssayError]) -> None:
    assert each.__name__ in (errors.__doc__ or "")
    assert 400 <= each.http_status < 600
    assert each.exit_code in (1, 2)


def test_message_hint_and_facts_are_kept_apart() -> None:
    error = InvalidInput("The file is not a catalog.", hint="Give a catalog.", path="a.yaml", line=3)
    assert (str(error), error.hint, error.path, error.line) == (
        "The file is not a catalog.",
        "Give a catalog.",
        "a.yaml",
        3,
    )
    assert error.facts == {"path": "a.yaml", "line": 3}
    with pytest.raises(AttributeError):
        _ = error.column


def test_a_fact_may_not_hide_what_errors_have() -> None:
    with pytest.raises(TypeError):
        InvalidInput("No.", code="other")


def test_not_found_names_the_thing_and_the_key() -> None:
    assert str(NotFound("programme", "aims-1")) == "No programme is known under 'aims-1'."
    assert NotPermitted().http_status == 403
