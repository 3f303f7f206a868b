"""One evaluation of a bundled diffusion transformer, as ONNX.

The work is that of src/networks/dit.ts, no more and no less: D(x; s) = a x - t v(a x), with a = 1/(1+s) and t = s/(1+s) as scalars
of the step, and the time's embedding given (both sides know it before the loop). Constants are folded as any exporter would: the
embedding's bias goes into the position table, the 1 of (1 + scale) into the modulation's table."""

import numpy as np

from graph import Graph


def build(weights, a, batch, fused=True):
    """`fused`: attention and GELU as single operators of ONNX Runtime; else only what ONNX itself defines."""
    g = Graph(f"dit {a['d']}x{a['depth']}")
    d, tokens, heads, patch, depth = a["d"], a["tokens"], a["heads"], a["patch"], a["depth"]
    channels, rows, cols = a["channels"], a["height"] // a["patch"], a["width"] // a["patch"]
    image = [batch, channels, a["height"], a["width"]]
    x, alpha, t = g.input("x", "float", image), g.input("alpha", "float", [1]), g.input("t", "float", [1])
    time, label = g.input("time", "float", [1, d]), g.input("label", "int64", [batch])
    ones, zeros = g.const(np.ones(d), name="ones"), g.const(np.zeros(d), name="zeros")

    def weight(name):
        return g.const(weights[f"{name}.weight"].T, name=f"{name}.weight")

    def linear(name, value):
        return g.Add(g.MatMul(value, weight(name)), weights[f"{name}.bias"])

    def norm(value, shift, scale):
        return g.Add(g.Mul(g.LayerNormalization(value, ones, zeros, axis=-1, epsilon=a["epsilon"]), scale), shift)

    def attention(name, value):
        w, b = weights[f"{name}.weight"].reshape(3, d, d), weights[f"{name}.bias"]
        if fused:
            # One product and a cut take fewer dispatches than three products, and fewer than a bias inside the attention.
            q, k, v = g.Split(linear(name, value), outputs=3, axis=2, num_outputs=3)
            return g.contrib("MultiHeadAttention", q, k, v, num_heads=heads)
        parts = []
        for i, part in enumerate(w):
            split = g.Reshape(g.Add(g.MatMul(value, part.T), b[i * d : (i + 1) * d]), g.ints(batch, tokens, heads, d // heads))
            parts.append(g.Transpose(split, perm=[0, 2, 3, 1] if i == 1 else [0, 2, 1, 3]))
        q, k, v = parts
        scores = g.Softmax(g.Mul(g.MatMul(q, k), np.float32([(d // heads) ** -0.5])), axis=-1)
        return g.Reshape(g.Transpose(g.MatMul(scores, v), perm=[0, 2, 1, 3]), g.ints(batch, tokens, d))

    def mlp(name, value):
        up = g.MatMul(value, weight(f"{name}.fc1"))
        bias = weights[f"{name}.fc1.bias"]
        up = g.contrib("FastGelu", up, bias) if fused else g.Gelu(g.Add(up, bias), approximate="tanh")
        return linear(f"{name}.fc2", up)

    xt = g.Mul(x, alpha)
    patches = g.Transpose(g.Reshape(xt, g.ints(batch, channels, rows, patch, cols, patch)), perm=[0, 2, 4, 3, 5, 1])
    patches = g.Reshape(patches, g.ints(batch, tokens, patch * patch * channels))
    h = g.Add(g.MatMul(patches, weight("embed")), weights["pos"] + weights["embed.bias"])
    c = g.Add(g.Gather(g.const(weights["label.weight"], name="label.weight"), label, axis=0), time)
    c = g.Mul(c, g.Sigmoid(c))
    shared = linear("mod", c)
    for i in range(depth):
        name = f"blocks.{i}"
        table = weights[f"{name}.table"] + np.float32([0, 1, 0, 0, 1, 0])[:, None]
        mod = g.Reshape(g.Add(shared, table.reshape(-1)), g.ints(batch, 1, 6 * d))
        shift1, scale1, gate1, shift2, scale2, gate2 = g.Split(mod, outputs=6, axis=2, num_outputs=6)
        mixed = attention(f"{name}.qkv", norm(h, shift1, scale1))
        h = g.Add(h, g.Mul(linear(f"{name}.proj", mixed), gate1))
        h = g.Add(h, g.Mul(mlp(name, norm(h, shift2, scale2)), gate2))
    last_bias = weights["final.mod.bias"] + np.repeat(np.float32([0, 1]), d)
    last = g.Reshape(g.Add(g.MatMul(c, weight("final.mod")), last_bias), g.ints(batch, 1, 2 * d))
    shift, scale = g.Split(last, outputs=2, axis=2, num_outputs=2)
    v = g.Reshape(linear("out", norm(h, shift, scale)), g.ints(batch, rows, cols, patch, patch, channels))
    v = g.Reshape(g.Transpose(v, perm=[0, 5, 1, 3, 2, 4]), g.ints(*image))
    g.output(g.Sub(xt, g.Mul(v, t)), "denoised", "float", image)
    return g


def time_embedding(weights, a, t):
    """[1, d] in float64; what src/models/networks/dit.ts calls timeEmbeddings."""
    half = a["timeFeatures"] // 2
    angle = a["timeScale"] * t * np.exp(-np.log(10000.0) * np.arange(half) / half)
    features = np.concatenate([np.cos(angle), np.sin(angle)])
    w = {k: v.astype(np.float64) for k, v in weights.items() if k.startswith("time.")}
    y = w["time.0.weight"] @ features + w["time.0.bias"]
    return (w["time.2.weight"] @ (y / (1 + np.exp(-y))) + w["time.2.bias"])[None]
