"""What the peers of the benchmark share: the designs, the command line, the thread pinning and the timing loop.

A peer times one Adam step of maximum likelihood on random data: forward pass, gradient and update, on a batch [N, D]
of standard normal float32 rows. It prints one JSON line per design and exits with 3 where its package is absent.

This module imports nothing but the standard library, because the thread limits must be set before numpy, PyTorch or
XLA are loaded: they read them once.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

COUPLINGS = 8
BINS = 8
TAIL_BOUND = 5.0
MIN_BIN = 1e-3
MIN_DERIVATIVE = 1e-3
LEARNING_RATE = 1e-3
EXIT_ABSENT = 3

# Enough distinct batches that no step sees the data of the one before, few enough to stay in the cache of every peer.
BATCH_POOL = 16
# A block is timed as a whole: long enough that the clock and a device synchronisation cost nothing against it.
BLOCK_SECONDS = 0.05
WARM_UP_SECONDS = 1.0
WARM_UP_STEPS = 5
MIN_BLOCKS = 5

# Processes that wanted a processor in the last minute, before this one did: far from 0, the timings mean little.
LOAD_BEFORE = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


@dataclass(frozen=True)
class Design:
    """One flow to train: couplings or autoregressive layers over `dim` features, two hidden layers in each network."""

    name: str
    dim: int
    hidden: int
    batch: int
    spline: bool
    # 5 masked autoregressive layers instead of the couplings.
    autoregressive: bool = False

    @property
    def half(self) -> int:
        return self.dim // 2

    @property
    def raw_per_feature(self) -> int:
        """Numbers the conditioner emits for one transformed feature: shift and log-scale, or 3K − 1 for a spline."""
        return 3 * BINS - 1 if self.spline else 2


SIZES = {"A": (2, 64, 256), "B": (2, 128, 512), "C": (64, 256, 512)}
DESIGNS = {
    prefix + size: Design(prefix + size, dim, hidden, batch, prefix == "S-")
    for prefix in ("", "S-")
    for size, (dim, hidden, batch) in SIZES.items()
}

# Only some peers have autoregressive layers: those add these to theirs.
AUTOREGRESSIVE_DESIGNS = {
    prefix + size: Design(prefix + size, dim, hidden, batch, prefix == "MS-", autoregressive=True)
    for prefix in ("M-", "MS-")
    for size, (dim, hidden, batch) in {"D": (8, 128, 512), "C": (64, 256, 512)}.items()
}
AUTOREGRESSIVE_LAYERS = 5


@dataclass(frozen=True)
class Trial:
    """A peer ready to be timed.

    `run` starts `steps_per_call` training steps and may return before they are done; `finish` waits for everything
    started so far and returns the last loss in nats.
    """

    run: Callable[[], object]
    finish: Callable[[], float]
    parameters: int
    steps_per_call: int = 1


def parse_arguments(
    description: str,
    extend: Callable[[argparse.ArgumentParser], None] | None = None,
    designs: dict[str, Design] = DESIGNS,
):
    """Reads the command line, pins the threads and puts the chosen designs in `arguments.designs`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--design", default="all", help=f"one of {', '.join(designs)}, a comma list of them, or all")
    parser.add_argument("--threads", type=int, default=2, help="threads of computation (default 2)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds of timed steps per design (default 4)")
    if extend is not None:
        extend(parser)
    arguments = parser.parse_args()
    names = list(designs) if arguments.design == "all" else arguments.design.split(",")
    unknown = [name for name in names if name not in designs]
    if unknown:
        parser.error(f"unknown design {', '.join(unknown)}: expected {', '.join(designs)} or all")
    if arguments.threads < 1:
        parser.error(f"expected --threads of at least 1, got {arguments.threads}")
    arguments.designs = [designs[name] for name in names]
    pin_threads(arguments.threads)
    return arguments


def pin_threads(threads: int) -> None:
    """Gives this process `threads` processors: every library is held to them, whatever pools it opens.

    The affinity mask is what XLA sizes its pool from, and it binds pools that read no variable at all. The processors
    are taken from those the process already has (so an outer `taskset` wins), one per physical core first.
    """
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
        os.environ[name] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        firsts = [cpu for cpu in allowed if core_of(cpu) not in {core_of(other) for other in allowed if other < cpu}]
        rest = [cpu for cpu in allowed if cpu not in firsts]
        os.sched_setaffinity(0, set((firsts + rest)[:threads]))


def core_of(cpu: int) -> str:
    """The hyperthreads that share a core with `cpu`, as the kernel writes them; the processor itself where unknown."""
    try:
        with open(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return str(cpu)


def require(*names: str) -> list[ModuleType]:
    """Imports the packages, or ends the process with exit status 3 and one line that names what is missing."""
    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(name))
        except ImportError as error:
            print(f"skipped: {name} cannot be imported ({error})", file=sys.stderr)
            sys.exit(EXIT_ABSENT)
    return modules


def versions_of(*distributions: str) -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in distributions:
        found[name] = importlib.metadata.version(name)
    return found


def random_batches(design: Design):
    """Standard normal rows, float32 [BATCH_POOL, N, D], the same for every peer."""
    numpy = require("numpy")[0]
    generator = numpy.random.default_rng(20)
    return generator.standard_normal((BATCH_POOL, design.batch, design.dim), dtype=numpy.float32)


@dataclass(frozen=True)
class Timing:
    """Milliseconds per step: median, 10th and 90th percentile over blocks of `steps / blocks` steps."""

    median_ms: float
    p10_ms: float
    p90_ms: float
    steps: int
    loss: float


def time_steps(trial: Trial, seconds: float) -> Timing:
    """Warms up (which also compiles), then times blocks of whole calls for `seconds`, each ended by `finish`."""
    call_seconds = warm_up(trial)
    calls = max(1, math.ceil(BLOCK_SECONDS / call_seconds))
    per_step: list[float] = []
    loss = math.nan
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(per_step) < MIN_BLOCKS:
        start = time.perf_counter()
        for _ in range(calls):
            trial.run()
        loss = trial.finish()
        per_step.append((time.perf_counter() - start) * 1e3 / (calls * trial.steps_per_call))
    tenths = statistics.quantiles(per_step, n=10, method="inclusive")
    return Timing(statistics.median(per_step), tenths[0], tenths[8], len(per_step) * calls * trial.steps_per_call, loss)


def warm_up(trial: Trial) -> float:
    """Runs until compilation and caches have settled; the fastest call afterwards, in seconds."""
    trial.run()
    trial.finish()
    fastest = math.inf
    calls = 0
    began = time.perf_counter()
    while calls < WARM_UP_STEPS or (time.perf_counter() - began < WARM_UP_SECONDS):
        start = time.perf_counter()
        trial.run()
        trial.finish()
        fastest = min(fastest, time.perf_counter() - start)
        calls += 1
    return fastest


def report(peer: str, design: Design, timing: Timing, trial: Trial, versions: dict[str, str], **more: object) -> None:
    """Prints the JSON line of one design. `loss` shows that the step trained: nats per row at the end."""
    line = {
        "peer": peer,
        "design": design.name,
        "median_ms": round(timing.median_ms, 4),
        "p10_ms": round(timing.p10_ms, 4),
        "p90_ms": round(timing.p90_ms, 4),
        "steps": timing.steps,
        "versions": versions,
        "parameters": trial.parameters,
        # JSON knows no NaN: a step that diverged is reported as null.
        "loss": round(timing.loss, 4) if math.isfinite(timing.loss) else None,
        "load_before": LOAD_BEFORE,
        **more,
    }
    print(json.dumps(line), flush=True)
