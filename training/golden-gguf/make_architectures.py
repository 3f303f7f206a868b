"""The golden checkpoints of training/golden-language as llama.cpp's converter would write them, one for each architecture
that GGUF has a name for and make_gguf.py has no model of: architectures/<folder>.gguf, without a tokenizer.

    python training/golden-gguf/make_architectures.py

Names come from the package `gguf`; what the converter does to values (rows of q and k in rotary pairs, 1 added to Gemma's
norms, the fused matrix of GPT-NeoX taken apart, experts stacked) is written here from its documentation in
https://github.com/ggml-org/llama.cpp, and undone by the app's reader: the weights it reads must be those of the
safetensors files, bit by bit.
"""
import json
import re
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from safetensors.torch import load_file

HERE = Path(__file__).parent
SOURCE = HERE.parent / "golden-language"
# folder: (name in GGUF, rows of q and k in rotary pairs, what is added to weights of norms)
MODELS = {
    "gemma": ("gemma", False, 1.0),
    "gemma2": ("gemma2", False, 1.0),
    "gemma3": ("gemma3", False, 1.0),
    "phi3": ("phi3", False, 0.0),
    "smollm3": ("smollm3", True, 0.0),
    "olmo2": ("olmo2", False, 0.0),
    "granite": ("granite", True, 0.0),
    "starcoder2": ("starcoder2", False, 0.0),
    "gpt-neox": ("gptneox", False, 0.0),
    "mixtral": ("llama", True, 0.0),
    "qwen2-moe": ("qwen2moe", False, 0.0),
    "qwen3-moe": ("qwen3moe", False, 0.0),
    "olmoe": ("olmoe", False, 0.0),
}


def permuted(w, heads):
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def by_part(w, heads):
    """GPT-NeoX: rows (head, q|k|v, number) become (q|k|v, head, number)."""
    return w.reshape(heads, 3, w.shape[0] // heads // 3, *w.shape[1:]).swapaxes(0, 1).reshape(w.shape)


def metadata(writer, arch, c):
    heads = c["num_attention_heads"]
    # Kinds of layers of their own: llama.cpp is told of those that see everything.
    both = c.get("rope_parameters", {}).get("sliding_attention")
    rope = c["rope_parameters"]["full_attention"] if both else c.get("rope_parameters") or {"rope_theta": c.get("rope_theta"), **(c.get("rope_scaling") or {})}
    head_dim = c.get("head_dim") or c["hidden_size"] // heads
    writer.add_context_length(c["max_position_embeddings"])
    writer.add_embedding_length(c["hidden_size"])
    writer.add_block_count(c["num_hidden_layers"])
    writer.add_feed_forward_length(c["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(c.get("num_key_value_heads", heads))
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(int(head_dim * rope.get("partial_rotary_factor", 1.0)))
    writer.add_vocab_size(c["vocab_size"])
    if "rms_norm_eps" in c:
        writer.add_layer_norm_rms_eps(c["rms_norm_eps"])
    else:
        writer.add_layer_norm_eps(c.get("norm_epsilon", c.get("layer_norm_eps")))
    if head_dim != c["hidden_size"] // heads or arch.startswith("gemma"):
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
    if c.get("sliding_window"):
        writer.add_sliding_window(c["sliding_window"])
    if both:
        writer.add_rope_freq_base_swa(both["rope_theta"])
    if rope.get("rope_type") == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if c.get("attn_logit_softcapping"):
        writer.add_attn_logit_softcapping(c["attn_logit_softcapping"])
        writer.add_final_logit_softcapping(c["final_logit_softcapping"])
    experts = c.get("num_local_experts", c.get("num_experts"))
    if experts:
        writer.add_expert_count(experts)
        writer.add_expert_used_count(c["num_experts_per_tok"])
    if "moe_intermediate_size" in c:
        writer.add_expert_feed_forward_length(c["moe_intermediate_size"])
    if "shared_expert_intermediate_size" in c:
        writer.add_expert_shared_feed_forward_length(c["shared_expert_intermediate_size"])
    if arch == "granite":
        writer.add_embedding_scale(c["embedding_multiplier"])
        writer.add_residual_scale(c["residual_multiplier"])
        writer.add_attention_scale(c["attention_multiplier"])
        writer.add_logit_scale(c["logits_scaling"])
    if arch == "gptneox":
        writer.add_parallel_residual(c["use_parallel_residual"])


def stacked(state):
    """Experts by name become one tensor of three dimensions, and a matrix of one row a vector."""
    out, each = {}, {}
    for name, value in state.items():
        match = re.fullmatch(r"(.*\.experts)\.(\d+)\.(.*)", name)
        if match:
            each.setdefault(f"{match[1]}.{match[3]}", {})[int(match[2])] = value
        else:
            out[name] = value.squeeze(0) if name.endswith("shared_expert_gate.weight") else value
    return {**out, **{name: torch.stack([parts[e] for e in sorted(parts)]) for name, parts in each.items()}}


def convert(folder, arch, pairs, norm_plus):
    c = json.loads((SOURCE / folder / "config.json").read_text())
    state = {}
    for file in sorted((SOURCE / folder).glob("*.safetensors")):
        state.update(load_file(file))
    target = HERE / "architectures" / f"{folder}.gguf"
    target.parent.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(str(target), arch)
    writer.add_name(f"random {arch}")
    metadata(writer, arch, c)
    names = gguf.get_tensor_name_map(next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == arch), c["num_hidden_layers"])
    for name, value in stacked(state).items():
        values = value.float().numpy()
        if pairs and (".q_proj." in name or ".k_proj." in name):
            values = permuted(values, c["num_attention_heads"] if ".q_proj." in name else c["num_key_value_heads"])
        if ".query_key_value." in name:
            values = by_part(values, c["num_attention_heads"])
        if name.endswith("norm.weight"):
            values = values + np.float32(norm_plus)
        out = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert out, name
        values = np.ascontiguousarray(values)
        if values.ndim == 1:
            writer.add_tensor(out, values.astype(np.float32))
        else:
            raw = gguf.quants.quantize(values, Q.BF16)
            assert value.dtype != torch.bfloat16 or (gguf.quants.dequantize(raw, Q.BF16) == values).all(), name
            writer.add_tensor(out, raw, raw_dtype=Q.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(folder, target.stat().st_size, "bytes")


if __name__ == "__main__":
    for folder, model in MODELS.items():
        convert(folder, *model)
