"""Stage 2: UNet and text encoder together, on the latents. v-prediction on Stable Diffusion's noise table, captions made anew each time."""

import random

import torch
from torch.nn import functional as F

import captions
import config
import loop
import networks

DROPPED = 0.1  # captions left out, for guidance


def table():
    """Signal and noise of every time: x_t = alpha x0 + sigma eps."""
    betas = torch.linspace(config.SCHEDULE["beta_start"] ** 0.5, config.SCHEDULE["beta_end"] ** 0.5, 1000, dtype=torch.float64) ** 2
    kept = torch.cumprod(1 - betas, 0)
    return kept.sqrt().float(), (1 - kept).sqrt().float()


def train(latents, words, encoder, preset, folder, device, log, plan):
    net = networks.Conditioned(preset, len(encoder.ids)).to(device)
    log(f"UNet {sum(w.numel() for w in net.unet.parameters())} and text encoder {sum(w.numel() for w in net.text.parameters())} parameters")
    latents = latents.to(device)
    alpha, sigma = (part.to(device) for part in table())
    chance = random.Random()

    def loss(net, batch):
        rows = torch.randint(len(latents), (batch,))
        said = ["" if chance.random() < DROPPED else captions.caption(words[row], chance) for row in rows.tolist()]
        ids = torch.tensor([encoder(text) for text in said], device=device)
        x, t = latents[rows.to(device)], torch.randint(1000, (batch,), device=device)
        a, s = alpha[t][:, None, None, None], sigma[t][:, None, None, None]
        noise = torch.randn_like(x)
        return F.mse_loss(net(a * x + s * noise, t, ids).float(), a * noise - s * x)

    return loop.train("denoiser", net, loss, plan, folder, device, log)


@torch.no_grad()
def sample(net, encoder, prompts, scale, steps=30, guidance=3.0, seed=0, shape=(4, config.LATENT, config.LATENT)):
    """Deterministic DDIM with trailing times, from `seed`; returns latents as the autoencoder's decoder takes them."""
    device = next(net.parameters()).device
    alpha, sigma = (part.to(device) for part in table())
    x = torch.randn(len(prompts), *shape, generator=torch.Generator().manual_seed(seed)).to(device)
    ids = torch.tensor([encoder(text) for text in [""] * len(prompts) + list(prompts)], device=device)
    context = net.text(ids).last_hidden_state
    times = [round(1000 - i * 1000 / steps) - 1 for i in range(steps)]
    for i, t in enumerate(times):
        v = net.unet(torch.cat([x, x]), t, context).sample
        free, said = v.chunk(2)
        v = torch.lerp(free, said, guidance)
        clean, noise = alpha[t] * x - sigma[t] * v, sigma[t] * x + alpha[t] * v
        x = alpha[times[i + 1]] * clean + sigma[times[i + 1]] * noise if i + 1 < steps else clean
    return x / scale
