"""nflows: its own coupling and autoregressive transforms, composed and trained as its examples do.

What differs from the common design, because it is how nflows is built:
- The affine coupling bounds its scale as sigmoid(raw + 2) + 0.001, not as exp(2·tanh(raw/2)).
- The affine coupling starts from PyTorch's default initialisation, not from the identity.
- Halves are picked with an index vector and written back with one, layer by layer.
- Autoregressive layers take nflows' MADE without residual blocks and with one block, which has as many weights as two
  hidden layers (nflows puts no activation behind the first one), and a ReversePermutation between them.
- The conditioner of couplings is nflows' own MLP, so widths and depth are exact. Its forward takes no context argument while the
  coupling always passes one, hence the adapter. (Its ResidualNet, the usual choice, has a third hidden matrix.)
- The spline computes only the points inside the tail bound, by boolean masks, and divides the raw widths and heights
  by the square root of the hidden width.
"""

from __future__ import annotations

from common import (
    AUTOREGRESSIVE_DESIGNS,
    DESIGNS,
    parse_arguments,
    report,
    require,
    time_steps,
    versions_of,
)

arguments = parse_arguments(__doc__.splitlines()[0], designs=DESIGNS | AUTOREGRESSIVE_DESIGNS)
torch, _, _ = require("torch", "nflows", "numpy")

from nflows_flows import flow_of  # noqa: E402 (after the check that the packages are there)
from torch_steps import training_trial, use_threads  # noqa: E402


def main() -> None:
    use_threads(arguments.threads)
    for design in arguments.designs:
        flow = flow_of(design)
        trial = training_trial(design, flow, lambda x, flow=flow: -flow.log_prob(x).mean())
        timing = time_steps(trial, arguments.seconds)
        report("nflows", design, timing, trial, versions_of("nflows", "torch", "numpy"))


main()
