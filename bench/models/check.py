"""Compares exported graphs, run by ONNX Runtime on the processor, with the PyTorch networks of training/ in float64."""

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime as ort
import torch

import dit
from graph import read_weights

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODELS = ROOT / "public" / "models"
# Sums of some hundred float32 products, a few dozen layers deep.
MOST = 1e-9


def module(path):
    """Both training folders have a model.py, so they are loaded by path."""
    spec = importlib.util.spec_from_file_location(f"training_{path.parent.name}", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def verdict(what, got, expected):
    got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    error, nmse = np.abs(got - expected).max(), ((got - expected) ** 2).sum() / (expected**2).sum()
    print(f"{what}: largest error {error:.2e} of {np.abs(expected).max():.2f}, NMSE {nmse:.1e}")
    if not nmse < MOST:
        sys.exit(f"{what}: NMSE {nmse:.1e} is above {MOST}: the export does not compute what the network does")


def tensors(path):
    return {k: torch.from_numpy(v).double() for k, v in read_weights(path).items()}


def session(out, id, form):
    return ort.InferenceSession(out / id / "onnx" / f"{form}.onnx", providers=["CPUExecutionProvider"])


def image(id, out, forms):
    card = json.loads((MODELS / id / "model.json").read_text())
    a, path = card["architecture"], MODELS / id / card["weights"]["file"]
    net = module(ROOT / "training" / "model.py").DiT(a["channels"], a["height"], a["patch"], a["d"], a["depth"], a["heads"], a["classes"])
    net.load_state_dict(tensors(path))
    net = net.double().eval()
    batch = json.loads((out / id / "step.json").read_text())["batch"]
    x = np.random.default_rng(0).standard_normal((batch, a["channels"], a["height"], a["width"]))
    label = np.arange(batch) % (a["classes"] + 1)
    for sigma in (0.05, 1.0, 20.0):
        alpha, t = 1 / (1 + sigma), sigma / (1 + sigma)
        scaled = torch.from_numpy(x * sigma * alpha)
        # The network as it stands takes its time features in float32; here in float64, as the page's reference does.
        embedded = torch.from_numpy(dit.time_embedding(read_weights(path), a, t))
        with torch.no_grad():
            net.time.forward = lambda _: embedded.expand(batch, -1)
            expected = scaled - t * net(scaled, torch.full((batch,), t, dtype=torch.float64), torch.from_numpy(label))
        feeds = dict(x=(x * sigma).astype(np.float32), alpha=np.float32([alpha]), t=np.float32([t]), time=embedded.numpy().astype(np.float32), label=label)
        for form in forms:
            verdict(f"{id} {form} at sigma {sigma}", session(out, id, form).run(None, feeds)[0], expected)


def text(id, out, forms):
    c = json.loads((MODELS / id / "config.json").read_text())
    names = dict(width="hidden_size", hidden="intermediate_size", layers="num_hidden_layers", heads="num_attention_heads", kv_heads="num_key_value_heads", head_dim="head_dim", vocabulary="vocab_size", context="max_position_embeddings", theta="rope_theta", epsilon="rms_norm_eps")
    net = module(ROOT / "training" / "language" / "model.py").Llama(SimpleNamespace(**{k: c[v] for k, v in names.items()}))
    missing = net.load_state_dict(tensors(MODELS / id / "model.safetensors"), strict=False)
    assert not missing.unexpected_keys and not missing.missing_keys, missing
    net = net.double().eval()
    prompt, more = 57, 8
    ids = np.random.default_rng(0).integers(0, c["vocab_size"], (2, prompt + more))
    with torch.no_grad():
        expected = net(torch.from_numpy(ids)).numpy()[:, prompt - 1 :]
    for form in forms:
        run = session(out, id, form)
        names = [i.name for i in run.get_inputs()]
        cache = {n: np.zeros((2, c["num_key_value_heads"], 0, c["head_dim"]), np.float32) for n in names if n.startswith("past")}
        got, begin = [], 0
        # A prompt in one pass, then a token at a time.
        for end in range(prompt, prompt + more + 1):
            feeds = dict(input_ids=ids[:, begin:end], attention_mask=np.ones((2, end), np.int64), position_ids=np.arange(begin, end)[None].repeat(2, 0))
            logits, *present = run.run(None, {**{k: v for k, v in feeds.items() if k in names}, **cache})
            got.append(logits[:, 0])
            cache, begin = dict(zip(cache, present)), end
        verdict(f"{id} {form}, prompt of {prompt}", got[0], expected[:, 0])
        verdict(f"{id} {form}, {more} tokens after it", np.stack(got[1:], 1), expected[:, 1:])
