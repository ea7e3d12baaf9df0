"""zuko: its own coupling and autoregressive transformations with its affine and rational-quadratic univariate maps.

What differs from the common design, because it is how zuko is built:
- The log-scale is softly clipped as raw / (1 + |raw / log 0.001|), not as 2·tanh(raw/2), and the raw bin sizes and
  derivatives of the spline likewise; derivatives are exponentials, not softplus.
- Flows start from PyTorch's default initialisation, not from the identity.
- Halves are picked with an index vector and written back with one, layer by layer.
Masks are alternating halves as in the common design (zuko.flows.RealNVP itself alternates checkered masks), and the
spline's bound of 5 and 8 bins are zuko's defaults.
"""

from __future__ import annotations

from common import (
    AUTOREGRESSIVE_DESIGNS,
    AUTOREGRESSIVE_LAYERS,
    BINS,
    COUPLINGS,
    DESIGNS,
    TAIL_BOUND,
    Design,
    parse_arguments,
    report,
    require,
    time_steps,
    versions_of,
)

arguments = parse_arguments(__doc__.splitlines()[0], designs=DESIGNS | AUTOREGRESSIVE_DESIGNS)
torch, _, _ = require("torch", "zuko", "numpy")

from functools import partial  # noqa: E402 (after the check that the packages are there)

from zuko.distributions import DiagNormal  # noqa: E402
from zuko.flows.autoregressive import MaskedAutoregressiveTransform  # noqa: E402
from zuko.flows.coupling import GeneralCouplingTransform  # noqa: E402
from zuko.lazy import Flow, UnconditionalDistribution  # noqa: E402
from zuko.transforms import MonotonicRQSTransform  # noqa: E402

from torch_steps import training_trial, use_threads  # noqa: E402


def univariate(design: Design) -> dict[str, object]:
    """The scalar map with the shapes of its parameters; affine where nothing is said."""
    if not design.spline:
        return {}
    return {
        "univariate": partial(MonotonicRQSTransform, bound=TAIL_BOUND),
        "shapes": [(BINS,), (BINS,), (BINS - 1,)],
    }


def autoregressive(design: Design, index: int) -> MaskedAutoregressiveTransform:
    natural = torch.arange(design.dim)
    return MaskedAutoregressiveTransform(
        design.dim,
        order=natural if index % 2 == 0 else natural.flip(0),
        hidden_features=(design.hidden, design.hidden),
        **univariate(design),
    )


def coupling(design: Design, index: int) -> GeneralCouplingTransform:
    # True marks a feature that is kept and feeds the conditioner: the first half first, then the second half.
    mask = torch.arange(design.dim) < design.half
    return GeneralCouplingTransform(
        design.dim,
        mask=mask if index % 2 == 0 else ~mask,
        hidden_features=(design.hidden, design.hidden),
        **univariate(design),
    )


def main() -> None:
    use_threads(arguments.threads)
    for design in arguments.designs:
        base = UnconditionalDistribution(
            DiagNormal, loc=torch.zeros(design.dim), scale=torch.ones(design.dim), buffer=True
        )
        layer, count = (autoregressive, AUTOREGRESSIVE_LAYERS) if design.autoregressive else (coupling, COUPLINGS)
        flow = Flow([layer(design, index) for index in range(count)], base)
        trial = training_trial(design, flow, lambda x, flow=flow: -flow().log_prob(x).mean())
        timing = time_steps(trial, arguments.seconds)
        report("zuko", design, timing, trial, versions_of("zuko", "torch", "numpy"))


main()
