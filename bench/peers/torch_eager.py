"""Hand-written eager PyTorch: the RealNVP and the spline coupling flow as a careful user would write them.

Affine coupling (Dinh, Sohl-Dickstein & Bengio 2017, eq. 4): z_b = x_b · exp(s) + t with (t, raw) = net(x_a) and
s = 2 · tanh(raw / 2), log|det| = Σ s. The halves stay two tensors from the first layer to the last: alternation swaps
their names, so nothing is concatenated or indexed. The last layer of every conditioner starts at zero.
"""

from __future__ import annotations

import math

from common import COUPLINGS, Design, parse_arguments, report, require, time_steps, versions_of

arguments = parse_arguments(
    __doc__.splitlines()[0],
    lambda parser: (
        parser.add_argument("--fused", action="store_true", help="Adam with its fused CPU kernel"),
        parser.add_argument("--foreach", action="store_true", help="Adam with multi-tensor operators"),
        parser.add_argument("--compile", action="store_true", help="compile the loss with torch.compile (needs g++)"),
    ),
)
torch, _ = require("torch", "numpy")

from torch_spline import rational_quadratic  # noqa: E402 (after the check that PyTorch is there)
from torch_steps import training_trial, use_threads  # noqa: E402

Tensor = torch.Tensor
nn = torch.nn


class Coupling(nn.Module):
    """Maps the pair (kept, changed), each [N, D/2], to the changed half and its log-determinant [N, D/2]."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.half = design.half
        self.net = nn.Sequential(
            nn.Linear(design.half, design.hidden),
            nn.ReLU(),
            nn.Linear(design.hidden, design.hidden),
            nn.ReLU(),
            nn.Linear(design.hidden, design.half * design.raw_per_feature),
        )
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)


class AffineCoupling(Coupling):
    def forward(self, kept: Tensor, changed: Tensor) -> tuple[Tensor, Tensor]:
        shift, raw = self.net(kept).chunk(2, dim=1)
        log_scale = 2 * torch.tanh(raw / 2)
        return torch.addcmul(shift, changed, log_scale.exp()), log_scale


class SplineCoupling(Coupling):
    def forward(self, kept: Tensor, changed: Tensor) -> tuple[Tensor, Tensor]:
        return rational_quadratic(changed, self.net(kept).unflatten(1, (-1, self.half)))


class Flow(nn.Module):
    def __init__(self, design: Design) -> None:
        super().__init__()
        coupling = SplineCoupling if design.spline else AffineCoupling
        self.couplings = nn.ModuleList(coupling(design) for _ in range(COUPLINGS))
        self.constant = 0.5 * design.dim * math.log(2 * math.pi)

    def forward(self, x: Tensor) -> Tensor:
        """Mean negative log-likelihood of the rows of x [N, D], nats."""
        kept, changed = x.chunk(2, dim=1)
        total = 0.0
        for coupling in self.couplings:
            changed, log_det = coupling(kept, changed)
            total = total + log_det
            kept, changed = changed, kept
        squares = kept.square() + changed.square()
        return (0.5 * squares - total).sum() / x.shape[0] + self.constant


def main() -> None:
    use_threads(arguments.threads)
    adam = {name: True for name in ("fused", "foreach") if getattr(arguments, name)}
    peer = "-".join(["torch-compile" if arguments.compile else "torch-eager", *adam])
    for design in arguments.designs:
        flow = Flow(design)
        loss_of = torch.compile(flow) if arguments.compile else flow
        trial = training_trial(design, flow, loss_of, **adam)
        timing = time_steps(trial, arguments.seconds)
        report(peer, design, timing, trial, versions_of("torch", "numpy"))


main()
