"""Golden values for src/formats/gguf*.ts, made with the packages `gguf`, `tokenizers` and `transformers`.

    python training/golden-tokenizers/make_tokenizers.py    # the tokenizers that the models carry
    python training/golden-gguf/make_gguf.py

writes beside this script
- blocks.bin, blocks.json: random blocks of every number type and the float32 values that gguf's reference decodes them to;
- <model>.gguf: tiny random language models with tokenizers, as llama.cpp's converter would write them;
- <model>.bin: float32 logits [24, vocab] of the dequantised model, computed in float64 by transformers for `tokens` of golden.json;
- golden.json: what the files hold, and ids of a few texts under their tokenizers.
"""
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from gguf import quants
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM
from transformers.convert_slow_tokenizer import generate_merges

HERE = Path(__file__).parent
TOKENIZERS = HERE.parent / "golden-tokenizers"
TEXTS = ["", "Hello world", " the quick brown fox", "It's 2 + 2 = 4, isn't it?", "Le garçon 今日 😀", "a  b\n\n c"]
BLOCKS = {Q.F32: 40, Q.F16: 64, Q.BF16: 64, Q.Q8_0: 5, Q.Q4_0: 5, Q.Q4_1: 5, Q.Q5_0: 5, Q.Q5_1: 5, Q.Q4_K: 4, Q.Q5_K: 4, Q.Q6_K: 4, Q.Q2_K: 4, Q.Q3_K: 5, Q.IQ4_NL: 5, Q.IQ4_XS: 3, Q.MXFP4: 8}
# Where the binary16 scales are in a block.
HALVES = {Q.Q8_0: [0], Q.Q4_0: [0], Q.Q4_1: [0, 2], Q.Q5_0: [0], Q.Q5_1: [0, 2], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2], Q.Q6_K: [208], Q.Q2_K: [80, 82], Q.Q3_K: [108], Q.IQ4_NL: [0], Q.IQ4_XS: [0]}


def random_blocks(rng, qtype, n, scale=None):
    """Random bytes whose scales are finite halves: of any exponent, or about `scale`."""
    size = gguf.GGML_QUANT_SIZES[qtype][1]
    blocks = rng.integers(0, 256, size=(n, size), dtype=np.uint8)
    for at in HALVES.get(qtype, []):
        half = rng.integers(0, 0x7C00, size=n, dtype=np.uint16) | (rng.integers(0, 2, size=n, dtype=np.uint16) << 15)
        if scale is not None:
            half = (scale * (0.5 + rng.random(n))).astype(np.float16).view(np.uint16)
        blocks[:, at:at + 2] = half.astype("<u2").reshape(n, 1).view(np.uint8)
    if qtype == Q.MXFP4:
        blocks[:4, 0] = [0, 1, 2, 252]  # subnormal scales, and the largest that stays finite
    if qtype == Q.F32:
        blocks.view("<u4")[:8, 0] = [0, 1 << 31, 0x7F800000, 0xFF800000, 1, 0x7FC00001, 0x7F7FFFFF, 0x3F800000]
    if qtype in (Q.F16, Q.BF16):
        # NaNs of binary16 lose their payload in both decoders differently; all other special values are kept.
        blocks.view("<u2")[:10, 0] = [0, 0x8000, 1, 0x8001, 0x03FF, 0x0400, 0x7BFF, 0xFBFF, 0x7C00 if qtype == Q.F16 else 0x7F80, 0x3C00]
        if qtype == Q.F16:
            words = blocks.view("<u2")
            words[np.isnan(words.view(np.float16))] = 0x3555
    return blocks


def write_blocks():
    rng = np.random.default_rng(1)
    table, data = {}, bytearray()
    for qtype, n in BLOCKS.items():
        blocks = random_blocks(rng, qtype, n)
        values = np.ascontiguousarray(quants.dequantize(blocks.copy(), qtype), dtype="<f4")
        table[qtype.name] = {"begin": len(data), "bytes": blocks.size, "count": values.size}
        data += blocks.tobytes() + values.tobytes()
    (HERE / "blocks.bin").write_bytes(data)
    return table


def permuted(w, heads):
    """llama.cpp's order of q and k rows for `llama`: the halves of every head interleaved."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def stored(rng, values, qtype):
    """(bytes as gguf stores them, the float32 values they stand for)."""
    sizes = {Q.Q4_K: 2e-4, Q.Q5_K: 1e-4, Q.Q6_K: 4e-5, Q.Q2_K: 4e-3, Q.Q3_K: 2e-3, Q.IQ4_NL: 1e-3, Q.IQ4_XS: 5e-5}
    if qtype in sizes:  # gguf cannot quantise to these: random blocks of a suitable size are as good
        raw = random_blocks(rng, qtype, values.size // gguf.GGML_QUANT_SIZES[qtype][0], scale=sizes[qtype])
        raw = raw.reshape(values.shape[0], -1)
    elif qtype == Q.F32:
        return values.astype(np.float32), values.astype(np.float32)
    elif qtype == Q.F16:
        return values.astype(np.float16), values.astype(np.float16).astype(np.float32)
    else:
        raw = quants.quantize(values.astype(np.float32), qtype)
    return raw, quants.dequantize(raw, qtype)


def tensors_of(model, arch):
    """(name in GGUF, name in the state dict, permutation heads or None, transposed) for every tensor."""
    c = model.config
    names = gguf.get_tensor_name_map({"llama": gguf.MODEL_ARCH.LLAMA, "qwen2": gguf.MODEL_ARCH.QWEN2, "qwen3": gguf.MODEL_ARCH.QWEN3, "gpt2": gguf.MODEL_ARCH.GPT2}[arch], c.num_hidden_layers)
    for name in model.state_dict():
        if name == "lm_head.weight" and c.tie_word_embeddings:
            continue
        out = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert out, name
        permute = None
        if arch == "llama" and ".q_proj." in name:
            permute = c.num_attention_heads
        if arch == "llama" and ".k_proj." in name:
            permute = c.num_key_value_heads
        transposed = arch == "gpt2" and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight"))
        yield out, name, permute, transposed


def tokenizer_metadata(writer, kind):
    golden = json.loads((TOKENIZERS / f"{kind}.json").read_text())["tokenizer"]
    vocab = golden["model"]["vocab"]
    tokens = sorted({**vocab, **{t["content"]: t["id"] for t in golden["added_tokens"]}}.items(), key=lambda item: item[1])
    special = {t["content"]: t["special"] for t in golden["added_tokens"]}
    normal = [gguf.TokenType.NORMAL if t not in special else gguf.TokenType.CONTROL if special[t] else gguf.TokenType.USER_DEFINED for t, _ in tokens]
    if kind == "llama2":
        # SentencePiece's scores: minus the rank of the piece; merges are not stored.
        scores = [0.0 if i < 259 else float(-(i - 259)) for i in range(len(tokens))]
        types = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL, *[gguf.TokenType.BYTE] * 256, *normal[259:]]
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_scores(scores)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_unk_token_id(0)
        writer.add_add_bos_token(True)
    else:
        types = normal
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre({"gpt2": "gpt-2", "qwen2": "qwen2", "llama3": "llama-bpe"}[kind])
        writer.add_token_merges([" ".join(m) for m in golden["model"]["merges"]])
        eos = dict(tokens)["<|im_end|>" if kind == "qwen2" else "<|endoftext|>"]
        writer.add_bos_token_id(dict(tokens)["<|endoftext|>"])
        writer.add_eos_token_id(eos)
        writer.add_chat_template("{% for m in messages %}{{ m.content }}{% endfor %}")
    writer.add_token_list([t for t, _ in tokens])
    writer.add_token_types([int(t) for t in types])
    return golden, [t for t, _ in tokens]


def sentence_piece(golden, tokens):
    """The tokenizer that transformers' converter makes of the pieces and their scores."""
    from tokenizers import Tokenizer
    scores = {t: float(-(i - 259)) for i, t in enumerate(tokens) if i >= 259}
    vocab = {t: i for i, t in enumerate(tokens)}
    golden = json.loads(json.dumps(golden))
    golden["model"]["merges"] = [list(m) for m in generate_merges(vocab, scores)]
    return Tokenizer.from_str(json.dumps(golden)), golden["model"]["merges"]


def write_model(name, arch, model, kind, types, rope_freqs=None):
    rng = np.random.default_rng(3)
    torch.manual_seed(0)
    with torch.no_grad():
        for key, p in model.named_parameters():
            p.copy_(torch.randn_like(p) * 0.08 + (1.0 if "norm" in key or "ln_" in key else 0.0) * key.endswith("weight"))
    model = model.double().eval()
    c = model.config
    writer = gguf.GGUFWriter(str(HERE / f"{name}.gguf"), arch)
    writer.add_name(f"random {arch}")
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_block_count(c.num_hidden_layers)
    writer.add_head_count(c.num_attention_heads)
    if arch == "gpt2":
        writer.add_feed_forward_length(4 * c.hidden_size)
        writer.add_layer_norm_eps(c.layer_norm_epsilon)
    else:
        writer.add_feed_forward_length(c.intermediate_size)
        writer.add_head_count_kv(c.num_key_value_heads)
        writer.add_layer_norm_rms_eps(c.rms_norm_eps)
        writer.add_rope_freq_base(c.rope_parameters["rope_theta"])
        writer.add_vocab_size(c.vocab_size)
        if arch == "llama":
            writer.add_rope_dimension_count(c.head_dim)
        if arch == "qwen3":
            writer.add_key_length(c.head_dim)
            writer.add_value_length(c.head_dim)
        if c.rope_parameters["rope_type"] == "linear":
            writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(c.rope_parameters["factor"])
    golden, tokens = tokenizer_metadata(writer, kind)
    if rope_freqs is not None:
        writer.add_tensor("rope_freqs.weight", rope_freqs.astype(np.float32))
    state = model.state_dict()
    used = {}
    for out, key, heads, transposed in tensors_of(model, arch):
        values = state[key].numpy()
        values = values.T if transposed else values
        values = permuted(values, heads) if heads else values
        part = out.split(".")[-2]
        qtype = types.get(part, Q.F32) if values.ndim == 2 else Q.F32
        raw, back = stored(rng, np.ascontiguousarray(values), qtype)
        used[qtype.name] = used.get(qtype.name, 0) + 1
        writer.add_tensor(out, raw, raw_dtype=qtype)
        back = back.astype(np.float64)
        if heads:  # undo what was done for the file
            back = back.reshape(heads, values.shape[0] // heads // 2, 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
        back = back.T if transposed else back
        state[key].copy_(torch.from_numpy(np.ascontiguousarray(back)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    ids = np.random.default_rng(5).integers(0, len(tokens), size=24).tolist()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].double().numpy()
    logits.astype("<f4").tofile(HERE / f"{name}.bin")
    if kind == "llama2":
        tokenizer, merges = sentence_piece(golden, tokens)
    else:
        from tokenizers import Tokenizer
        tokenizer, merges = Tokenizer.from_str(json.dumps(golden)), None
    inverse = None if arch == "gpt2" else (model.model.rotary_emb.inv_freq.double().numpy()).tolist()
    size = (HERE / f"{name}.gguf").stat().st_size
    print(name, size, "bytes", used, "logits", float(np.abs(logits).max()))
    return {
        "bytes": size, "types": used, "tokens": ids, "vocab": c.vocab_size, "merges": merges, "inverseFrequencies": inverse,
        "texts": [[t, tokenizer.encode(t, add_special_tokens=False).ids] for t in TEXTS],
    }


def llama3_divisors(c):
    """Llama 3's scaling as llama.cpp's converter stores it: what every inverse frequency is divided by."""
    p = c.rope_parameters
    freqs = 1.0 / p["rope_theta"] ** (np.arange(0, c.head_dim, 2) / c.head_dim)
    wavelength = 2 * np.pi / freqs
    old, low, high, factor = p["original_max_position_embeddings"], p["low_freq_factor"], p["high_freq_factor"], p["factor"]
    smooth = (old / wavelength - low) / (high - low)
    return np.where(wavelength < old / high, 1.0, np.where(wavelength > old / low, factor, 1 / ((1 - smooth) / factor + smooth)))


def main():
    golden = {"blocks": write_blocks(), "models": {}}
    small = dict(vocab_size=640, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-5)
    plain, linear = {"rope_type": "default", "rope_theta": 10000.0}, {"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0}
    llama3 = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
    mixed = {"token_embd": Q.Q8_0, "attn_q": Q.Q4_0, "attn_k": Q.Q8_0, "attn_v": Q.F16, "ffn_gate": Q.Q4_0, "ffn_up": Q.Q5_0, "ffn_down": Q.Q4_1, "output": Q.F16}
    models = golden["models"]
    models["llama-spm"] = write_model("llama-spm", "llama", LlamaForCausalLM(LlamaConfig(**small, head_dim=16, rope_parameters=linear, tie_word_embeddings=False)), "llama2", mixed)
    config = LlamaConfig(**{**small, "vocab_size": 520}, head_dim=16, rope_parameters=llama3, tie_word_embeddings=True)
    models["llama-bpe"] = write_model("llama-bpe", "llama", LlamaForCausalLM(config), "llama3", {"token_embd": Q.F16, "attn_q": Q.Q8_0, "attn_k": Q.Q8_0}, llama3_divisors(config))
    wide = dict(vocab_size=528, hidden_size=256, intermediate_size=256, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-6)
    kquants = {"token_embd": Q.Q6_K, "attn_q": Q.Q4_K, "attn_k": Q.Q4_K, "attn_v": Q.Q6_K, "attn_output": Q.Q5_K, "ffn_gate": Q.Q4_K, "ffn_up": Q.Q4_K, "ffn_down": Q.Q6_K}
    models["qwen2"] = write_model("qwen2", "qwen2", Qwen2ForCausalLM(Qwen2Config(**wide, rope_parameters={**plain, "rope_theta": 1e6}, tie_word_embeddings=True)), "qwen2", kquants)
    # The types of files below four bits, and what else blocks can be.
    few = {"token_embd": Q.IQ4_NL, "attn_q": Q.Q2_K, "attn_k": Q.Q2_K, "attn_v": Q.Q3_K, "attn_output": Q.IQ4_XS, "ffn_gate": Q.MXFP4, "ffn_up": Q.Q5_1, "ffn_down": Q.Q3_K}
    models["qwen2-small"] = write_model("qwen2-small", "qwen2", Qwen2ForCausalLM(Qwen2Config(**{**wide, "num_hidden_layers": 2}, rope_parameters={**plain, "rope_theta": 1e6}, tie_word_embeddings=True)), "qwen2", few)
    models["qwen3"] = write_model("qwen3", "qwen3", Qwen3ForCausalLM(Qwen3Config(**{**small, "vocab_size": 521}, head_dim=32, rope_parameters={**plain, "rope_theta": 1e6}, tie_word_embeddings=True)), "qwen2", {"token_embd": Q.Q8_0})
    models["gpt2"] = write_model("gpt2", "gpt2", GPT2LMHeadModel(GPT2Config(vocab_size=520, n_positions=64, n_embd=64, n_layer=2, n_head=4)), "gpt2", {"token_embd": Q.F16, "attn_qkv": Q.Q8_0, "ffn_up": Q.Q4_0, "ffn_down": Q.F16})
    (HERE / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
