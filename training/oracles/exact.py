"""Everything that the libraries compute in float32 whatever the model's type, made float64: time embeddings and position tables."""

import contextlib
import math

import torch
from diffusers.models import embeddings


def timestep_embedding(timesteps, embedding_dim, flip_sin_to_cos=False, downscale_freq_shift=1, scale=1, max_period=10000):
    """The sinusoids of DDPM in float64, with the library's options."""
    half = embedding_dim // 2
    if embedding_dim % 2:
        raise ValueError(f"embedding of {embedding_dim} channels: an even number is wanted")
    rates = torch.exp(-math.log(max_period) * torch.arange(half, dtype=torch.float64) / (half - downscale_freq_shift))
    angles = scale * timesteps.double()[:, None] * rates
    parts = [torch.cos(angles), torch.sin(angles)] if flip_sin_to_cos else [torch.sin(angles), torch.cos(angles)]
    return torch.cat(parts, dim=-1)


@contextlib.contextmanager
def double_precision():
    before, embeddings.get_timestep_embedding = embeddings.get_timestep_embedding, timestep_embedding
    try:
        yield
    finally:
        embeddings.get_timestep_embedding = before


def exact_positions(patch_embed):
    """The sin-cos table of a PatchEmbed again, in float64: its buffer was rounded to float32 when it was registered."""
    side = int(patch_embed.pos_embed.shape[1] ** 0.5)
    table = embeddings.get_2d_sincos_pos_embed(
        patch_embed.pos_embed.shape[-1], side, base_size=patch_embed.base_size, interpolation_scale=patch_embed.interpolation_scale, output_type="pt"
    )
    difference = (table - patch_embed.pos_embed[0]).abs().max().item()
    if table.dtype != torch.float64 or difference > 1e-6:
        raise SystemExit(f"position table: type {table.dtype}, {difference} from the library's own")
    patch_embed.pos_embed = table[None]
