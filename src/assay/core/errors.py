"""The one tree of errors.

AssayError                   code              HTTP   exit
├── InvalidInput             invalid-input     422    1     what was given cannot be what it says it is
├── UsageError               usage             400    2     the command or request is put wrongly
├── NotFound                 not-found         404    1     absent, or not yours: the two look the same
├── NotPermitted             not-permitted     403    1     seen, but this actor may not do this
├── Conflict                 conflict          409    1     true a moment ago, not any more
├── IntegrityBroken          integrity-broken  500    1     evidence does not add up: stop writing, call a person
└── Unavailable              unavailable       503    1     something needed does not answer; try again

A message says what happened, to which thing, and what is known; the hint says what to do. Facts are attributes.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AssayError(Exception):
    """Base of every error that the product raises on purpose.

    `facts` become attributes of the error, so that a caller reads `error.path` and never parses a message. A fact
    may not be named like an attribute that exceptions have already.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    hint: str
    facts: dict[str, Any]

    def __init__(self, message: str, *, hint: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.hint = hint
        self.facts = facts
        for name, value in facts.items():
            if hasattr(type(self), name):
                raise TypeError(f"{name!r} is taken and cannot be a fact of {type(self).__name__}")
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Facts that were not given do not exist; the type checker is told that any may."""
        raise AttributeError(name)


class InvalidInput(AssayError):
    """What was given cannot be what it says it is: a malformed file, a float in canonical data, a made-up verdict."""

    code = "invalid-input"
    http_status = 422


class UsageError(AssayError):
    """The command line or request is put wrongly; nothing was tried."""

    code = "usage"
    http_status = 400
    exit_code = 2


class NotFound(AssayError):
    """The thing is absent, or belongs to somebody else; an outsider cannot tell which."""

    code = "not-found"
    http_status = 404

    def __init__(self, thing: str, key: object, *, hint: str = "", **facts: Any) -> None:
        super().__init__(f"No {thing} is known under {str(key)!r}.", hint=hint, thing=thing, key=key, **facts)


class NotPermitted(AssayError):
    """The actor may see the thing but not do this with it."""

    code = "not-permitted"
    http_status = 403

    def __init__(self, message: str = "This act is not permitted to you.", *, hint: str = "", **facts: Any) -> None:
        super().__init__(message, hint=hint, **facts)


class Conflict(AssayError):
    """The act was right for an earlier state of the thing and is not for the present one."""

    code = "conflict"
    http_status = 409


class IntegrityBroken(AssayError):
    """Evidence does not add up: a proof, signature or digest does not match. Fatal: stop writing and call a person."""

    code = "integrity-broken"
    http_status = 500


class Unavailable(AssayError):
    """Something that is needed does not answer now."""

    code = "unavailable"
    http_status = 503
