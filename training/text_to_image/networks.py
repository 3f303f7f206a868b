"""The three networks, built with the classes whose files the app reads."""

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import config


def autoencoder(preset):
    sizes = config.AUTOENCODERS[preset]
    levels = len(sizes["block_out_channels"])
    return AutoencoderKL(
        **sizes,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        latent_channels=4,
        sample_size=config.SIZE,
    )


def unet(preset):
    return UNet2DConditionModel(
        **config.UNETS[preset],
        sample_size=config.LATENT,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        use_linear_projection=True,
    )


def text(preset, vocabulary):
    start, end = vocabulary - 2, vocabulary - 1
    sizes = config.TEXTS[preset]
    ids = dict(vocab_size=vocabulary, bos_token_id=start, eos_token_id=end, pad_token_id=end)
    more = dict(max_position_embeddings=config.TOKENS, hidden_act="quick_gelu", projection_dim=sizes["hidden_size"])
    return CLIPTextModel(CLIPTextConfig(**sizes, **ids, **more))


class Conditioned(torch.nn.Module):
    """UNet and text encoder, trained together."""

    def __init__(self, preset, vocabulary):
        super().__init__()
        self.unet = unet(preset)
        self.text = text(preset, vocabulary)

    def forward(self, x, t, ids):
        return self.unet(x, t, self.text(ids).last_hidden_state).sample
