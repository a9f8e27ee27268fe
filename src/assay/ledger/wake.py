"""Who is told that entries wait: the integrators of this process."""

import threading
from collections.abc import Callable

_lock = threading.Lock()
_wakers: tuple[Callable[[], None], ...] = ()


def listen(waker: Callable[[], None]) -> None:
    """Have `waker` called after each commit that accepted an entry. It must return at once."""
    global _wakers
    with _lock:
        _wakers = (*_wakers, waker)


def forget(waker: Callable[[], None]) -> None:
    """Undo `listen`."""
    global _wakers
    with _lock:
        _wakers = tuple(known for known in _wakers if known != waker)


def someone_listens() -> bool:
    """Whether any integrator runs in this process."""
    return bool(_wakers)


def wake() -> None:
    """Call every waker."""
    for waker in _wakers:
        waker()
