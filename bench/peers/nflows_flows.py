"""The flows of nflows that its peers time; needs torch and nflows."""

from __future__ import annotations

import torch
from nflows.distributions.normal import StandardNormal
from nflows.flows.base import Flow
from nflows.nn.nets import MLP
from nflows.transforms.autoregressive import (
    MaskedAffineAutoregressiveTransform,
    MaskedPiecewiseRationalQuadraticAutoregressiveTransform,
)
from nflows.transforms.base import CompositeTransform, Transform
from nflows.transforms.coupling import AffineCouplingTransform, PiecewiseRationalQuadraticCouplingTransform
from nflows.transforms.permutations import ReversePermutation

from common import AUTOREGRESSIVE_LAYERS, BINS, COUPLINGS, TAIL_BOUND, Design


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


def autoregressive(design: Design) -> Transform:
    network = {
        "features": design.dim,
        "hidden_features": design.hidden,
        "num_blocks": 1,
        "use_residual_blocks": False,
    }
    if design.spline:
        return MaskedPiecewiseRationalQuadraticAutoregressiveTransform(
            num_bins=BINS, tails="linear", tail_bound=TAIL_BOUND, **network
        )
    return MaskedAffineAutoregressiveTransform(**network)


def transforms(design: Design) -> list[Transform]:
    if not design.autoregressive:
        return [coupling(design, index) for index in range(COUPLINGS)]
    layers = [autoregressive(design) for _ in range(AUTOREGRESSIVE_LAYERS)]
    return [part for layer in layers for part in (layer, ReversePermutation(design.dim))][:-1]


def flow_of(design: Design) -> Flow:
    """The design on a standard normal base, as a flow that is trained and sampled from."""
    return Flow(CompositeTransform(transforms(design)), StandardNormal([design.dim]))
