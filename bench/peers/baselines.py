"""Density baselines on a fixed split: a Gaussian and the best Gaussian mixture, by test negative log-likelihood.

  baselines.py DATA.csv --train train.npy --validation validation.npy --test test.npy

Each .npy file is one part of the split, in either of two forms:
- rows [N, D] of numbers, already dequantized and scaled as the flow saw them: these are used as they are, and the CSV
  only names the dataset (it must have at least D columns);
- row indices [N], integers: the rows are taken from the numeric columns of the CSV (see --drop), as they stand there.
The numbers are nats per row in the units of those rows, so they compare with a flow's only on the very same rows.

The Gaussian is the maximum-likelihood one with ridge·I added to its covariance. The ridge, the scale of the columns
that it is added in, the number of components and the type of their covariance are chosen on the validation part only.
The search of mixtures takes a minute or two on a thousand rows of 64 columns.
Prints one JSON line per baseline. Exit status 3 where numpy or scikit-learn is absent.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common import pin_threads, require

# Relative to the mean variance of the training columns. 0 is the plain maximum-likelihood covariance.
GAUSSIAN_RIDGES = (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
MIDDLE_RIDGE = 1e-2
REFINED = 3
MIXTURE_RIDGES = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 3e-2, 1e-1)
COMPONENTS = (1, 2, 3, 5, 8, 12, 20, 32, 50, 80, 120)
COVARIANCES = ("full", "tied", "diag", "spherical")
PARTS = ("train", "validation", "test")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=Path, help="the dataset, with one header line")
    for part in PARTS:
        parser.add_argument(f"--{part}", type=Path, required=True, help=f"the {part} rows or row indices, .npy")
    parser.add_argument("--drop", default="label", help="comma list of CSV columns that are not data (default label)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the mixture's initialisation")
    parser.add_argument("--restarts", type=int, default=5, help="initialisations of the chosen mixture")
    parser.add_argument("--max-components", type=int, default=max(COMPONENTS), help="largest mixture to try")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


arguments = parse()
pin_threads(arguments.threads)
numpy, mixture, exceptions = require("numpy", "sklearn.mixture", "sklearn.exceptions")


def fail(message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(2)


def read_table(path: Path, drop: set[str]):
    """The numeric columns of a CSV with a header, [N, D] float64, without the columns in `drop`."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        kept = [index for index, name in enumerate(header) if name not in drop]
        return numpy.array([[float(row[index]) for index in kept] for row in reader if row])


def read_split(table) -> dict[str, object]:
    split = {}
    for part in PARTS:
        loaded = numpy.load(getattr(arguments, part), allow_pickle=False)
        if loaded.ndim == 1 and numpy.issubdtype(loaded.dtype, numpy.integer):
            loaded = table[loaded]
        if loaded.ndim != 2:
            fail(f"--{part}: expected rows [N, D] or integer indices [N], got {loaded.dtype} {list(loaded.shape)}")
        if not numpy.isfinite(loaded).all():
            fail(f"--{part}: expected finite numbers, got {int((~numpy.isfinite(loaded)).sum())} that are not")
        split[part] = loaded.astype(numpy.float64)
    widths = {rows.shape[1] for rows in split.values()}
    if len(widths) > 1 or max(widths) > table.shape[1]:
        fail(f"expected parts of equal width, at most the CSV's {table.shape[1]} columns, got widths {sorted(widths)}")
    return split


def gaussian_nll(rows, mean, covariance):
    """−log N(x; mean, covariance) of each row [N], nats; None where the covariance is not positive definite."""
    try:
        factor = numpy.linalg.cholesky(covariance)
    except numpy.linalg.LinAlgError:
        return None
    whitened = numpy.linalg.solve(factor, (rows - mean).T)
    log_det = numpy.log(numpy.diagonal(factor)).sum()
    return 0.5 * (whitened**2).sum(axis=0) + log_det + 0.5 * rows.shape[1] * math.log(2 * math.pi)


@dataclass(frozen=True)
class Fit:
    """A fitted baseline: its settings, mean validation NLL, and NLL of each test row [N], in nats."""

    settings: dict[str, object]
    validation: float
    test: object


@dataclass(frozen=True)
class Scaled:
    """The split with its columns divided by `scale` [D], and log|det| of that map: what it adds to every NLL, negated.

    A ridge is isotropic, so it means something else after scaling; the density found is one of the unscaled rows.
    """

    name: str
    parts: dict[str, object]
    log_det: float


def scalings(split) -> list[Scaled]:
    """The rows as they are, and with unit variance in every training column."""
    deviation = split["train"].std(axis=0)
    if not (deviation > 0).all():
        return [Scaled("none", split, 0.0)]
    scaled = {part: rows / deviation for part, rows in split.items()}
    choices = [Scaled("none", split, 0.0), Scaled("unit variance", scaled, -float(numpy.log(deviation).sum()))]
    # Rows that came standardised would only be searched twice.
    return choices[:1] if deviation.max() < 1.01 * deviation.min() else choices


def best_gaussian(split) -> Fit:
    fits = [fit for scaled in scalings(split) for fit in gaussians(scaled)]
    if not fits:
        fail("no ridge made the covariance of the training rows positive definite")
    return min(fits, key=lambda fit: fit.validation)


def gaussians(scaled: Scaled) -> list[Fit]:
    """One Gaussian per ridge, without those whose covariance is singular."""
    train = scaled.parts["train"]
    mean = train.mean(axis=0)
    covariance = numpy.atleast_2d(numpy.cov(train, rowvar=False, bias=True))
    fits = []
    for relative in GAUSSIAN_RIDGES:
        ridge = relative * numpy.diagonal(covariance).mean()
        ridged = covariance + ridge * numpy.eye(train.shape[1])
        nll = {part: gaussian_nll(scaled.parts[part], mean, ridged) for part in ("validation", "test")}
        if nll["test"] is not None:
            settings = {"covariance": "full", "scaling": scaled.name, "relative_ridge": relative}
            fits.append(Fit(settings, nll["validation"].mean() - scaled.log_det, nll["test"] - scaled.log_det))
    return fits


def best_mixture(split) -> Fit:
    """The best mixture on validation.

    Every covariance type and scaling gets a search of its components at a middle ridge; the most promising ones are
    refined; the winner is fitted again from other initialisations.
    """
    middle = {"relative_ridge": MIDDLE_RIDGE}
    first = [
        (search_components(scaled, middle | {"covariance": kind, "scaling": scaled.name}), scaled)
        for scaled in scalings(split)
        for kind in COVARIANCES
    ]
    first.sort(key=lambda found: found[0].validation)
    best, scaled = min(
        ((refine(fit, scaled), scaled) for fit, scaled in first[:REFINED]), key=lambda found: found[0].validation
    )
    seeds = range(arguments.seed + 1, arguments.seed + arguments.restarts)
    return min([best, *(fit_mixture(scaled, best.settings, seed) for seed in seeds)], key=lambda fit: fit.validation)


def refine(fit: Fit, scaled: Scaled) -> Fit:
    """The best ridge for the components found, then the best number of components for that ridge."""
    ridged = min(
        (fit_mixture(scaled, fit.settings | {"relative_ridge": ridge}, arguments.seed) for ridge in MIXTURE_RIDGES),
        key=lambda other: other.validation,
    )
    if ridged.validation >= fit.validation:
        return fit
    return min(ridged, search_components(scaled, ridged.settings), key=lambda other: other.validation)


def search_components(scaled: Scaled, settings: dict[str, object]) -> Fit:
    """More components until the validation NLL rises twice in a row."""
    most = min(arguments.max_components, len(scaled.parts["train"]))
    counts = [count for count in COMPONENTS if count <= most]
    return descend(fit_mixture(scaled, settings | {"components": count}, arguments.seed) for count in counts)


def descend(fits: Iterable[Fit]) -> Fit:
    """The best of lazily made fits; two rises in a row end it, since one alone may be the noise of EM."""
    best = None
    previous = math.inf
    rises = 0
    for fit in fits:
        best = fit if best is None or fit.validation < best.validation else best
        rises = rises + 1 if fit.validation > previous else 0
        previous = fit.validation
        if rises == 2:
            break
    return best


def fit_mixture(scaled: Scaled, settings: dict[str, object], seed: int) -> Fit:
    train = scaled.parts["train"]
    model = mixture.GaussianMixture(
        settings["components"],
        covariance_type=settings["covariance"],
        reg_covar=settings["relative_ridge"] * train.var(axis=0).mean(),
        max_iter=200,
        random_state=seed,
    )
    # A fit that has not converged is still a valid density and is judged on validation like every other.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=exceptions.ConvergenceWarning)
        model.fit(train)
    settings = settings | {"seed": seed, "converged": bool(model.converged_)}
    validation = -model.score(scaled.parts["validation"]) - scaled.log_det
    return Fit(settings, validation, -model.score_samples(scaled.parts["test"]) - scaled.log_det)


def report(name: str, fit: Fit, split) -> None:
    rows, dim = split["test"].shape
    test = float(fit.test.mean())
    line = {
        "baseline": name,
        "dataset": arguments.csv.stem,
        "test_nll": round(test, 4),
        "test_nll_standard_error": round(float(fit.test.std(ddof=1)) / math.sqrt(rows), 4),
        "validation_nll": round(float(fit.validation), 4),
        "bits_per_dim": round(test / (dim * math.log(2)), 4),
        "dim": dim,
        "rows": {part: len(split[part]) for part in PARTS},
        **fit.settings,
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    split = read_split(read_table(arguments.csv, set(arguments.drop.split(","))))
    report("gaussian", best_gaussian(split), split)
    report("gaussian-mixture", best_mixture(split), split)


main()
