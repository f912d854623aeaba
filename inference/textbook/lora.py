"""Low-rank adapters by hand (Hu et al. 2021, arXiv:2106.09685): a large layer learns through two small matrices."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LoraLinear(nn.Module):
    """h = W x + (alpha / r) B A x (equation 3). W stays as it is; A begins at random, B at zero, so nothing changes."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scaling = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        """(..., out) for (..., in)."""
        low = x @ self.lora_A.T.to(x.dtype)  # (..., r); W may be stored in half the bits, A and B never are
        result: Tensor = self.base(x) + self.scaling * (low @ self.lora_B.T.to(x.dtype))  # (..., out)
        return result

    def merge(self) -> nn.Linear:
        """One layer with the same output (section 4.1): nothing is left to compute at run time."""
        merged = nn.Linear(self.base.in_features, self.base.out_features, bias=self.base.bias is not None)
        merged.load_state_dict(self.base.state_dict())
        merged.weight.data += self.scaling * (self.lora_B @ self.lora_A).detach()
        return merged
