"""JAX in 64 bits, with compiled functions kept on disk. All modules of the engine import JAX from here."""

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

__all__ = ["cache_folder", "jax", "jnp", "lax"]
QUICK = 0.5  # seconds: what compiles faster is not worth a file


def cache_folder() -> Path | None:
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
    folder = cache_folder() if chosen is None else None
    if folder is not None:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", QUICK)


prepare()
