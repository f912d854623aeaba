"""From a raw score to a verdict with a stated rate of false rejects, using good parts only.

The rule works on l = log(raw score), from one reference on. Good parts are taken as normally distributed in l, with a
conjugate prior on centre and spread, so the score of the next good part follows a Student t law. Once enough parts are
known, the limit is held above a distribution-free order statistic as well. How raw scores arise is left to `scoring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, log, log1p, sqrt

import numpy as np
from scipy.special import betaincinv, betaln, hyp2f1, stdtr, stdtrit

from inference.results import Calibration, Verdict

REJECT_RATE = 0.02
"""alpha: targeted share of good parts rejected, unless a product says otherwise."""

REVIEW_FACTOR = 5
"""So many times as large is the targeted share of good parts that are not accepted at once."""

FLOOR_RATES = (0.005, 0.01, 0.02, 0.05, 0.10)
"""Shares for which conformal floors are looked for: those that a product's sensitivity offers."""

PRIOR_SPREAD = 0.15
"""s0: spread of log scores among good parts of one product, before any was seen; seven products measured between 0.05
and 0.20, see `docs/calibration.md`."""

PRIOR_SPREAD_WEIGHT = 4.0
"""nu0: how many parts that prior counts for."""

PROVISIONAL_BELOW = 8
"""Parts under which a verdict is marked provisional."""

CONFIDENCE = 0.95

SMALLEST_P = 1e-250
"""Below this a p-value loses digits, so its logarithm is computed directly."""


@dataclass(frozen=True)
class CentrePrior:
    """What one reference says about where good parts will score, before a second part was seen.

    `centre` is a log score; `weight` says for how many parts it counts (kappa0); 0 means that nothing is known.
    """

    centre: float
    weight: float
    spread: float = PRIOR_SPREAD
    """Spread of good parts' log scores before any was seen."""


@dataclass(frozen=True)
class PredictiveLaw:
    """Law of the next good part's log score: centre + scale * Student t; `floors` are the conformal limits, if any."""

    centre: float
    scale: float
    freedom: float
    parts: int
    reject_floor: float
    review_floor: float
    reject_rate: float = REJECT_RATE
    """Targeted share of good parts rejected: what a product's sensitivity sets."""

    def p_value(self, log_score: float) -> float:
        """Probability that a good part scores at least this high, 0 to 1."""
        return float(stdtr(self.freedom, -(log_score - self.centre) / self.scale))

    def limit(self, rate: float) -> float:
        """Log score that a good part exceeds with probability `rate`, before any floor."""
        return self.centre + self.scale * float(stdtrit(self.freedom, 1.0 - rate))

    @property
    def reject_limit(self) -> float:
        """Log score from which a part is rejected."""
        return max(self.limit(self.reject_rate), self.reject_floor)

    @property
    def review_limit(self) -> float:
        """Log score from which a part is not accepted without a person."""
        return min(max(self.limit(REVIEW_FACTOR * self.reject_rate), self.review_floor), self.reject_limit)


def predict_good_parts(
    log_scores: Sequence[float], prior: CentrePrior, reject_rate: float = REJECT_RATE
) -> PredictiveLaw:
    """Fit the law of the next good part's log score.

    `log_scores` has one leave-one-out score per part (never one per photo). Normal data with a conjugate prior
    (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.3); with weight 0 this is the rule "Bayes t" that the
    simulation in `tests/inference/test_calibration.py` repeats.
    """
    n, kappa0, nu0 = len(log_scores), prior.weight, PRIOR_SPREAD_WEIGHT
    if n == 0 and kappa0 <= 0:
        raise ValueError("without parts and without a prior on the centre nothing can be predicted")
    mean = float(np.mean(log_scores)) if n else prior.centre
    kappa = kappa0 + n
    centre = (kappa0 * prior.centre + n * mean) / kappa
    squares = float(np.sum((np.asarray(log_scores) - mean) ** 2)) if n else 0.0
    squares += kappa0 * n / kappa * (mean - prior.centre) ** 2
    # A flat prior on the centre costs one degree of freedom.
    freedom = nu0 + n - (1 if kappa0 <= 0 else 0)
    spread = sqrt((nu0 * prior.spread**2 + squares) / freedom)
    scale = spread * sqrt(1 + 1 / kappa)
    floors = (find_floor(log_scores, reject_rate), find_floor(log_scores, REVIEW_FACTOR * reject_rate))
    return PredictiveLaw(centre, scale, freedom, n, *floors, reject_rate)


def find_floor(log_scores: Sequence[float], rate: float) -> float:
    """The highest conformal floor of `rate` and of the coarser rates: what 2 % exceed is no less than what 10 % do.

    Without the coarser ones a stricter promise could get a lower limit while there are too few parts for its own floor.
    """
    return max(conformal_floor(log_scores, coarser) for coarser in (rate, *FLOOR_RATES) if coarser >= rate)


def conformal_floor(log_scores: Sequence[float], rate: float) -> float:
    """The order statistic that at most `rate` of exchangeable good parts exceed; -inf while there are too few parts.

    Split conformal prediction: the ceil((n + 1)(1 - rate))-th smallest of n scores (Vovk et al., 2005).
    """
    n = len(log_scores)
    rank = ceil((n + 1) * (1 - rate) - 1e-9)
    return float(np.sort(log_scores)[rank - 1]) if n and rank <= n else float("-inf")


def false_rejects_at_most(exceeded: int, parts: int) -> float:
    """Upper Clopper-Pearson bound, at CONFIDENCE, on the share of good parts over a limit `exceeded` of them passed."""
    if exceeded >= parts:
        return 1.0
    return float(betaincinv(exceeded + 1, parts - exceeded, CONFIDENCE))


def score_part(log_score: float, law: PredictiveLaw) -> float:
    """Score 0 to 100, 50 at the reject limit, growing strictly with the log score.

    With r = log p / log p_limit the score is 100 r / (1 + r): a part as likely as alpha gets 50, and no part however
    bad reaches 100, so that two bad parts can still be told apart.
    """
    at_limit = _log_p(law, law.reject_limit)
    r = _log_p(law, log_score) / at_limit
    return 100.0 * r / (1.0 + r)


def decide(log_score: float, law: PredictiveLaw) -> Verdict:
    """Three verdicts from the two limits."""
    if log_score >= law.reject_limit:
        return Verdict.REJECT
    return Verdict.REVIEW if log_score >= law.review_limit else Verdict.ACCEPT


def describe_calibration(law: PredictiveLaw, parts: int, log_scores: Sequence[float]) -> Calibration:
    """Say what stands behind verdicts under this law; `parts` counts its good parts, references included."""
    is_conformal = conformal_floor(log_scores, law.reject_rate) > float("-inf")
    rule = "bayes-t with conformal floor" if is_conformal else "bayes-t"
    provisional = parts < PROVISIONAL_BELOW
    return Calibration(rule, parts, law.reject_rate, _promise(law, parts, log_scores), provisional)


def _promise(law: PredictiveLaw, parts: int, log_scores: Sequence[float]) -> str:
    counted = "1 good part" if parts == 1 else f"{parts} good parts"
    aim = f"aims to reject at most {100 * law.reject_rate:g} % of good parts"
    if parts < PROVISIONAL_BELOW:
        return f"Provisional: {aim}; rests on {counted}."
    exceeded = int(np.sum(np.asarray(log_scores) >= law.reject_limit))
    sure = false_rejects_at_most(exceeded, len(log_scores))
    return f"This limit {aim}; at most {sure:.0%} are, {CONFIDENCE:.0%} sure ({counted})."


def _log_p(law: PredictiveLaw, log_score: float) -> float:
    """Natural logarithm of the p-value, exact where the p-value itself rounds to 1 or to 0."""
    t = (log_score - law.centre) / law.scale
    if t < 0:
        return log1p(-float(stdtr(law.freedom, t)))
    p = law.p_value(log_score)
    return log(p) if p > SMALLEST_P else _log_tail(t, law.freedom)


def _log_tail(t: float, freedom: float) -> float:
    """Natural logarithm of P(T > t) far out, from the incomplete beta function's series (DLMF 8.17.8)."""
    a, b = freedom / 2, 0.5
    log_x = -log1p(t * t / freedom)
    log_1_minus_x = -log1p(freedom / (t * t))
    series = float(hyp2f1(a + b, 1.0, a + 1.0, exp(log_x)))
    return log(0.5) + a * log_x + b * log_1_minus_x + log(series) - log(a) - float(betaln(a, b))
