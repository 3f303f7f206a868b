"""The networks, exactly as the WGSL side reads them: tensor names and layouts here are the file format."""

import math

import torch
from torch import nn
from torch.nn import functional as F


def patchify(x, p):
    """(B,C,H,W) -> (B,T,p*p*C): tokens row-major, inside a token the order is (dy, dx, c)."""
    b, c, h, w = x.shape
    x = x.reshape(b, c, h // p, p, w // p, p)
    return x.permute(0, 2, 4, 3, 5, 1).reshape(b, (h // p) * (w // p), p * p * c)


def unpatchify(tokens, p, c, h, w):
    x = tokens.reshape(-1, h // p, w // p, p, p, c)
    return x.permute(0, 5, 1, 3, 2, 4).reshape(-1, c, h, w)


def sincos_2d(d, rows, cols):
    """Fixed position table [rows*cols, d]: quarter each of sin(y), cos(y), sin(x), cos(x)."""
    quarter = d // 4
    freq = torch.exp(-math.log(10000.0) * torch.arange(quarter, dtype=torch.float64) / quarter)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(cols), indexing="ij")
    y, x = y.reshape(-1, 1) * freq, x.reshape(-1, 1) * freq
    return torch.cat([y.sin(), y.cos(), x.sin(), x.cos()], dim=1).float()


def time_features(t, half=128):
    freq = torch.exp(-math.log(10000.0) * torch.arange(half, device=t.device, dtype=torch.float32) / half)
    angle = 1000.0 * t[:, None] * freq
    return torch.cat([angle.cos(), angle.sin()], dim=1)


class Block(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.table = nn.Parameter(torch.zeros(6, d))
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)
        self.fc1 = nn.Linear(d, 4 * d)
        self.fc2 = nn.Linear(4 * d, d)

    def forward(self, x, m):
        b, t, d = x.shape
        shift1, scale1, gate1, shift2, scale2, gate2 = (m + self.table).unsqueeze(2).unbind(1)
        h = torch.addcmul(shift1, F.layer_norm(x, (d,), eps=1e-6), 1 + scale1)
        q, k, v = self.qkv(h).reshape(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        h = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d)
        x = torch.addcmul(x, gate1, self.proj(h))
        h = torch.addcmul(shift2, F.layer_norm(x, (d,), eps=1e-6), 1 + scale2)
        return torch.addcmul(x, gate2, self.fc2(F.gelu(self.fc1(h), approximate="tanh")))


class DiT(nn.Module):
    """Diffusion transformer with one shared modulation (adaLN-single); predicts v = eps - x0."""

    def __init__(self, channels, size, patch, d, depth, heads, classes):
        super().__init__()
        self.channels, self.size, self.patch, self.d, self.classes = channels, size, patch, d, classes
        side, width = size // patch, patch * patch * channels
        self.embed = nn.Linear(width, d)
        self.register_buffer("pos", sincos_2d(d, side, side))
        self.time = nn.Sequential(nn.Linear(256, d), nn.SiLU(), nn.Linear(d, d))
        self.label = nn.Embedding(classes + 1, d)
        self.mod = nn.Linear(d, 6 * d)
        self.blocks = nn.ModuleList(Block(d, heads) for _ in range(depth))
        self.final = nn.ModuleDict({"mod": nn.Linear(d, 2 * d)})
        self.out = nn.Linear(d, width)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.label.weight, std=0.02)
        # Zero modulation and output: every block starts as the identity and the prediction as 0.
        for module in (self.mod, self.final["mod"], self.out):
            nn.init.zeros_(module.weight)

    def forward(self, x, t, label):
        d = self.d
        h = self.embed(patchify(x, self.patch)) + self.pos
        c = F.silu(self.time(time_features(t)) + self.label(label))
        m = self.mod(c).reshape(-1, 6, d)
        for block in self.blocks:
            h = block(h, m)
        shift, scale = self.final["mod"](c)[:, None].chunk(2, dim=2)
        h = torch.addcmul(shift, F.layer_norm(h, (d,), eps=1e-6), 1 + scale)
        return unpatchify(self.out(h), self.patch, self.channels, self.size, self.size)


class PatchNet(nn.Module):
    """Small classifier; its 32 features are the space of the Frechet distance."""

    def __init__(self, channels, size, classes, patch=4):
        super().__init__()
        self.channels_in, self.size, self.patch_size, self.classes = channels, size, patch, classes
        tokens = (size // patch) ** 2
        self.patch = nn.Linear(patch * patch * channels, 32)
        self.hidden = nn.Linear(tokens * 32, 128)
        self.feature = nn.Linear(128, 32)
        self.head = nn.Linear(32, classes)

    def features(self, x):
        gelu = lambda h: F.gelu(h, approximate="tanh")
        h = gelu(self.patch(patchify(x, self.patch_size))).flatten(1)
        return gelu(self.feature(gelu(self.hidden(h))))

    def forward(self, x):
        return self.head(self.features(x))
