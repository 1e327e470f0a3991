"""JAX, as this package uses it: 64 bits, and what was compiled kept on disk. All modules here take it from this one."""

from __future__ import annotations

import os
from pathlib import Path

from detente.errors import QuestionError

try:
    import jax
    import jax.numpy as jnp
    from jax import lax
except ImportError as missing:
    raise QuestionError("this needs JAX, which is not installed: pip install 'detente[jax]'") from missing

__all__ = ["jax", "jnp", "kept", "lax"]
QUICK = 0.5  # seconds of compiling that are not worth a file


def kept() -> Path | None:
    """The folder where compiled functions are kept between processes; None where it cannot be written."""
    from platformdirs import user_cache_dir

    folder = Path(user_cache_dir("detente")) / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def prepare() -> None:
    """Turn 64 bits on, and the cache on disk unless a folder is set already or none can be written."""
    jax.config.update("jax_enable_x64", True)
    chosen = getattr(jax.config, "jax_compilation_cache_dir", None)
    folder = kept() if chosen is None else None
    if folder is not None:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", QUICK)


prepare()
