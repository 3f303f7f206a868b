"""Tiny random-weight checkpoints of every transformer variant that the app reads, with the logits of a float64 run by `transformers`.

    python training/golden-language/make.py           # all
    python training/golden-language/make.py phi3      # some

Weights are large enough that attention is far from uniform and the logits differ. The reference loads exactly what the file stores
(bfloat16 and float16 included), widened to float64.
"""

import contextlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM, Gemma2Config, Gemma3Config, Gemma3TextConfig, GemmaConfig, GPT2Config, GPTNeoXConfig, GraniteConfig, LlamaConfig, MistralConfig, MixtralConfig, Olmo2Config, OlmoeConfig, Phi3Config, Qwen2Config, Qwen2MoeConfig, Qwen3Config, Qwen3MoeConfig, SmolLM3Config, Starcoder2Config

here = Path(__file__).parent
tokens_per_text = 40
llama3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=48)
base = dict(hidden_size=48, intermediate_size=88, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=6, max_position_embeddings=64,
            vocab_size=101, bos_token_id=1, eos_token_id=2, pad_token_id=None, rms_norm_eps=1e-5)
plain = lambda theta: dict(rope_type="default", rope_theta=theta)
small = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
             vocab_size=61, bos_token_id=1, eos_token_id=2, pad_token_id=None)

gemma = {**small, "head_dim": 8, "num_hidden_layers": 3, "sliding_window": 5, "hidden_activation": "gelu_pytorch_tanh"}
# A rotary base for each kind of layer, of which only the one that sees everything is stretched.
two_ropes = dict(sliding_attention=plain(100.0), full_attention=dict(rope_type="linear", rope_theta=10000.0, factor=2.0))
sees_pictures = dict(
    text_config=Gemma3TextConfig(**gemma, query_pre_attn_scalar=8, layer_types=["sliding_attention", "full_attention", "sliding_attention"], rope_parameters=two_ropes).to_dict(),
    vision_config=dict(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=8, patch_size=4),
    mm_tokens_per_image=4, boi_token_index=3, eoi_token_index=4, image_token_index=5, eos_token_id=[2, 6],
)

mixture = {**small, "num_experts_per_tok": 2, "moe_intermediate_size": 24}
# Files of transformers 5 that keep experts in tensors of three dimensions.
fused = ("mixtral-fused", "qwen2-moe-fused")
# id: (configuration, stored type, bytes of a shard, older layout of config.json)
variants = {
    "gpt2": (GPT2Config(vocab_size=97, n_positions=64, n_embd=48, n_layer=2, n_head=4, bos_token_id=96, eos_token_id=96), torch.float32, None, False),
    "llama": (LlamaConfig(**{**base, "hidden_size": 32, "intermediate_size": 72, "num_attention_heads": 4, "num_key_value_heads": 4}, rope_parameters=plain(10000.0)), torch.float32, None, True),
    "llama3-gqa": (LlamaConfig(**{**base, "num_key_value_heads": 2, "eos_token_id": [2, 5]}, rope_parameters=llama3), torch.bfloat16, None, False),
    "llama3-gqa-tied": (LlamaConfig(**{**base, "num_key_value_heads": 3, "num_hidden_layers": 3}, rope_parameters=llama3, tie_word_embeddings=True), torch.bfloat16, None, True),
    "llama-linear-bias": (LlamaConfig(**base, rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0), attention_bias=True), torch.float16, None, True),
    "mistral-window": (MistralConfig(**{**base, "num_key_value_heads": 2, "head_dim": 12}, rope_parameters=plain(1e6), sliding_window=9), torch.bfloat16, 50_000, False),
    "smollm2": (LlamaConfig(**{**base, "num_attention_heads": 3, "num_key_value_heads": 1, "vocab_size": 113}, rope_parameters=plain(1e5), tie_word_embeddings=True), torch.bfloat16, None, True),
    "qwen2": (Qwen2Config(**{**base, "num_key_value_heads": 2, "vocab_size": 127}, rope_parameters=plain(1e6), tie_word_embeddings=True), torch.float16, None, True),
    "qwen3": (Qwen3Config(**{**base, "hidden_size": 40, "num_attention_heads": 4, "num_key_value_heads": 2}, head_dim=16, rope_parameters=plain(1e6)), torch.bfloat16, None, False),
    "gemma": (GemmaConfig(**{**small, "num_key_value_heads": 1}, head_dim=12, rope_parameters=plain(10000.0)), torch.bfloat16, None, True),
    "phi3": (Phi3Config(**small, rope_parameters=plain(10000.0), sliding_window=9), torch.bfloat16, None, True),
    "phi3-partial": (Phi3Config(**{**small, "hidden_size": 64}, rope_parameters={**plain(10000.0), "partial_rotary_factor": 0.75}, tie_word_embeddings=True), torch.bfloat16, None, False),
    "smollm3": (SmolLM3Config(**{**small, "num_hidden_layers": 3}, no_rope_layers=[1, 0, 1], rope_parameters=plain(5e6)), torch.bfloat16, None, True),
    "olmo2": (Olmo2Config(**small, rope_parameters=plain(5e5)), torch.bfloat16, None, False),
    "granite": (GraniteConfig(**small, rope_parameters=plain(10000.0), embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.5, logits_scaling=4.0, tie_word_embeddings=True), torch.bfloat16, None, True),
    "starcoder2": (Starcoder2Config(**small, rope_parameters=plain(1e5), sliding_window=11), torch.bfloat16, None, True),
    "gpt-neox": (GPTNeoXConfig(**{k: v for k, v in small.items() if k != "num_key_value_heads"}, rope_parameters={**plain(10000.0), "partial_rotary_factor": 0.5}), torch.bfloat16, None, False),
    "gpt-neox-serial": (GPTNeoXConfig(**{k: v for k, v in small.items() if k != "num_key_value_heads"}, rope_parameters={**plain(10000.0), "partial_rotary_factor": 1.0}, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new"), torch.bfloat16, None, False),
    "gemma2": (Gemma2Config(**gemma, query_pre_attn_scalar=6, attn_logit_softcapping=1.5, final_logit_softcapping=3.0, rope_parameters=plain(10000.0)), torch.bfloat16, None, True),
    "gemma3": (Gemma3TextConfig(**{**gemma, "num_hidden_layers": 7}, query_pre_attn_scalar=8, rope_parameters=two_ropes), torch.bfloat16, None, False),
    "gemma3-pictures": (Gemma3Config(**sees_pictures), torch.bfloat16, None, False),
    "mixtral": (MixtralConfig(**small, num_local_experts=4, num_experts_per_tok=2, rope_parameters=plain(1e6)), torch.bfloat16, None, True),
    "mixtral-fused": (MixtralConfig(**small, num_local_experts=5, num_experts_per_tok=3, sliding_window=9, rope_parameters=plain(1e6)), torch.bfloat16, None, False),
    "qwen2-moe": (Qwen2MoeConfig(**mixture, num_experts=6, shared_expert_intermediate_size=40, rope_parameters=plain(1e6)), torch.bfloat16, None, True),
    "qwen2-moe-fused": (Qwen2MoeConfig(**{**mixture, "num_hidden_layers": 4}, num_experts=3, shared_expert_intermediate_size=16, norm_topk_prob=True, decoder_sparse_step=2, mlp_only_layers=[3], rope_parameters=plain(1e6)), torch.float16, None, False),
    "qwen3-moe": (Qwen3MoeConfig(**{**mixture, "num_experts_per_tok": 2}, num_experts=5, norm_topk_prob=True, head_dim=16, rope_parameters=plain(1e6)), torch.bfloat16, None, False),
    "olmoe": (OlmoeConfig(**{**small, "intermediate_size": 24}, num_experts=8, num_experts_per_tok=3, rope_parameters=plain(10000.0)), torch.bfloat16, None, False),
}
# Norms that multiply by 1 + weight.
offset_norms = ("gemma",)


@contextlib.contextmanager
def everything_in_float64():
    """`transformers` computes norms, rotary angles and softmax in float32 even in a float64 model. Here, every float32 that its code names is float64."""
    kept = torch.float32, torch.float, torch.Tensor.float
    torch.set_default_dtype(torch.float64)
    torch.float32, torch.float, torch.Tensor.float = torch.float64, torch.float64, torch.Tensor.double
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = kept
        torch.set_default_dtype(torch.float32)


@torch.no_grad()
def randomise(model, seed, kind):
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if weight.dim() == 1:
            mean = 0.0 if name.endswith("bias") else 1.8 if "q_norm" in name or "k_norm" in name else 1.0
            if mean and kind.startswith(offset_norms):
                # Far enough from 0 that 1 + weight of a stored bfloat16 is exact in float32.
                noise, mean = noise.abs().clamp(min=1e-3) * noise.sign(), mean - 1.0
            weight.copy_(noise * 0.3 + mean)
        elif "embed_out" not in name and ("embed" in name or "wte" in name or "wpe" in name):
            weight.copy_(noise)
        else:
            # GPT-2's Conv1D is [in, out], the others [out, in].
            conv1d = kind == "gpt2" and "c_" in name
            fan_in = weight.shape[0] if conv1d else weight.shape[-1]
            sharp = 1.7 if any(part in name for part in ("q_proj", "k_proj", "c_attn", "qkv_proj", "query_key_value")) else 1.0
            weight.copy_(noise * sharp / fan_in**0.5)


def older_layout(path):
    """config.json as transformers wrote it before version 5: rope_theta and rope_scaling instead of rope_parameters."""
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    partial = rope.pop("partial_rotary_factor", 1.0)
    assert partial == 1.0
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["torch_dtype"] = config.pop("dtype")
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


@torch.no_grad()
def make(seed, name, config, dtype, shard, older):
    folder = here / name
    shutil.rmtree(folder, ignore_errors=True)
    model = AutoModelForCausalLM.from_config(config)
    randomise(model, seed, config.model_type)
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shard} if shard else {}), **({"save_original_format": False} if name in fused else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if older:
        older_layout(folder / "config.json")

    whole = AutoConfig.from_pretrained(folder)
    read = whole.get_text_config()
    generator = torch.Generator().manual_seed(1000 + seed)
    tokens = torch.randint(read.vocab_size, (tokens_per_text,), generator=generator)
    tokens[:2] = torch.tensor([read.vocab_size - 1, 0])
    with everything_in_float64():
        reference = AutoModelForCausalLM.from_config(whole, attn_implementation="eager", experts_implementation="eager", dtype=torch.float64).eval()
        # Some models are stored under other names than they have in memory: what was stored is taken from there.
        missing, unexpected = reference.load_state_dict({key: value.double() for key, value in model.state_dict().items()}, strict=False)
        assert not unexpected and {name.split(".")[-2] for name in missing} <= ({"lm_head"} if read.tie_word_embeddings else set()), (missing, unexpected)
        reference.tie_weights()
        seen = reference(tokens[None], use_cache=False, output_attentions=True)
        rotary = next((module for name, module in reference.named_modules() if name.endswith("rotary_emb")), None)
    logits = seen.logits[0]
    assert logits.dtype == torch.float64
    top = torch.stack([layer[0, :, -1].max(-1).values.mean() for layer in seen.attentions])
    split = {kind: f"{kind}_attention_inv_freq" for kind in ("full", "sliding")} if hasattr(rotary, "full_attention_inv_freq") else {"full": "inv_freq"}
    logits.numpy().astype("<f8").tofile(folder / "logits.bin")
    golden = dict(
        note="logits.bin: float64 little endian [tokens, vocab], one row per token",
        tokens=tokens.tolist(),
        vocab=read.vocab_size,
        inverseFrequencies=getattr(rotary, split["full"]).tolist() if rotary is not None else None,
        **({"slidingFrequencies": getattr(rotary, split["sliding"]).tolist()} if "sliding" in split else {}),
    )
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: {size} bytes, logits sd {logits.std():.2f}, largest attention weight of the last token {[round(v, 2) for v in top.tolist()]}")
    return size


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(variants)
    total = sum(make(seed, name, *variant) for seed, (name, variant) in enumerate(variants.items()) if name in wanted)
    print(f"{total} bytes")
