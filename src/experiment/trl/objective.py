"""Losses and strategies of Tilt in PyTorch: the same formulas as in the page, checked against the same golden numbers."""

import math

import torch
import torch.nn.functional as F

WITHOUT_REFERENCE = {"slic", "simpo", "cpo", "orpo"}
PER_TOKEN = {"simpo", "orpo"}
WITHOUT_RATIO = {"erm", "kl_dro", "kl_dro_constrained", "drdpo", "kldpo", "cvar"}


# ---- losses: aw, al are summed log-probabilities of chosen and rejected, rw, rl the reference's, nw, nl lengths ----


def log1mexp(x):
    return torch.where(x > -math.log(2), torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x)))


def smoothed(x, e):
    return -(1 - e) * F.logsigmoid(x) - e * F.logsigmoid(-x)


def pair_losses(name, p, aw, al, rw, rl, nw, nl):
    """One loss per pair, shape [B]; gradients flow into aw and al."""
    delta = (aw - rw) - (al - rl)
    e = p.get("label_smoothing", 0)
    if name == "dpo":  # arXiv 2305.18290; e > 0 is cDPO
        return smoothed(p["beta"] * delta, e)
    if name == "robust_dpo":  # arXiv 2403.00409
        x = p["beta"] * delta
        return (-(1 - e) * F.logsigmoid(x) + e * F.logsigmoid(-x)) / (1 - 2 * e)
    if name == "r_dpo":  # arXiv 2403.19159
        return -F.logsigmoid(p["beta"] * delta + p["alpha"] * (nw - nl))
    if name == "ipo":  # arXiv 2310.12036
        gap = (aw - rw) / nw - (al - rl) / nl if p["average"] else delta
        return (gap - 1 / (2 * p["beta"])) ** 2
    if name == "hinge":  # arXiv 2305.10425, with a reference
        return F.relu(1 - p["beta"] * delta)
    if name == "slic":  # arXiv 2305.10425
        return F.relu(p["margin"] - aw + al) - p["sft_weight"] * aw
    if name == "simpo":  # arXiv 2405.14734
        return smoothed(p["beta"] * (aw / nw - al / nl) - p["gamma"], e)
    if name == "cpo":  # arXiv 2401.08417
        nll = -aw / nw if p["nll"] == "mean" else -aw
        return smoothed(p["beta"] * (aw - al), e) + p["nll_weight"] * nll
    if name == "orpo":  # arXiv 2403.07691
        pw, pl = (aw / nw).clamp(max=-1e-6), (al / nl).clamp(max=-1e-6)
        return -pw - p["lam"] * F.logsigmoid(pw - pl - (log1mexp(pw) - log1mexp(pl)))
    if name in ("exo", "exo_unnormalised"):  # arXiv 2402.00856
        x = p["beta"] * delta
        kept, left = (math.log1p(-e), math.log(e)) if name == "exo" else (0.0, p["log_epsilon"])
        return torch.sigmoid(x) * (F.logsigmoid(x) - kept) + torch.sigmoid(-x) * (F.logsigmoid(-x) - left)
    if name == "dpo_pl":  # a pair is a list of two
        z = torch.stack([aw - rw, al - rl], 1)
        return list_losses(p, z, torch.tensor([1.0, 0.0]).expand(len(z), 2))
    raise ValueError(f"no loss {name}")


def list_losses(p, ratios, scores):
    """Plackett-Luce DPO over lists [B, K] of log-ratios to the reference, best score first; ties keep their order."""
    order = torch.sort(scores, dim=1, descending=True, stable=True).indices
    z = p["beta"] * ratios.gather(1, order.to(ratios.device))
    k = z.shape[1]
    tails = torch.stack([torch.logsumexp(z[:, i:], 1) for i in range(k)], 1)
    total = (tails - z).sum(1)
    return total / k if p["reduction"] == "mean" else total


# ---- strategies: the value V and dV/dl of a whole batch; weights are constants, no gradient flows through them ----


def log_mean_exp(x):
    top = x.max()
    return top + torch.log1p(torch.expm1(x - top).mean())


def normalised(h):
    return h / h.sum() if h.sum() > 0 else torch.full_like(h, 1 / len(h))


def budget_lambda(losses, rho):
    """The lambda at which KL(softmax(l/lambda), uniform) is rho, by bisection: the KL falls as lambda grows."""

    def kl(log_lam):
        q = torch.softmax((losses - losses.max()) / math.exp(log_lam), 0)
        return float(torch.where(q > 0, q * torch.log(q * len(q)), torch.zeros_like(q)).sum())

    low = high = math.log(float(losses.max() - losses.min()))
    while kl(low) < rho:
        low -= 2
    while kl(high) > rho:
        high += 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if kl(middle) > rho else (low, middle)
    return math.exp((low + high) / 2)


def strategy_weights(name, p, losses, h, mean_h=None):
    """V and g = dV/dl over the batch [B], in float64. mean_h: over the training set; None takes the batch's."""
    loss, h = losses.detach().double(), h.detach().double()
    n, lam = len(loss), p.get("lam")
    weighted = lambda g: ((g * loss).sum(), g)
    log_h = torch.log(h) if h.sum() > 0 else torch.zeros_like(h)
    batch_mean = h.mean() if h.sum() > 0 else torch.ones((), dtype=h.dtype)
    shift = torch.log(batch_mean if mean_h is None else torch.as_tensor(mean_h, dtype=h.dtype))
    if name == "erm":
        return weighted(torch.full_like(loss, 1 / n))
    if name == "reweight":
        return weighted(h / n)
    if name == "reweight_sn":
        return weighted(normalised(h))
    if name == "kl_dro":
        return lam * log_mean_exp(loss / lam), torch.softmax(loss / lam, 0)
    if name == "dora_inside":  # arXiv 2504.05831
        exponent = h * (loss + p.get("shift", 0)) / lam
        return lam * log_mean_exp(exponent), h * torch.softmax(exponent, 0)
    if name == "dora_outside":
        factor = h.mean() if mean_h is None else mean_h
        return factor * lam * log_mean_exp(loss / lam), factor * torch.softmax(loss / lam, 0)
    if name == "iw_kl_dro":
        exponent = log_h + loss / lam
        return lam * (log_mean_exp(exponent) - shift), torch.softmax(exponent, 0)
    if name == "sharp":  # DoRA's sharpening of h with every loss frozen at log 2
        return weighted(h * torch.softmax(h * math.log(2) / lam, 0))
    if name == "drdpo":  # arXiv 2407.07880
        b = p["beta_prime"]
        return -b * log_mean_exp(-loss / b), torch.softmax(-loss / b, 0)
    if name == "iw_drdpo":
        b = p["beta_prime"]
        exponent = log_h - loss / b
        return -b * (log_mean_exp(exponent) - shift), torch.softmax(exponent, 0)
    if name == "kldpo":  # arXiv 2502.01930
        excess = (loss - loss.mean()) / p["tau"]
        return weighted(torch.exp(excess.clamp(max=math.log(p["clip"]))) / n)
    if name == "kl_dro_constrained":
        worst = (loss == loss.max()).double()
        if p["rho"] >= math.log(n / worst.sum()):
            return loss.max(), worst / worst.sum()
        lam = budget_lambda(loss, p["rho"])
        return lam * (log_mean_exp(loss / lam) + p["rho"]), torch.softmax(loss / lam, 0)
    if name == "cvar":
        mass = p["level"] * n
        order = torch.sort(loss, descending=True, stable=True).indices
        share = (mass - torch.arange(n, dtype=loss.dtype)).clamp(0, 1) / mass
        return weighted(torch.zeros_like(loss).scatter(0, order, share.to(loss.device)))
    raise ValueError(f"no strategy {name}")
