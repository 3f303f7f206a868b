"""Frechet distance between Gaussians fitted to features, in float64."""

import torch

import datasets


@torch.no_grad()
def features(net, images):
    """uint8 or [-1,1] images -> float64 features."""
    parts = [net.features(datasets.to_unit(b) if b.dtype == torch.uint8 else b) for b in images.split(500)]
    return torch.cat(parts).double()


def statistics(f):
    """Mean and unbiased covariance."""
    return f.mean(0), torch.cov(f.T)


def distance(a, b):
    (m1, c1), (m2, c2) = a, b
    values, vectors = torch.linalg.eigh(c1)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ c2 @ root).clamp(min=0).sqrt().sum()
    return ((m1 - m2).square().sum() + c1.trace() + c2.trace() - 2 * cross).item()


def balanced(labels, n):
    """Indices of n entries whose classes go round as in the evaluation: otherwise the class lottery alone would dominate the floor."""
    classes = int(labels.max()) + 1
    return torch.cat([(labels == k).nonzero()[: len(range(k, n, classes)), 0] for k in range(classes)])


def floor(f, labels, sizes=(128, 256, 512, 1024), draws=5):
    """n real images of one random half, classes balanced, against all of the other half: what a perfect model would score."""
    result = []
    for n in sizes:
        values = []
        for draw in range(draws):
            order = torch.randperm(len(f), generator=torch.Generator().manual_seed(1000 * n + draw))
            a, b = order[: len(f) // 2], order[len(f) // 2 :]
            values.append(distance(statistics(f[a[balanced(labels[a], n)]]), statistics(f[b])))
        values = torch.tensor(values, dtype=torch.float64)
        result.append(dict(n=n, mean=round(values.mean().item(), 6), sd=round(values.std().item(), 6)))
    return result
