"""Networks of published size with made-up weights in torch float32: what scripts/diffusion/fullSize.ts compares with.

    python training/oracles/full_size.py unet OUT             the UNet of SD 1.5: 64×64 latents, two samples
    python training/oracles/full_size.py decoder OUT          the decoder of its AutoencoderKL: 512×512 pixels

Weights are a function of name and index, the same in scripts/diffusion/madeUp.ts, and exact in 16 bits: nothing is
stored, nothing is rounded on the way to a device that keeps them as f16.
"""

import math
import os
import resource
import sys
import time

import numpy as np
import torch
import diffusers.models.embeddings as embeddings
from diffusers import AutoencoderKL, UNet2DConditionModel

CHUNK = 1 << 22


def fnv1a(text: str) -> int:
    h = 0x811C9DC5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def odd(name: str, count: int) -> np.ndarray:
    """Odd whole numbers from −2047 to 2047."""
    seed = np.uint32(fnv1a(name))
    out = np.empty(count, np.float32)
    for start in range(0, count, CHUNK):
        i = np.arange(start, min(count, start + CHUNK), dtype=np.uint64).astype(np.uint32)
        x = i * np.uint32(0x9E3779B9) + seed
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x7FEB352D)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
        out[start : start + len(i)] = 2 * (x >> np.uint32(21)).astype(np.int32) - 2047
    return out


def made_up(name: str, shape: tuple) -> np.ndarray:
    count = math.prod(shape)
    if len(shape) == 1:
        small = odd(name, count) * np.float32(2.0**-13)
        return small + np.float32(1) if name.endswith(".weight") else small
    fan_in = math.prod(shape[1:])
    exponent = round(math.log2(2047 * math.sqrt(fan_in / 3)))
    return (odd(name, count) * np.float32(2.0**-exponent)).reshape(shape)


def fill(model: torch.nn.Module) -> int:
    total = 0
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(made_up(name, tuple(p.shape))))
            total += p.numel()
    return total


def given(name: str, *shape: int) -> torch.Tensor:
    return torch.from_numpy((odd(name, math.prod(shape)) * np.float32(2.0**-10)).reshape(shape))


def sinusoids(timesteps, embedding_dim, flip_sin_to_cos=False, downscale_freq_shift=1.0, scale=1.0, max_period=10000):
    """The library's are made in float32 whatever the model is."""
    half = embedding_dim // 2
    f = torch.exp(-math.log(max_period) * torch.arange(half, dtype=torch.float64) / (half - downscale_freq_shift))
    a = scale * timesteps[:, None].double() * f[None]
    parts = [torch.cos(a), torch.sin(a)] if flip_sin_to_cos else [torch.sin(a), torch.cos(a)]
    return torch.cat(parts, -1)


def unet() -> tuple:
    embeddings.get_timestep_embedding = sinusoids
    model = UNet2DConditionModel(
        sample_size=64, cross_attention_dim=768, attention_head_dim=8, block_out_channels=(320, 640, 1280, 1280)
    )
    latents = given("latents", 1, 4, 64, 64)
    context = given("context", 2, 77, 768)
    return model, lambda: model(latents.expand(2, -1, -1, -1), torch.tensor([500.0, 500.0]), context).sample


def decoder() -> tuple:
    blocks = 4
    model = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
    )
    del model.encoder, model.quant_conv
    return model, lambda: model.decoder(model.post_quant_conv(given("latents", 1, 4, 64, 64)))


def main() -> None:
    part, folder = sys.argv[1], sys.argv[2]
    torch.set_grad_enabled(False)
    model, run = {"unet": unet, "decoder": decoder}[part]()
    model.eval()
    total = fill(model)
    start = time.time()
    out = run().float()
    seconds = time.time() - start
    os.makedirs(folder, exist_ok=True)
    out.permute(0, 2, 3, 1).contiguous().numpy().astype("<f4").tofile(os.path.join(folder, f"{part}.f32"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{part}: {total:,} parameters, {tuple(out.shape)}, mean square {(out.double() ** 2).mean():.4f}, "
          f"{seconds:.0f} s, at most {peak:.1f} GiB")


main()
