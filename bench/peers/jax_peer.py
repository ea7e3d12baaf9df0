"""Hand-written JAX: one jitted training step, on XLA's CPU backend.

The flow is that of torch_eager.py. The whole step (loss, gradient, Adam of optax) is one compiled function whose
parameters and moments are donated, so that they are updated in place. It is timed in three forms, and the fastest is
reported with the medians of all three under "forms":
- "step": one call per step;
- "scan K": K steps in one call, a `lax.scan` over K batches (`--scan`, default 16; 1 leaves the scans out);
- "scan K, flat Adam": the same, with optimiser state and update on one flat vector (`optax.flatten`).

Threads: XLA sizes its pool from the processors it may use, and NPROC; both are set before it is loaded (common.py).
"""

from __future__ import annotations

import math

from common import COUPLINGS, LEARNING_RATE, Design, parse_arguments, report, require, versions_of

arguments = parse_arguments(
    __doc__.splitlines()[0],
    lambda parser: parser.add_argument("--scan", type=int, default=16, help="steps per call in the scanned forms"),
)
jax, jnp, optax, numpy = require("jax", "jax.numpy", "optax", "numpy")

from jax_spline import rational_quadratic  # noqa: E402 (after the check that JAX is there)
from jax_steps import fastest, training_trial  # noqa: E402

Array = jax.Array
Parameters = list[list[tuple[Array, Array]]]


def initial_parameters(design: Design) -> Parameters:
    """Weights [in, out] and biases [out] of every conditioner, uniform in ±1/√in as PyTorch's; the last layer zero."""
    generator = numpy.random.default_rng(0)

    def linear(inputs: int, outputs: int, bound: float) -> tuple[Array, Array]:
        weight = generator.uniform(-bound, bound, (inputs, outputs)).astype(numpy.float32)
        bias = generator.uniform(-bound, bound, outputs).astype(numpy.float32)
        return jnp.asarray(weight), jnp.asarray(bias)

    def conditioner() -> list[tuple[Array, Array]]:
        return [
            linear(design.half, design.hidden, design.half**-0.5),
            linear(design.hidden, design.hidden, design.hidden**-0.5),
            linear(design.hidden, design.half * design.raw_per_feature, 0.0),
        ]

    return [conditioner() for _ in range(COUPLINGS)]


def condition(layers: list[tuple[Array, Array]], x: Array) -> Array:
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def couple(design: Design, raw: Array, changed: Array) -> tuple[Array, Array]:
    """The conditioner's output and the changed half [N, D/2] to the new half and its log-determinant [N, D/2]."""
    if design.spline:
        return rational_quadratic(changed, raw.reshape(-1, design.raw_per_feature, design.half))
    shift, raw_scale = jnp.split(raw, 2, axis=1)
    log_scale = 2 * jnp.tanh(raw_scale / 2)
    return changed * jnp.exp(log_scale) + shift, log_scale


def loss_of(design: Design, parameters: Parameters, x: Array) -> Array:
    """Mean negative log-likelihood of the rows of x [N, D], nats."""
    kept, changed = jnp.split(x, 2, axis=1)
    total = jnp.zeros_like(kept)
    for layers in parameters:
        changed, log_det = couple(design, condition(layers, kept), changed)
        total = total + log_det
        kept, changed = changed, kept
    energy = 0.5 * (kept**2 + changed**2) - total
    return energy.sum() / x.shape[0] + 0.5 * design.dim * math.log(2 * math.pi)


def forms(design: Design, parameters: Parameters, count: int, scan: int):
    """Yields the name and the trial of every form."""
    tree_adam = optax.adam(LEARNING_RATE)
    choices = [("step", tree_adam, 1)]
    if scan > 1:
        choices += [(f"scan {scan}", tree_adam, scan), (f"scan {scan}, flat Adam", optax.flatten(tree_adam), scan)]
    for name, optimizer, steps in choices:

        def step(carry, x, optimizer=optimizer):
            current, moments = carry
            loss, gradient = jax.value_and_grad(lambda p: loss_of(design, p, x))(current)
            updates, moments = optimizer.update(gradient, moments, current)
            return (optax.apply_updates(current, updates), moments), loss

        yield name, training_trial(design, step, (parameters, optimizer.init(parameters)), count, steps)


def main() -> None:
    for design in arguments.designs:
        parameters = initial_parameters(design)
        count = sum(leaf.size for leaf in jax.tree.leaves(parameters))
        name, trial, timing, medians = fastest(forms(design, parameters, count, arguments.scan), arguments.seconds)
        versions = versions_of("jax", "jaxlib", "optax", "numpy")
        report("jax", design, timing, trial, versions, form=name, forms=medians)


main()
