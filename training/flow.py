"""Rectified flow: x_t = (1-t) x0 + t eps, v = eps - x0, t = 1 is noise."""

import torch
from torch.nn import functional as F


def loss(net, x0, label, dropout=0.1):
    near = torch.rand(len(x0), device=x0.device) < 1 / 3
    t = torch.sigmoid(torch.where(near, 1.8, 0.2) + torch.randn(len(x0), device=x0.device))
    eps = torch.randn_like(x0)
    a = t[:, None, None, None]
    dropped = torch.rand(len(x0), device=x0.device) < dropout
    label = torch.where(dropped, torch.full_like(label, net.classes), label)
    return F.mse_loss(net(torch.lerp(x0, eps, a), t, label).float(), eps - x0)


def velocity(net, x, t, label, guidance):
    time = torch.full((len(x),), t, device=x.device)
    if guidance == 1:
        return net(x, time, label)
    null = torch.full_like(label, net.classes)
    cond, uncond = net(torch.cat([x, x]), torch.cat([time, time]), torch.cat([label, null])).chunk(2)
    return torch.lerp(uncond, cond, guidance)


@torch.no_grad()
def sample(net, noise, label, steps, guidance=1.0, heun=False):
    """Uniform times from 1 to 0; Euler, or Heun with a plain Euler step at the end."""
    x = noise
    for i in range(steps):
        t, s = 1 - i / steps, 1 - (i + 1) / steps
        v = velocity(net, x, t, label, guidance)
        y = x + (s - t) * v
        if heun and i + 1 < steps:
            y = x + (s - t) / 2 * (v + velocity(net, y, s, label, guidance))
        x = y
    return x
