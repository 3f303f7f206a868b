"""Sizes and training plans. `cpu` made the bundled weights; `gpu` is the same recipe, wider and longer; `weak` is smaller
and shorter, for autoguidance (https://arxiv.org/abs/2406.02507), which pushes a model away from a weaker one."""

IMAGES = {
    "digits": dict(channels=1, size=28, classes=[str(i) for i in range(10)]),
    "avatars": dict(
        channels=3,
        size=32,
        classes=["pixelArt", "thumbs", "adventurer", "bigSmile", "miniavs", "personas", "micah", "funEmoji"],
    ),
}

NETWORKS = {
    ("digits", "cpu"): dict(patch=4, d=96, depth=4, heads=3),
    ("avatars", "cpu"): dict(patch=4, d=128, depth=5, heads=4),
    ("digits", "weak"): dict(patch=4, d=64, depth=2, heads=2),
    ("avatars", "weak"): dict(patch=4, d=64, depth=2, heads=2),
    ("digits", "gpu"): dict(patch=4, d=256, depth=8, heads=8),
    ("avatars", "gpu"): dict(patch=2, d=256, depth=8, heads=8),
}

PLANS = {
    ("digits", "cpu"): dict(steps=20000, batch=64, peak=2e-3, autocast=False),
    ("avatars", "cpu"): dict(steps=6400, batch=64, peak=2e-3, autocast=False),
    ("digits", "weak"): dict(steps=3000, batch=64, peak=2e-3, autocast=False),
    ("avatars", "weak"): dict(steps=1500, batch=64, peak=2e-3, autocast=False),
    ("digits", "gpu"): dict(steps=30000, batch=256, peak=1e-3, autocast=True),
    ("avatars", "gpu"): dict(steps=60000, batch=256, peak=1e-3, autocast=True),
}


def network(name, preset):
    image = IMAGES[name]
    return dict(channels=image["channels"], size=image["size"], classes=len(image["classes"]), **NETWORKS[name, preset])

FEATURES = {
    ("digits", "cpu"): dict(steps=12000, batch=128, shift=2),
    ("avatars", "cpu"): dict(steps=3000, batch=64, shift=1),
    ("digits", "gpu"): dict(steps=40000, batch=256, shift=2),
    ("avatars", "gpu"): dict(steps=10000, batch=256, shift=1),
}
