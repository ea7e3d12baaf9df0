"""The matrix products of a step and nothing else, by PyTorch into memory that is there already: the least time that
a step can take whose products are done one after the other in float32.

Of every linear map x W: the product itself, the gradient of W, xᵀ g, and that of x, g Wᵀ (not for the flow's first
map, whose x are the data). Masked maps are taken whole, as the peers do: `gflop` counts them so.
"""

from __future__ import annotations

from common import (
    AUTOREGRESSIVE_DESIGNS,
    AUTOREGRESSIVE_LAYERS,
    COUPLINGS,
    DESIGNS,
    Design,
    Trial,
    parse_arguments,
    report,
    require,
    time_steps,
    versions_of,
)

arguments = parse_arguments(__doc__.splitlines()[0], designs={**DESIGNS, **AUTOREGRESSIVE_DESIGNS})
torch, _ = require("torch", "numpy")


def widths_of(design: Design) -> tuple[int, ...]:
    """Widths between the linear maps of one conditioner."""
    taken, moved = (design.dim, design.dim) if design.autoregressive else (design.half, design.half)
    return (taken, design.hidden, design.hidden, moved * design.raw_per_feature)


def products_of(design: Design):
    """Pairs of factors with the memory of their product, in the order of a step."""
    layers = AUTOREGRESSIVE_LAYERS if design.autoregressive else COUPLINGS
    widths = widths_of(design)
    forward, backward = [], []
    for layer in range(layers):
        for k, (rows, columns) in enumerate(zip(widths, widths[1:])):
            x, w = torch.randn(design.batch, rows), torch.randn(rows, columns)
            g = torch.randn(design.batch, columns)
            forward.append((x, w, torch.empty(design.batch, columns)))
            backward.append((x.t(), g, torch.empty(rows, columns)))
            if layer > 0 or k > 0:
                backward.append((g, w.t(), torch.empty(design.batch, rows)))
    return forward + backward[::-1]


def trial_of(design: Design) -> Trial:
    products = products_of(design)

    def run() -> None:
        with torch.inference_mode():
            for a, b, out in products:
                torch.mm(a, b, out=out)

    parameters = sum(out.numel() for a, b, out in products if out.shape[0] != design.batch)
    return Trial(run, lambda: 0.0, parameters)


torch.set_num_threads(arguments.threads)
for chosen in arguments.designs:
    trial = trial_of(chosen)
    operations = sum(2 * a.shape[0] * a.shape[1] * b.shape[1] for a, b, _ in products_of(chosen))
    timing = time_steps(trial, arguments.seconds)
    rate = round(operations / timing.median_ms / 1e6, 1)
    more = {"gflop": round(operations / 1e9, 3), "gflop_per_second": rate}
    report("products alone", chosen, timing, trial, versions_of("torch"), **more)
