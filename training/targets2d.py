"""The six plane targets as exact mixtures (equal-width points for the clouds), matching the app's own definitions."""

import math

import torch

TARGETS = ["ring8", "grid4", "unbalanced", "moons", "spiral", "checkerboard"]
POINTS = 2048


def low_discrepancy(n):
    """R2 sequence (Roberts): frac(0.5 + (i+1) * (1/g, 1/g^2)), g the plastic number."""
    i = torch.arange(1, n + 1, dtype=torch.float64)[:, None]
    return (0.5 + i * torch.tensor([0.7548776662466927, 0.5698402909980532], dtype=torch.float64)) % 1


def moons(n):
    half = n // 2
    a = math.pi * (torch.arange(half, dtype=torch.float64) + 0.5) / half
    upper = torch.stack([a.cos() - 0.5, a.sin() - 0.25], 1) * 1.5
    lower = torch.stack([0.5 - a.cos(), 0.25 - a.sin()], 1) * 1.5
    return torch.cat([upper, lower]) + (low_discrepancy(n) - 0.5) * 0.24


def spiral(n):
    s = ((torch.arange(n, dtype=torch.float64) + 0.5) / n).sqrt()
    a, r = 3.5 * math.pi * s, 0.3 + 2 * s
    return torch.stack([r * a.cos(), r * a.sin()], 1) + (low_discrepancy(n) - 0.5) * 0.12


def checkerboard(n):
    points = 4 * low_discrepancy(4 * n) - 2
    return points[points.floor().sum(1) % 2 == 0][:n]


def mixture(name):
    """(weights [K], centres [K,2], stds [K]) in float64; a point cloud has std 0."""
    if name == "ring8":
        a = 2 * math.pi * torch.arange(8, dtype=torch.float64) / 8
        centres, stds, weights = 2 * torch.stack([a.cos(), a.sin()], 1), [0.15] * 8, [1 / 8] * 8
    elif name == "grid4":
        centres = [(-1.5, -1.5), (1.5, -1.5), (-1.5, 1.5), (1.5, 1.5)]
        stds, weights = [0.2] * 4, [1 / 4] * 4
    elif name == "unbalanced":
        centres = [(0, 0), (2, 1), (-2, 1), (1.5, -1.8), (-1.5, -1.8)]
        stds, weights = [0.35, 0.2, 0.15, 0.25, 0.1], [0.4, 0.25, 0.15, 0.12, 0.08]
    else:
        centres = {"moons": moons, "spiral": spiral, "checkerboard": checkerboard}[name](POINTS)
        stds, weights = [0.0] * POINTS, [1 / POINTS] * POINTS
    double = lambda v: torch.as_tensor(v, dtype=torch.float64)
    return double(weights), double(centres), double(stds)


def sigma_data(weights, centres, stds):
    """sqrt(trace(covariance) / 2): one number for both coordinates."""
    w = weights[:, None]
    mean = (w * centres).sum(0)
    variance = (w * (centres - mean) ** 2).sum(0) + (weights * stds**2).sum()
    return variance.mean().sqrt().item()


def denoise(x, sigma, weights, centres, stds):
    """E[x0 | x] for x = x0 + sigma * eps; the ideal answer of the network."""
    if not stds.any():
        # A point cloud: the same formula with fewer passes over [batch, 2048], which is where the training time goes.
        return torch.softmax((x @ centres.T - (centres**2).sum(1) / 2) / sigma[:, None] ** 2, dim=1) @ centres
    variance = stds**2 + sigma[:, None] ** 2
    # |x - c|^2 expanded into a matrix product: one pass over [batch, K] instead of several.
    distance = (x**2).sum(1, keepdim=True) - 2 * x @ centres.T + (centres**2).sum(1)
    posterior = torch.softmax(weights.log() - variance.log() - distance / (2 * variance), dim=1)
    shrink = posterior * stds**2 / variance
    return shrink.sum(1, keepdim=True) * x + (posterior - shrink) @ centres


def draw(count, weights, centres, stds):
    pick = torch.multinomial(weights, count, replacement=True)
    return centres[pick] + stds[pick, None] * torch.randn(count, 2, dtype=centres.dtype)
