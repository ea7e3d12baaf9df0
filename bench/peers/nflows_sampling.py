"""nflows: sampling from its autoregressive flows, which takes one pass of the network for every feature.

The flows are those of nflows_peer.py, as they are when new. A line's `median_ms` is for `samples` points at once.
"""

from __future__ import annotations

import statistics
import time

from common import AUTOREGRESSIVE_DESIGNS, Timing, Trial, parse_arguments, report, require, versions_of

# One call of a spline flow can take half a minute.
LEAST_CALLS = 3

arguments = parse_arguments(
    __doc__.splitlines()[0],
    lambda parser: parser.add_argument("--count", type=int, default=1000, help="points of one call (default 1000)"),
    designs=AUTOREGRESSIVE_DESIGNS,
)
torch, _, _ = require("torch", "nflows", "numpy")

from nflows_flows import flow_of  # noqa: E402 (after the check that the packages are there)
from torch_steps import parameter_count, use_threads  # noqa: E402


def main() -> None:
    use_threads(arguments.threads)
    for design in arguments.designs:
        flow = flow_of(design).eval()
        calls: list[float] = []
        with torch.no_grad():
            flow.sample(arguments.count)
            began = time.perf_counter()
            while time.perf_counter() - began < arguments.seconds or len(calls) < LEAST_CALLS:
                start = time.perf_counter()
                drawn = flow.sample(arguments.count)
                calls.append(1e3 * (time.perf_counter() - start))
            loss = float(-flow.log_prob(drawn).mean())
        tenths = statistics.quantiles(calls, n=10, method="inclusive")
        timing = Timing(statistics.median(calls), tenths[0], tenths[8], len(calls), loss)
        trial = Trial(lambda: None, lambda loss=loss: loss, parameter_count(flow))
        report("nflows", design, timing, trial, versions_of("nflows", "torch", "numpy"), samples=arguments.count)


main()
