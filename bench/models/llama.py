"""A bundled language model as ONNX: a decoder with its KV cache as inputs and outputs, inputs, outputs and sizes
named as Optimum names them, so that transformers.js loads it as `text-generation`.

Two graphs. `fused` uses GroupQueryAttention, which rotates, appends and attends in one operator: the form in which language models are
published for the web. The other one writes attention out in plain operators; a query group's heads are rows of one product, so that
keys and values are never repeated."""

import numpy as np

from graph import Graph


def rope_tables(c):
    """cos and sin, [context, headDim/2]."""
    half = np.arange(0, c["head_dim"], 2, dtype=np.float64) / c["head_dim"]
    angles = np.arange(c["max_position_embeddings"], dtype=np.float64)[:, None] / c["rope_theta"] ** half[None]
    return np.cos(angles), np.sin(angles)


def build(weights, c, fused):
    g = Graph(f"llama {c['hidden_size']}x{c['num_hidden_layers']}")
    layers, heads, kv, size = c["num_hidden_layers"], c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
    groups, epsilon = heads // kv, c["rms_norm_eps"]
    ids = g.input("input_ids", "int64", ["batch_size", "sequence_length"])
    mask = g.input("attention_mask", "int64", ["batch_size", "total_sequence_length"])
    positions = None if fused else g.input("position_ids", "int64", ["batch_size", "sequence_length"])
    past = [[g.input(f"past_key_values.{i}.{part}", "float", ["batch_size", kv, "past_sequence_length", size]) for part in ("key", "value")] for i in range(layers)]
    cos, sin = (g.const(table, name=name) for table, name in zip(rope_tables(c), ("cos", "sin")))

    def weight(name):
        return g.const(weights[f"{name}.weight"].T, name=f"{name}.weight")

    def norm_weight(name):
        return g.const(weights[f"{name}.weight"], name=f"{name}.weight")

    def cut(value, axis, begin, end):
        return g.Slice(value, g.ints(begin), g.ints(end), g.ints(axis))

    total = g.Gather(g.Shape(mask), g.const(1, np.int64, "one"), axis=0)
    if fused:
        # Zero-based place of each sequence's last token, and the length with the new tokens.
        last = g.Cast(g.Sub(g.ReduceSum(mask, g.ints(1), keepdims=0), g.const(1, np.int64, "one")), to=6)
        length = g.Cast(total, to=6)
    else:
        # May token i of this pass, at past + i, see key j: j <= past + i and j is not padding. [batch, 1, 1, length, total]
        rows = g.Gather(g.Shape(ids), g.const(1, np.int64, "one"), axis=0)
        zero, one = g.const(0, np.int64, "zero"), g.const(1, np.int64, "one")
        at = g.Add(g.Range(zero, rows, one), g.Sub(total, rows))
        causal = g.LessOrEqual(g.Unsqueeze(g.Range(zero, total, one), g.ints(0)), g.Unsqueeze(at, g.ints(1)))
        seen = g.And(g.Unsqueeze(g.Cast(mask, to=9), g.ints(1, 2, 3)), causal)
        barrier = g.Where(seen, np.float32(0), np.float32(-1e30))

    def attention(name, value, past_key, past_value):
        q, k, v = (weights[f"{name}.{part}_proj.weight"] for part in "qkv")
        if fused:
            packed = g.MatMul(value, np.concatenate([q, k, v]).T)
            options = dict(num_heads=heads, kv_num_heads=kv, do_rotary=1, rotary_interleaved=0, scale=size**-0.5)
            return g.contrib("GroupQueryAttention", packed, "", "", past_key, past_value, last, length, cos, sin, outputs=3, **options)

        def split(matrix, count):
            return g.Transpose(g.Reshape(g.MatMul(value, matrix.T), g.ints(0, 0, count, size)), perm=[0, 2, 1, 3])

        q, k = (g.contrib("RotaryEmbedding", split(m, n), positions, cos, sin, interleaved=0) for m, n in ((q, heads), (k, kv)))
        key, value = g.Concat(past_key, k, axis=2), g.Concat(past_value, split(v, kv), axis=2)
        scores = g.MatMul(g.Reshape(q, g.ints(0, kv, -1, size)), g.Transpose(key, perm=[0, 1, 3, 2]))
        whole = g.Concat(g.Shape(q, start=0, end=1), g.ints(kv, groups), g.Shape(q, start=2, end=3), g.Shape(key, start=2, end=3), axis=0)
        scores = g.Add(g.Mul(g.Reshape(scores, whole), np.float32([size**-0.5])), barrier)
        shares = g.Reshape(g.Softmax(scores, axis=-1), g.Concat(g.Shape(q, start=0, end=1), g.ints(kv, -1), g.Shape(key, start=2, end=3), axis=0))
        mixed = g.Reshape(g.MatMul(shares, value), g.Shape(q))
        return g.Reshape(g.Transpose(mixed, perm=[0, 2, 1, 3]), g.ints(0, 0, heads * size)), key, value

    table = g.const(weights["model.embed_tokens.weight"], name="model.embed_tokens.weight")
    x = g.Gather(table, ids, axis=0)
    # ONNX Runtime's RMS norm, alone and with the residual sum before it; the latter's fourth output is the sum.
    y = g.node("SimplifiedLayerNormalization", [x, norm_weight("model.layers.0.input_layernorm")], axis=-1, epsilon=epsilon, stash_type=1)
    present = []

    def add_norm(x, delta, name):
        y, _, _, total = g.contrib("SkipSimplifiedLayerNormalization", x, delta, norm_weight(name), outputs=4, epsilon=epsilon)
        node = g.nodes[-1]
        node.output[1] = node.output[2] = ""
        return total, y

    for i in range(layers):
        name = f"model.layers.{i}"
        mixed, key, value = attention(f"{name}.self_attn", y, *past[i])
        present.append((key, value))
        x, y = add_norm(x, g.MatMul(mixed, weight(f"{name}.self_attn.o_proj")), f"{name}.post_attention_layernorm")
        gate, up = (g.MatMul(y, weight(f"{name}.mlp.{part}_proj")) for part in ("gate", "up"))
        h = g.Mul(g.Mul(gate, g.Sigmoid(gate)), up)
        x, y = add_norm(x, g.MatMul(h, weight(f"{name}.mlp.down_proj")), f"model.layers.{i + 1}.input_layernorm" if i + 1 < layers else "model.norm")
    # The head is the transposed embedding; logits are asked for after the last token alone, as generation does.
    y = cut(y, 1, -1, np.iinfo(np.int64).max)
    g.output(g.MatMul(y, g.const(weights["model.embed_tokens.weight"].T, name="lm_head.weight")), "logits", "float", ["batch_size", 1, c["vocab_size"]])
    for i, (key, value) in enumerate(present):
        g.output(key, f"present.{i}.key", "float", ["batch_size", kv, "total_sequence_length", size])
        g.output(value, f"present.{i}.value", "float", ["batch_size", kv, "total_sequence_length", size])
    return g
