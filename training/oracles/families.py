"""Configurations of the tiny checkpoints, one a family of published models. Everything not named here is the library's default.

16, 24 and 40 channels in 4 groups are 4, 6 and 10 a group, so no group is a multiple of 4 and the seam of a concatenation lies inside one;
the number of heads never equals their size.
"""

CROSS_DOWN, DOWN, ATTN_DOWN, RESNET_DOWN = "CrossAttnDownBlock2D", "DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"
CROSS_UP, UP, ATTN_UP, RESNET_UP = "CrossAttnUpBlock2D", "UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"

latent = dict(sample_size=8, in_channels=4, out_channels=4, norm_num_groups=4)
three = dict(
    block_out_channels=[16, 24, 24],
    down_block_types=[CROSS_DOWN, CROSS_DOWN, DOWN],
    up_block_types=[UP, CROSS_UP, CROSS_UP],
    layers_per_block=1,
    **latent,
)

UNCONDITIONAL = {
    "ddpm": dict(
        sample_size=16,
        block_out_channels=[16, 24, 24],
        down_block_types=[DOWN, ATTN_DOWN, DOWN],
        up_block_types=[UP, ATTN_UP, UP],
        layers_per_block=1,
        attention_head_dim=None,
        downsample_padding=0,
        flip_sin_to_cos=False,
        freq_shift=1,
        norm_eps=1e-6,
        norm_num_groups=4,
    ),
    "butterfly": dict(
        sample_size=16,
        block_out_channels=[16, 24],
        down_block_types=[DOWN, ATTN_DOWN],
        up_block_types=[ATTN_UP, UP],
        layers_per_block=2,
        attention_head_dim=8,
        norm_num_groups=4,
    ),
    "cd": dict(
        sample_size=16,
        block_out_channels=[16, 24],
        down_block_types=[RESNET_DOWN, ATTN_DOWN],
        up_block_types=[ATTN_UP, RESNET_UP],
        layers_per_block=1,
        attention_head_dim=8,
        resnet_time_scale_shift="scale_shift",
        attn_norm_num_groups=4,
        num_class_embeds=10,
        downsample_type="resnet",
        upsample_type="resnet",
        norm_num_groups=4,
    ),
}

CONDITIONAL = {
    "sd1": dict(cross_attention_dim=24, attention_head_dim=2, use_linear_projection=False, **three),
    "sd2": dict(cross_attention_dim=32, attention_head_dim=[2, 3, 3], use_linear_projection=True, **three),
    "lcm": dict(
        block_out_channels=[16, 24],
        down_block_types=[CROSS_DOWN, DOWN],
        up_block_types=[UP, CROSS_UP],
        layers_per_block=1,
        cross_attention_dim=24,
        attention_head_dim=4,
        time_cond_proj_dim=16,
        **latent,
    ),
    "bk": dict(
        block_out_channels=[16, 24],
        down_block_types=[CROSS_DOWN, CROSS_DOWN],
        up_block_types=[CROSS_UP, CROSS_UP],
        mid_block_type=None,
        layers_per_block=1,
        cross_attention_dim=24,
        attention_head_dim=4,
        **latent,
    ),
    "sdxl": dict(
        block_out_channels=[16, 24, 24],
        down_block_types=[DOWN, CROSS_DOWN, CROSS_DOWN],
        up_block_types=[CROSS_UP, CROSS_UP, UP],
        layers_per_block=1,
        cross_attention_dim=40,
        attention_head_dim=[2, 3, 6],
        transformer_layers_per_block=[1, 2, 3],
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 20,
        **latent,
    ),
}

VAE = dict(
    block_out_channels=[16, 24, 32],
    down_block_types=["DownEncoderBlock2D"] * 3,
    up_block_types=["UpDecoderBlock2D"] * 3,
    layers_per_block=1,
    norm_num_groups=4,
    sample_size=16,
)
TAESD = dict(
    encoder_block_out_channels=[16, 16, 16],
    decoder_block_out_channels=[16, 16, 16],
    num_encoder_blocks=[1, 2, 2],
    num_decoder_blocks=[2, 2, 1],
)

text = dict(vocab_size=600, num_hidden_layers=4, num_attention_heads=4, eos_token_id=2, bos_token_id=1, pad_token_id=0)
CLIP = {
    "clip-quick": (False, dict(hidden_size=32, intermediate_size=72, hidden_act="quick_gelu", **text)),
    "clip-projection": (True, dict(hidden_size=48, intermediate_size=104, hidden_act="gelu", projection_dim=24, **text)),
}

DIT = dict(
    sample_size=8, num_attention_heads=4, attention_head_dim=18, num_layers=2, in_channels=4, out_channels=8, patch_size=2, num_embeds_ada_norm=10
)

# How the files are written: most hold float16 (2 bytes a number), which is also what all expected values were computed from.
STORED = {"ddpm": dict(dtype="float32"), "sd1": dict(variant="fp16"), "sd2": dict(max_shard_size="200KB")}
