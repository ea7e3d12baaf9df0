"""The parts that the three PyTorch peers share: threads, batches and one Adam step."""

from __future__ import annotations

from collections.abc import Callable

import torch

from common import LEARNING_RATE, Design, Trial, random_batches


def use_threads(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(0)


def parameter_count(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def training_trial(
    design: Design,
    model: torch.nn.Module,
    loss_of: Callable[[torch.Tensor], torch.Tensor],
    **adam: bool,
) -> Trial:
    """One eager Adam step a call; `loss_of` maps a batch [N, D] to the mean negative log-likelihood in nats."""
    batches = list(torch.from_numpy(random_batches(design)))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, **adam)
    state = {"step": 0, "loss": torch.zeros(())}

    def run() -> None:
        loss = loss_of(batches[state["step"] % len(batches)])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        state["step"] += 1
        state["loss"] = loss.detach()

    return Trial(run, lambda: float(state["loss"]), parameter_count(model))
