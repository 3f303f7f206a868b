"""Rotary frequencies and factors of the library `transformers` (5) for every rope type, in float32 as it computes them.

    python training/golden-language/make_rope.py

writes rope.json: [{"config": what config.json would hold, "length": tokens of the text, "frequencies": [...], "amplitude": number}].
"""
import json
from pathlib import Path

from transformers import LlamaConfig, Phi3Config
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

HERE = Path(__file__).parent
SIZES = dict(hidden_size=64, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=1, intermediate_size=48, vocab_size=61)
short, long = [1 + 0.05 * j for j in range(8)], [1.5 + 0.75 * j for j in range(8)]
CASES = [
    (LlamaConfig, dict(max_position_embeddings=4096), dict(rope_type="linear", factor=4.0), [4096]),
    (LlamaConfig, dict(max_position_embeddings=4096), dict(rope_type="dynamic", factor=4.0), [100, 4096]),
    (LlamaConfig, dict(max_position_embeddings=131072), dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192), [131072]),
    (LlamaConfig, dict(max_position_embeddings=131072), dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32768), [131072]),
    (LlamaConfig, dict(max_position_embeddings=8192), dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=512, beta_fast=24.0, beta_slow=2.0, truncate=False), [8192]),
    (LlamaConfig, dict(max_position_embeddings=8192), dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=512, beta_fast=24.0, beta_slow=2.0), [8192]),
    (LlamaConfig, dict(max_position_embeddings=8192), dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=512, mscale=0.7, mscale_all_dim=1.2), [8192]),
    (LlamaConfig, dict(max_position_embeddings=8192), dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=512, attention_factor=1.3), [8192]),
    (Phi3Config, dict(max_position_embeddings=4096, original_max_position_embeddings=256, pad_token_id=None), dict(rope_type="longrope", short_factor=short, long_factor=long), [256, 257, 4096]),
]


def main():
    out = []
    for kind, rest, rope, lengths in CASES:
        rope = dict(rope_theta=10000.0, **rope)
        config = kind(**SIZES, **rest, rope_parameters=dict(rope))
        for length in lengths:
            frequencies, amplitude = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, "cpu", seq_len=length)
            out.append(
                dict(
                    config=dict(model_type=config.model_type, **SIZES, **{k: v for k, v in rest.items() if v is not None}, rope_parameters=rope),
                    length=length,
                    frequencies=[float(v) for v in frequencies],
                    amplitude=float(amplitude),
                )
            )
    (HERE / "rope.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in out) + "\n]\n")


if __name__ == "__main__":
    main()
