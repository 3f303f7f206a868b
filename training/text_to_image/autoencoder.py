"""Stage 1: the autoencoder, 64x64x3 to 16x16x4; and the latents of all pictures."""

import numpy as np
import torch

import faces
import loop
import networks

KL = 1e-3
SHAKE = 0.05  # noise on latents of deviation 1, so that the decoder forgives what a sampler leaves


def distance(y, x):
    """L1 keeps outlines sharp, the square keeps the colours of areas right, differences of neighbours keep edges in place."""
    off = y.float() - x
    edges = off.diff(dim=-1).abs().mean() + off.diff(dim=-2).abs().mean()
    return off.abs().mean() + off.square().mean() + edges / 2


def pick(pictures, batch, chance):
    return np.sort(chance.choice(len(pictures), batch, replace=False))


def train(pictures, preset, folder, device, log, plan):
    net = networks.autoencoder(preset).to(device)
    chance = np.random.default_rng(0)

    def loss(net, batch):
        x = faces.to_unit(pictures[pick(pictures, batch, chance)]).to(device)
        posterior = net.encode(x).latent_dist
        return distance(net.decode(posterior.sample()).sample, x) + KL * posterior.kl().mean() / posterior.mean[0].numel()

    return loop.train("autoencoder", net, loss, plan, folder, device, log)


class Decoder(torch.nn.Module):
    """What turns latents into a picture."""

    def __init__(self, vae):
        super().__init__()
        self.post_quant_conv, self.decoder = vae.post_quant_conv, vae.decoder

    def forward(self, z):
        return self.decoder(self.post_quant_conv(z))


def polish(vae, latents, pictures, folder, device, log, plan):
    """The decoder alone, on stored latents: cheaper than the whole, and it can go on after the UNet has learned these latents."""
    chance = np.random.default_rng(1)
    deviation = latents.std()

    def loss(net, batch):
        rows = pick(pictures, batch, chance)
        z = latents[rows]
        return distance(net((z + SHAKE * deviation * torch.randn_like(z)).to(device)), faces.to_unit(pictures[rows]).to(device))

    loop.train("decoder", Decoder(vae).requires_grad_(True), loss, plan, folder, device, log)


@torch.no_grad()
def encode(net, pictures, device, batch=64):
    """Means of the posterior of all pictures, [N, 4, 16, 16]. The posterior's own noise is far below that of diffusion and is left out."""
    parts = [pictures[at : at + batch] for at in range(0, len(pictures), batch)]
    return torch.cat([net.encode(faces.to_unit(part).to(device)).latent_dist.mean.cpu() for part in parts])


@torch.no_grad()
def psnr(net, pictures, device):
    """Peak signal-to-noise ratio of reconstructions in dB, over all pixels."""
    errors = []
    for at in range(0, len(pictures), 64):
        x = faces.to_unit(pictures[at : at + 64]).to(device)
        y = net.decode(net.encode(x).latent_dist.mean).sample.clamp(-1, 1)
        errors.append(((x - y) / 2).square().mean((1, 2, 3)).double().cpu())
    return -10 * torch.log10(torch.cat(errors).mean()).item()
