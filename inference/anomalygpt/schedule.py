"""The published learning rate: DeepSpeed's logarithmic warm-up, then a straight line to zero."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

EPOCHS = 50
BATCH = 16
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Schedule:
    """The course of the learning rate over a training."""

    steps: int
    warm_up: int
    peak: float = LEARNING_RATE

    def rate(self, step: int) -> float:
        """The learning rate at a step."""
        if step < self.warm_up:
            return self.peak * log(step + 1) / log(self.warm_up)
        return self.peak * max(0.0, (self.steps - step) / (self.steps - self.warm_up))


def plan_schedule(photos: int) -> Schedule:
    """The published plan for so many photos: every second batch is about them."""
    steps = 2 * EPOCHS * photos // BATCH
    return Schedule(steps, max(10, steps // 10))
