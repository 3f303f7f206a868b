"""The shapes of the bundled language models and how each is trained."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    hidden: int
    context: int
    head_dim: int = 32
    theta: float = 10000.0
    epsilon: float = 1e-5


@dataclass(frozen=True)
class Plan:
    batch: int  # sequences in a step
    rate: float  # peak learning rate
    warmup: int  # steps
    minutes: float
    compute: str = "float32"


SHAPES = {
    "sotu": Shape(4096, 192, 6, 6, 2, 512, 512),
    "sotu-draft": Shape(4096, 96, 2, 3, 1, 256, 512),
    "countdown": Shape(32, 128, 4, 4, 2, 384, 256),
}

PLANS = {
    ("sotu", "cpu"): Plan(6, 2e-3, 200, 90),
    ("sotu-draft", "cpu"): Plan(6, 3e-3, 200, 30),
    ("countdown", "cpu"): Plan(48, 2e-3, 200, 60),
    ("sotu", "gpu"): Plan(32, 3e-3, 200, 10, "bfloat16"),
    ("sotu-draft", "gpu"): Plan(32, 4e-3, 200, 5, "bfloat16"),
    ("countdown", "gpu"): Plan(512, 3e-3, 500, 20, "bfloat16"),
}

END = "<|endoftext|>"
