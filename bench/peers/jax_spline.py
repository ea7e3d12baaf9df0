"""Monotone rational-quadratic spline with linear tails, JAX (Durkan, Bekasov, Murray & Papamakarios 2019, eqs 4, 5).

The formulas are those of torch_spline.py; the bins are the middle axis here too, so that XLA can vectorise over F.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from common import BINS, MIN_BIN, MIN_DERIVATIVE, TAIL_BOUND

# softplus(0 + this) + MIN_DERIVATIVE = 1: raw zeros give the identity.
DERIVATIVE_OFFSET = math.log(math.expm1(1 - MIN_DERIVATIVE))


def rational_quadratic(x: jax.Array, raw: jax.Array) -> tuple[jax.Array, jax.Array]:
    """x [N, F] and raw [N, 3K − 1, F] to y [N, F] and log dy/dx [N, F]."""
    raw_widths, raw_heights, raw_derivatives = jnp.split(raw, (BINS, 2 * BINS), axis=1)
    knots_x = knots(raw_widths)
    knots_y = knots(raw_heights)
    inner = jax.nn.softplus(raw_derivatives + DERIVATIVE_OFFSET) + MIN_DERIVATIVE
    derivatives = jnp.pad(inner, ((0, 0), (1, 1), (0, 0)), constant_values=1.0)

    # Clipped before the search: a point outside must find a bin, or its unused branch would spoil the gradient.
    inside = jnp.abs(x) <= TAIL_BOUND
    clipped = jnp.clip(x, -TAIL_BOUND, TAIL_BOUND)
    bins = (clipped[:, None] >= knots_x[:, 1:-1]).sum(axis=1, keepdims=True)
    ends = jnp.concatenate([bins, bins + 1], axis=1)
    x0, x1 = both_ends(knots_x, ends)
    y0, y1 = both_ends(knots_y, ends)
    d0, d1 = both_ends(derivatives, ends)

    width = x1 - x0
    height = y1 - y0
    slope = height / width
    xi = (clipped - x0) / width
    rest = 1 - xi
    both = xi * rest
    denominator = slope + (d0 + d1 - 2 * slope) * both
    y = y0 + height * (slope * xi**2 + d0 * both) / denominator
    numerator = d1 * xi**2 + 2 * slope * both + d0 * rest**2
    log_derivative = 2 * (jnp.log(slope) - jnp.log(denominator)) + jnp.log(numerator)
    return jnp.where(inside, y, x), jnp.where(inside, log_derivative, 0.0)


def knots(raw: jax.Array) -> jax.Array:
    """Bin sizes [N, K, F] to knot positions [N, K + 1, F] from −B to B."""
    sizes = MIN_BIN + (1 - MIN_BIN * BINS) * jax.nn.softmax(raw, axis=1)
    inner = jnp.pad(jnp.cumsum(sizes, axis=1), ((0, 0), (1, 0), (0, 0)))
    return 2 * TAIL_BOUND * inner - TAIL_BOUND


def both_ends(table: jax.Array, ends: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The entries of a table [N, K + 1, F] at the two ends [N, 2, F] of each bin."""
    # The bins are counted from K − 1 comparisons, so they are in range and need no check.
    found = jnp.take_along_axis(table, ends, axis=1, mode="promise_in_bounds")
    return found[:, 0], found[:, 1]
