"""nflows: its own coupling transforms, composed and trained as its examples do.

What differs from the common design, because it is how nflows is built:
- The affine coupling bounds its scale as sigmoid(raw + 2) + 0.001, not as exp(2·tanh(raw/2)).
- The affine coupling starts from PyTorch's default initialisation, not from the identity.
- Halves are picked with an index vector and written back with one, layer by layer.
- The conditioner is nflows' own MLP, so widths and depth are exact. Its forward takes no context argument while the
  coupling always passes one, hence the adapter. (Its ResidualNet, the usual choice, has a third hidden matrix.)
- The spline computes only the points inside the tail bound, by boolean masks, and divides the raw widths and heights
  by the square root of the hidden width.
"""

from __future__ import annotations

from common import BINS, COUPLINGS, TAIL_BOUND, Design, parse_arguments, report, require, time_steps, versions_of

arguments = parse_arguments(__doc__.splitlines()[0])
torch, _, _ = require("torch", "nflows", "numpy")

from nflows.distributions.normal import StandardNormal  # noqa: E402 (after the check that the packages are there)
from nflows.flows.base import Flow  # noqa: E402
from nflows.nn.nets import MLP  # noqa: E402
from nflows.transforms.base import CompositeTransform, Transform  # noqa: E402
from nflows.transforms.coupling import (  # noqa: E402
    AffineCouplingTransform,
    PiecewiseRationalQuadraticCouplingTransform,
)
from torch_steps import training_trial, use_threads  # noqa: E402


class Conditioner(torch.nn.Module):
    """nflows' MLP with the call that nflows' couplings make; `hidden_features` is read by the spline coupling."""

    def __init__(self, inputs: int, outputs: int, hidden: int) -> None:
        super().__init__()
        self.hidden_features = hidden
        self.net = MLP([inputs], [outputs], [hidden, hidden])

    def forward(self, inputs: torch.Tensor, context: torch.Tensor | None = None) -> torch.Tensor:
        return self.net(inputs)


def coupling(design: Design, index: int) -> Transform:
    # A positive entry marks a feature that is transformed: the second half first, then the first half.
    mask = [1 if (feature < design.half) == (index % 2 == 1) else 0 for feature in range(design.dim)]

    def conditioner(inputs: int, outputs: int) -> Conditioner:
        return Conditioner(inputs, outputs, design.hidden)

    if design.spline:
        return PiecewiseRationalQuadraticCouplingTransform(
            mask, conditioner, num_bins=BINS, tails="linear", tail_bound=TAIL_BOUND
        )
    return AffineCouplingTransform(mask, conditioner)


def main() -> None:
    use_threads(arguments.threads)
    for design in arguments.designs:
        transform = CompositeTransform([coupling(design, index) for index in range(COUPLINGS)])
        flow = Flow(transform, StandardNormal([design.dim]))
        trial = training_trial(design, flow, lambda x, flow=flow: -flow.log_prob(x).mean())
        timing = time_steps(trial, arguments.seconds)
        report("nflows", design, timing, trial, versions_of("nflows", "torch", "numpy"))


main()
