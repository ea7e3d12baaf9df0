"""flowjax: its own coupling flow and its own training step.

The step is timed in two forms, and the faster is reported with the medians of both under "forms":
- "step": flowjax.train.train_utils.step, the jitted step that its training loops call;
- "scan K": the same loss and optimiser in one donated `lax.scan` over K batches (`--scan`, default 16; 1: left out).

What differs from the common design, because it is how flowjax is built:
- The 8 layers are one `Scan` over stacked parameters, and each works on one event under `vmap`.
- For D > 2 a random fixed permutation stands between the layers instead of alternating halves; for D = 2 it is a flip.
- Initialisation is equinox's, not the identity.
- The spline also learns the two derivatives at the ends of its interval: 3K + 1 numbers per feature, not 3K − 1.
The affine map is flowjax's `Affine` with its scale parametrised as exp(2·tanh(raw/2)).
"""

from __future__ import annotations

from common import BINS, COUPLINGS, LEARNING_RATE, TAIL_BOUND, Design, Trial
from common import parse_arguments, random_batches, report, require, versions_of

arguments = parse_arguments(
    __doc__.splitlines()[0],
    lambda parser: parser.add_argument("--scan", type=int, default=16, help="steps per call in the scanned form"),
)
jax, jnp, equinox, optax, paramax, _, _ = require("jax", "jax.numpy", "equinox", "optax", "paramax", "flowjax", "numpy")

from flowjax.bijections import AbstractBijection, Affine, RationalQuadraticSpline  # noqa: E402
from flowjax.distributions import StandardNormal, Transformed  # noqa: E402
from flowjax.flows import coupling_flow  # noqa: E402
from flowjax.train.losses import MaximumLikelihoodLoss  # noqa: E402
from flowjax.train.train_utils import step as flowjax_step  # noqa: E402
from jax_steps import fastest, training_trial  # noqa: E402


def transformer(design: Design) -> AbstractBijection:
    if design.spline:
        # `knots` counts the inner knots: one fewer than the bins.
        return RationalQuadraticSpline(knots=BINS - 1, interval=TAIL_BOUND)
    scale = paramax.Parameterize(lambda raw: jnp.exp(2 * jnp.tanh(raw / 2)), jnp.zeros(()))
    return equinox.tree_at(lambda affine: affine.scale, Affine(), replace=scale)


def build(design: Design) -> Transformed:
    return coupling_flow(
        jax.random.key(0),
        base_dist=StandardNormal((design.dim,)),
        transformer=transformer(design),
        flow_layers=COUPLINGS,
        nn_width=design.hidden,
        nn_depth=2,
    )


def library_trial(design: Design, parameters, static, count: int) -> Trial:
    """flowjax's own step, called as `fit_to_data` calls it."""
    optimizer = optax.adam(LEARNING_RATE)
    batches = [jnp.asarray(batch) for batch in random_batches(design)]
    state = {"parameters": parameters, "moments": optimizer.init(parameters), "call": 0, "loss": jnp.zeros(())}
    loss = MaximumLikelihoodLoss()

    def run() -> None:
        state["parameters"], state["moments"], state["loss"] = flowjax_step(
            state["parameters"],
            static,
            batches[state["call"] % len(batches)],
            optimizer=optimizer,
            opt_state=state["moments"],
            loss_fn=loss,
        )
        state["call"] += 1

    def finish() -> float:
        jax.block_until_ready(state["parameters"])
        return float(state["loss"])

    return Trial(run, finish, count)


def scanned_trial(design: Design, parameters, static, count: int, scan: int) -> Trial:
    optimizer = optax.adam(LEARNING_RATE)
    loss_of = MaximumLikelihoodLoss()

    def step(carry, x):
        current, moments = carry
        loss, gradient = equinox.filter_value_and_grad(loss_of)(current, static, x)
        updates, moments = optimizer.update(gradient, moments, current)
        return (equinox.apply_updates(current, updates), moments), loss

    return training_trial(design, step, (parameters, optimizer.init(parameters)), count, scan)


def main() -> None:
    for design in arguments.designs:
        parameters, static = equinox.partition(
            build(design), equinox.is_inexact_array, is_leaf=lambda leaf: isinstance(leaf, paramax.NonTrainable)
        )
        count = sum(leaf.size for leaf in jax.tree.leaves(parameters))
        forms = [("step", library_trial(design, parameters, static, count))]
        if arguments.scan > 1:
            forms.append((f"scan {arguments.scan}", scanned_trial(design, parameters, static, count, arguments.scan)))
        name, trial, timing, medians = fastest(forms, arguments.seconds)
        versions = versions_of("flowjax", "equinox", "jax", "jaxlib", "optax", "numpy")
        report("flowjax", design, timing, trial, versions, form=name, forms=medians)


main()
