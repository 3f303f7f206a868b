// Networks of the bundled models in NumPy, from their model.json and weights.safetensors.

export const FILE = `@functools.cache
def load(folder):
    """model.json of a folder, a path or an address, and its tensors in float64."""
    from safetensors.numpy import load as tensors

    def read(name):
        where = f"{folder.rstrip('/')}/{name}"
        with urllib.request.urlopen(where) if "://" in where else open(where, "rb") as file:
            return file.read()

    info = json.loads(read("model.json"))
    return info, {name: value.astype(float) for name, value in tensors(read("weights.safetensors")).items()}`;

export const DATASET = `def denoise(x, sigma, role="main", label=-1):
    """The ideal denoiser of the images of the set. x: [samples, dim]."""
    _, tensors = load(MODEL)
    return attend(x, sigma, tensors["images"] / 127.5 - 1)`;

const LAYERS = `def linear(tensors, name, x):
    return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]


def silu(x):
    return x / 2 * (1 + np.tanh(x / 2))`;

export const MLP = `${LAYERS}


def denoise(x, sigma, role="main", label=-1):
    """D of the learned network of this target, preconditioned as in EDM (arXiv 2206.00364). x: [samples, 2]."""
    info, tensors = load(MODEL)
    about = info["architecture"]
    deviation = about["targets"][TARGET]["sigmaData"]
    total = sigma**2 + deviation**2
    k = np.arange((about["inputs"] - 2) // 2)
    angles = np.pi / 4 * 2 ** (k / 2) * np.log(sigma) / 4
    features = np.concatenate([np.cos(angles), np.sin(angles)])
    h = np.concatenate([x / np.sqrt(total), np.tile(features, (len(x), 1))], 1)
    for layer in range(about["hiddenLayers"]):
        h = silu(linear(tensors, f"{TARGET}.layers.{layer}", h))
    out = linear(tensors, f"{TARGET}.layers.{about['hiddenLayers']}", h)
    return deviation**2 / total * x + sigma * deviation / np.sqrt(total) * out`;

export const DIT = `${LAYERS}


def normed(h, shift, scale, epsilon):
    """Layer norm over features, with a shift and a scale for each sample."""
    h = h - h.mean(-1, keepdims=True)
    h /= np.sqrt((h**2).mean(-1, keepdims=True) + epsilon)
    return h * (1 + scale[:, None]) + shift[:, None]


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def attention(qkv, heads):
    samples, tokens, width = qkv.shape
    q, k, v = qkv.reshape(samples, tokens, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    mixed = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])) @ v
    return mixed.swapaxes(1, 2).reshape(samples, tokens, width // 3)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def velocity(folder, x, t, labels):
    """The transformer's output at x_t = (1 - t) x0 + t noise. x: [samples, channels * height * width]."""
    info, w = load(folder)
    a = info["architecture"]
    p, c, rows, columns = a["patch"], a["channels"], a["height"] // a["patch"], a["width"] // a["patch"]
    # Patches in rows; in a patch rows, columns, channels.
    h = x.reshape(-1, c, rows, p, columns, p).transpose(0, 2, 4, 3, 5, 1).reshape(len(x), a["tokens"], -1)
    h = linear(w, "embed", h) + w["pos"]
    half = a["timeFeatures"] // 2
    angles = a["timeScale"] * t * np.exp(-np.log(10000) * np.arange(half) / half)
    time = linear(w, "time.2", silu(linear(w, "time.0", np.concatenate([np.cos(angles), np.sin(angles)]))))
    condition = silu(time + w["label.weight"][labels])
    shared = linear(w, "mod", condition).reshape(len(x), 6, -1)
    for b in range(a["depth"]):
        shift1, scale1, gate1, shift2, scale2, gate2 = (shared + w[f"blocks.{b}.table"]).swapaxes(0, 1)
        mixed = attention(linear(w, f"blocks.{b}.qkv", normed(h, shift1, scale1, a["epsilon"])), a["heads"])
        h = h + gate1[:, None] * linear(w, f"blocks.{b}.proj", mixed)
        inner = gelu(linear(w, f"blocks.{b}.fc1", normed(h, shift2, scale2, a["epsilon"])))
        h = h + gate2[:, None] * linear(w, f"blocks.{b}.fc2", inner)
    shift, scale = np.split(linear(w, "final.mod", condition), 2, axis=1)
    out = linear(w, "out", normed(h, shift, scale, a["epsilon"]))
    return out.reshape(-1, rows, columns, p, p, c).transpose(0, 5, 1, 3, 2, 4).reshape(len(x), -1)


def denoise(x, sigma, role="main", label=-1):
    """D(x; sigma) of the rectified flow that the transformer was trained on, of whom is asked. x: [samples, dim]."""
    folder = WEAKER if role == "weak" else MODEL
    nothing = load(folder)[0]["architecture"]["classes"]
    told = {"null": np.full(len(x), nothing), "negative": np.full(len(x), label)}.get(role, LABELS)
    alpha, t = 1 / (1 + sigma), sigma / (1 + sigma)
    out = velocity(folder, alpha * x, t, told)
    if role == "main" and GUIDANCE != 1:
        free = velocity(folder, alpha * x, t, np.full(len(x), nothing))
        out = free + GUIDANCE * (out - free)
    return alpha * x - t * out`;
