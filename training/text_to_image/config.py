"""Sizes and plans of the text-to-image model. `cpu` made the bundled weights; `gpu` is the same recipe, wider and longer."""

SIZE = 64
LATENT = SIZE // 4
TOKENS = 40  # positions of the text encoder; the longest caption takes 33

# Few groups: with one channel a group, GroupNorm forgets the colours of flat areas.
AUTOENCODERS = {
    "cpu": dict(block_out_channels=(16, 32, 64), layers_per_block=1, norm_num_groups=4),
    "gpu": dict(block_out_channels=(64, 128, 128), layers_per_block=2, norm_num_groups=16),
}
# `attention_head_dim` is what the library calls the number of heads.
UNETS = {
    "cpu": dict(block_out_channels=(32, 64, 128), layers_per_block=1, attention_head_dim=4, cross_attention_dim=128, norm_num_groups=8),
    "gpu": dict(block_out_channels=(128, 256, 256), layers_per_block=2, attention_head_dim=8, cross_attention_dim=256, norm_num_groups=32),
}
TEXTS = {
    "cpu": dict(hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=512),
    "gpu": dict(hidden_size=256, num_hidden_layers=4, num_attention_heads=8, intermediate_size=1024),
}
# Noise table of Stable Diffusion; the network predicts v.
SCHEDULE = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction")

# `minutes` ends the schedule by the clock if that comes before `steps`.
PLANS = {
    ("autoencoder", "cpu"): dict(steps=4000, minutes=23, batch=16, peak=1e-3, ema=0.999, autocast=False),
    ("autoencoder", "gpu"): dict(steps=40000, minutes=None, batch=64, peak=5e-4, ema=0.9995, autocast=True),
    ("denoiser", "cpu"): dict(steps=40000, minutes=60, batch=32, peak=1e-3, ema=0.999, autocast=False),
    ("decoder", "cpu"): dict(steps=8000, minutes=15, batch=16, peak=7e-4, ema=0.998, autocast=False),
    ("decoder", "gpu"): dict(steps=40000, minutes=None, batch=64, peak=3e-4, ema=0.9995, autocast=True),
    ("denoiser", "gpu"): dict(steps=120000, minutes=None, batch=256, peak=5e-4, ema=0.9998, autocast=True),
}
