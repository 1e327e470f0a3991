"""Bounds that a process sets on itself before it reads what may be hostile."""

from __future__ import annotations

from contextlib import suppress


def limit_process(seconds: int, memory: int) -> None:
    """Let this process use so many seconds of processor time and bytes of memory at most, and write no file.

    Where the system has no such limits, or refuses one, the caller's own time limit still applies.
    """
    try:
        import resource
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0)):
        hard = resource.getrlimit(limit)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
