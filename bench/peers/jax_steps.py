"""The parts that the two JAX peers share: one compiled call of K training steps, and the choice of the fastest form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax
import jax.numpy as jnp

from common import BATCH_POOL, Design, Timing, Trial, random_batches, time_steps

Step = Callable[[Any, jax.Array], tuple[Any, jax.Array]]


def training_trial(design: Design, step: Step, carry: Any, parameters: int, scan: int) -> Trial:
    """`step` maps (carry, batch [N, D]) to (carry, loss); with `scan` = K a call runs K of them in one `lax.scan`.

    The carry (parameters and moments) is donated: XLA updates it in place.
    """
    batches = jnp.asarray(random_batches(design))
    if scan > 1:
        rounds = -(-scan // BATCH_POOL)
        inputs = [jnp.tile(batches, (rounds, 1, 1))[:scan]]
        compiled = jax.jit(lambda carry, xs: jax.lax.scan(step, carry, xs), donate_argnums=0)
    else:
        inputs = list(batches)
        compiled = jax.jit(step, donate_argnums=0)
    # Donation deletes the buffers, so each form trains its own copy.
    state = {"carry": jax.tree.map(jnp.array, carry), "call": 0, "loss": jnp.zeros(())}

    def run() -> None:
        state["carry"], state["loss"] = compiled(state["carry"], inputs[state["call"] % len(inputs)])
        state["call"] += 1

    def finish() -> float:
        jax.block_until_ready(state["carry"])
        return float(state["loss"].ravel()[-1])

    return Trial(run, finish, parameters, scan)


def fastest(forms: Iterable[tuple[str, Trial]], seconds: float) -> tuple[str, Trial, Timing, dict[str, float]]:
    """Times every form; the name, trial and timing of the fastest, and the median of each in ms per step."""
    timed = [(name, trial, time_steps(trial, seconds)) for name, trial in forms]
    name, trial, timing = min(timed, key=lambda entry: entry[2].median_ms)
    return name, trial, timing, {name: round(timing.median_ms, 4) for name, _, timing in timed}
