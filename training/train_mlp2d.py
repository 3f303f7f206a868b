"""Trains one small denoiser per plane target: python training/train_mlp2d.py. A few minutes on one core.

    D(x; s) = c_skip x + c_out F(c_in x, phi(s)),   with sd = the target's own std and
    c_skip = sd^2 / (s^2 + sd^2),  c_out = s sd / sqrt(s^2 + sd^2),  c_in = 1 / sqrt(s^2 + sd^2),
    a = ln(s) / 4,  phi = [cos(w_k a), k = 0..7,  sin(w_k a), k = 0..7],  w_k = (pi/4) 2^(k/2).

The frequencies stay low on purpose: D varies slowly with ln s, and s spans 0.01 to 80 (a from -1.15 to 1.1).
The regression target is the exact posterior mean instead of the drawn x0. It has the same minimiser without the noise.
"""

import argparse
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import targets2d

SIGMA_MIN, SIGMA_MAX = 0.01, 80.0


class Denoiser(nn.Module):
    def __init__(self, sigma_data, width=128, hidden=3):
        super().__init__()
        self.sigma_data = sigma_data
        sizes = [18] + [width] * hidden + [2]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        # Not a parameter and not in the file: the formula is in model.json.
        self.register_buffer("frequency", math.pi / 4 * 2 ** (torch.arange(8, dtype=torch.float64) / 2), persistent=False)

    def raw(self, x, sigma):
        total = (sigma**2 + self.sigma_data**2).sqrt()[:, None]
        angle = (sigma.log() / 4)[:, None] * self.frequency.to(sigma.dtype)
        h = torch.cat([x / total, angle.cos(), angle.sin()], 1)
        for layer in self.layers[:-1]:
            h = F.silu(layer(h))
        return self.layers[-1](h)

    def scales(self, sigma):
        total = sigma**2 + self.sigma_data**2
        return (self.sigma_data**2 / total)[:, None], (sigma * self.sigma_data / total.sqrt())[:, None]

    def forward(self, x, sigma):
        skip, out = self.scales(sigma)
        return skip * x + out * self.raw(x, sigma)


def draw_sigma(count):
    """Most of the effort where modes form, a part over the whole range so that no schedule leaves it."""
    mid = torch.exp(-0.7 + 1.4 * torch.randn(count))
    wide = torch.exp(math.log(SIGMA_MIN) + torch.rand(count) * math.log(SIGMA_MAX / SIGMA_MIN))
    return torch.where(torch.rand(count) < 0.3, wide, mid.clamp(SIGMA_MIN, SIGMA_MAX))


def train(name, steps, batch, device="cpu"):
    exact = targets2d.mixture(name)
    net = Denoiser(targets2d.sigma_data(*exact)).to(device)
    exact32 = [v.float() for v in exact]
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3, fused=True)
    total = 0.0
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 200) * (0.002 + 0.998 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        x0, sigma = targets2d.draw(batch, *exact32), draw_sigma(batch)
        x = x0 + sigma[:, None] * torch.randn_like(x0)
        skip, out = net.scales(sigma)
        goal = (targets2d.denoise(x, sigma, *exact32) - skip * x) / out
        x, sigma, goal = x.to(device), sigma.to(device), goal.to(device)
        loss = F.mse_loss(net.raw(x, sigma), goal)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= steps - 500:
            total += loss.item() / 500
    return net, total


@torch.no_grad()
def error(net, name, sigmas=(0.02, 0.05, 0.2, 0.5, 1.0, 5.0, 20.0), count=1024):
    """Root mean square distance to the exact denoiser, per noise level, on points of that level."""
    exact = targets2d.mixture(name)
    result = {}
    for sigma in sigmas:
        torch.manual_seed(1)
        x = targets2d.draw(count, *exact)
        x = x + sigma * torch.randn_like(x)
        level = torch.full((count,), sigma, dtype=torch.float64)
        gap = net(x.float(), level.float()) - targets2d.denoise(x, level, *exact)
        result[str(sigma)] = round(gap.square().mean().sqrt().item(), 5)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--checkpoints", default="build/checkpoints")
    parser.add_argument("--steps", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    budget = args.steps or dict(cpu=12000, gpu=60000)[args.preset]
    folder = Path(args.checkpoints)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mlp2d.pt"
    # Resumes target by target: each takes under a minute.
    state = torch.load(path, weights_only=True) if path.exists() else {}
    for index, name in enumerate(targets2d.TARGETS):
        # The clouds cost more per step, and what they can learn they learn sooner.
        steps = budget * 2 // 3 if name in ("moons", "spiral", "checkerboard") else budget
        if state.get(name, {}).get("steps") == steps:
            continue
        torch.manual_seed(index)
        net, loss = train(name, steps, batch=512, device="cuda" if args.preset == "gpu" else "cpu")
        state[name] = dict(net={k: v.cpu() for k, v in net.state_dict().items()}, sigma_data=net.sigma_data, steps=steps, loss=loss)
        torch.save(state, path)
        print(f"{name} sigma_data {net.sigma_data:.4f} loss {loss:.5f}", flush=True)


if __name__ == "__main__":
    main()
