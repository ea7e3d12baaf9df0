"""Monotone rational-quadratic spline with linear tails, PyTorch (Durkan, Bekasov, Murray & Papamakarios 2019, §3.1).

For x in bin k with ξ = (x − x_k)/w_k, slope s_k = h_k/w_k and knot derivatives δ:
  y = y_k + h_k (s ξ² + δ_k ξ(1−ξ)) / (s + (δ_k + δ_{k+1} − 2s) ξ(1−ξ))                              (eq. 4)
  dy/dx = s² (δ_{k+1} ξ² + 2s ξ(1−ξ) + δ_k (1−ξ)²) / (s + (δ_k + δ_{k+1} − 2s) ξ(1−ξ))²              (eq. 5)
Outside [−B, B] the map is the identity, to which the end derivatives of 1 join smoothly.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from common import BINS, MIN_BIN, MIN_DERIVATIVE, TAIL_BOUND

# softplus(0 + this) + MIN_DERIVATIVE = 1: raw zeros give the identity.
DERIVATIVE_OFFSET = math.log(math.expm1(1 - MIN_DERIVATIVE))


def rational_quadratic(x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
    """x [N, F] and raw [N, 3K − 1, F] to y [N, F] and log dy/dx [N, F].

    The bins are the middle axis: a softmax over 8 adjacent numbers cannot be vectorised, one over 8 rows of F can, and
    the whole spline takes half the time at F = 32.
    """
    raw_widths, raw_heights, raw_derivatives = raw.split((BINS, BINS, BINS - 1), dim=1)
    knots_x = knots(raw_widths)
    knots_y = knots(raw_heights)
    inner = functional.softplus(raw_derivatives + DERIVATIVE_OFFSET) + MIN_DERIVATIVE
    derivatives = functional.pad(inner, (0, 0, 1, 1), value=1.0)

    # Clipped before the search: a point outside must find a bin, or its unused branch would spoil the gradient.
    inside = x.abs() <= TAIL_BOUND
    clipped = x.clamp(-TAIL_BOUND, TAIL_BOUND)
    # Only the inner knots are compared, so the bin is within 0 … K − 1 by construction.
    bins = (clipped.unsqueeze(1) >= knots_x[:, 1:-1].detach()).sum(dim=1, keepdim=True)

    # One gather per table: both ends of the bin at once.
    ends = torch.cat((bins, bins + 1), dim=1)
    x0, x1 = knots_x.gather(1, ends).unbind(1)
    y0, y1 = knots_y.gather(1, ends).unbind(1)
    d0, d1 = derivatives.gather(1, ends).unbind(1)

    width = x1 - x0
    height = y1 - y0
    slope = height / width
    xi = (clipped - x0) / width
    rest = 1 - xi
    both = xi * rest
    denominator = slope + (d0 + d1 - 2 * slope) * both
    y = y0 + height * (slope * xi.square() + d0 * both) / denominator
    numerator = d1 * xi.square() + 2 * slope * both + d0 * rest.square()
    log_derivative = 2 * (slope.log() - denominator.log()) + numerator.log()
    return torch.where(inside, y, x), torch.where(inside, log_derivative, 0.0)


def knots(raw: Tensor) -> Tensor:
    """Bin sizes [N, K, F] to knot positions [N, K + 1, F] from −B to B."""
    sizes = MIN_BIN + (1 - MIN_BIN * BINS) * torch.softmax(raw, dim=1)
    inner = functional.pad(sizes.cumsum(dim=1), (0, 0, 1, 0))
    return 2 * TAIL_BOUND * inner - TAIL_BOUND
