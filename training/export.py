"""Writes public/models/<id>/ and golden-networks/<id>.json from the checkpoints: python training/export.py [ids...]."""

import argparse
import datetime
import hashlib
import json
import re
from pathlib import Path

import torch
from safetensors.torch import save_file

import config
import datasets
import frechet
import kid
import provenance
import reference
import targets2d
import train_mlp2d
from model import DiT, PatchNet
from train_features import accuracy, split

HERE = Path(__file__).resolve().parent
TITLES = {"digits": "Handwritten digits", "avatars": "Avatars"}
FLOW = "rectified flow: x_t = (1-t) x0 + t eps; the network gives v = eps - x0; x0 = x_t - t v; t = sigma / (1 + sigma) after x_t = x / (1 + sigma)"


def half(state):
    """What the file holds, and the same values in float32 for everything computed from them."""
    return {k: v.detach().cpu().to(torch.float16).contiguous() for k, v in state.items()}


def dump(path, value):
    """Indented JSON with lists of plain values on one line."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r",\s+", ", ", m[1]) + "]", text)
    path.write_text(text + "\n")


def update(path, values):
    dump(path, {**json.loads(path.read_text()), **values})


def write(folder, tensors, card):
    """Weights and card; a former evaluation survives only if the weights did not change."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "weights.safetensors"
    save_file(tensors, path)
    path.chmod(0o644)
    data = path.read_bytes()
    card["weights"] = dict(file=path.name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    old = folder / "model.json"
    if old.exists():
        former = json.loads(old.read_text())
        if former.get("weights", {}).get("sha256") == card["weights"]["sha256"] and "evaluation" in former:
            card["evaluation"] = former["evaluation"]
    dump(old, card)
    print(f"{card['id']}: {len(data)} bytes")


def golden(id, values, card, args):
    args.golden.mkdir(parents=True, exist_ok=True)
    head = dict(model=id, weights=card["weights"]["sha256"], command="python training/export.py")
    dump(args.golden / f"{id}.json", {**head, **values})


def trained_on(args):
    device = "one GPU" if args.preset == "gpu" else "CPU, one core"
    return dict(date=datetime.date.today().isoformat(), device=device)


def load_dit(name, preset, tensors):
    net = DiT(**config.network(name, preset))
    net.load_state_dict({k: v.float() for k, v in tensors.items()})
    return net.eval()


def load_patchnet(name, tensors):
    image = config.IMAGES[name]
    net = PatchNet(image["channels"], image["size"], len(image["classes"]))
    net.load_state_dict({k: v.float() for k, v in tensors.items() if not k.startswith("real.")})
    return net.eval()


def export_dit(name, args):
    id = name if args.preset != "weak" else f"{name}-weak"
    state = torch.load(args.checkpoints / f"{name}-{args.preset}.pt", weights_only=True, map_location="cpu")
    tensors = half(state["ema"])
    net = load_dit(name, args.preset, tensors)
    size = config.network(name, args.preset)
    where = provenance.DIGITS if name == "digits" else provenance.AVATARS
    source = dict(where["data"])
    values = reference.dit(net)
    card = dict(
        id=id,
        title=TITLES[name] if id == name else f"{TITLES[name]}: a weaker network",
        architecture=dict(
            kind="dit",
            channels=size["channels"],
            height=size["size"],
            width=size["size"],
            patch=size["patch"],
            tokens=(size["size"] // size["patch"]) ** 2,
            d=size["d"],
            depth=size["depth"],
            heads=size["heads"],
            hidden=4 * size["d"],
            classes=size["classes"],
            nullClass=size["classes"],
            timeFeatures=256,
            timeScale=1000,
            epsilon=1e-6,
            parameters=sum(v.numel() for k, v in tensors.items() if k != "pos"),
        ),
        prediction="velocity",
        formula=FLOW,
        sigmaMin=0.02,
        sigmaMax=80,
        classes=config.IMAGES[name]["classes"],
        data=source,
        licence=where["licence"],
        command=f"python training/train_diffusion.py {name} --preset {args.preset} --steps {state['step']}",
        steps=state["step"],
        batch=config.PLANS[name, args.preset]["batch"],
        minutes=round(state["seconds"] / 60, 1),
        loss=round(state["loss"], 4),
        trainedOn=trained_on(args),
        reference=[{k: case[k] for k in ("phase", "t", "label", "output")} for case in values["cases"]],
    )
    write(args.out / id, tensors, card)
    golden(id, values, card, args)


def export_features(name, args):
    id = f"{name}-features"
    state = torch.load(args.checkpoints / f"{id}.pt", weights_only=True, map_location="cpu")
    tensors = half(state["net"])
    net = load_patchnet(name, tensors)
    images, labels = datasets.load(name, args.data)
    held = split(len(labels))[1]
    real = frechet.features(net, images)
    mean, cov = frechet.statistics(real)
    tensors["real.mean"], tensors["real.cov"] = mean.float().contiguous(), cov.float().contiguous()
    cubic, within = kid.moments(real.double().numpy())
    tensors["real.cubic"], tensors["real.within"] = torch.from_numpy(cubic).float(), torch.tensor([within]).float()
    image = config.IMAGES[name]
    where = provenance.DIGITS if name == "digits" else provenance.AVATARS
    values = reference.patchnet(net, image["channels"], image["size"])
    card = dict(
        id=id,
        title=f"{TITLES[name]}: feature network",
        architecture=dict(
            kind="patchnet",
            channels=image["channels"],
            height=image["size"],
            width=image["size"],
            patch=4,
            tokens=(image["size"] // 4) ** 2,
            patchWidth=32,
            hidden=128,
            features=32,
            classes=len(image["classes"]),
            activation="gelu-tanh",
        ),
        classes=image["classes"],
        data=where["data"],
        licence=where["licence"],
        command=f"python training/train_features.py {name} --preset {args.preset}",
        steps=state["step"],
        trainedOn=trained_on(args),
        heldOutAccuracy=accuracy(net, images[held], labels[held]),
        heldOutImages=len(held),
        realImages=len(images),
        frechetFloor=frechet.floor(real, labels),
        frechetNote="features of n real images (equal classes) from one random half against the mean and unbiased covariance of the other half; 5 draws",
        reference=values["cases"],
    )
    write(args.out / id, tensors, card)
    golden(id, values, card, args)


def export_plane(args):
    state = torch.load(args.checkpoints / "mlp2d.pt", weights_only=True)
    tensors, nets, targets = {}, {}, {}
    for name in targets2d.TARGETS:
        trained = state[name]
        own = half(trained["net"])
        net = train_mlp2d.Denoiser(trained["sigma_data"])
        net.load_state_dict({k: v.float() for k, v in own.items()})
        nets[name] = net.eval()
        tensors.update({f"{name}.{k}": v for k, v in own.items()})
        targets[name] = dict(sigmaData=trained["sigma_data"], steps=trained["steps"], loss=round(trained["loss"], 5))
    values = reference.plane(nets)
    card = dict(
        id="mlp2d",
        title="Six plane targets, learned",
        architecture=dict(
            kind="mlp2d",
            targets=targets,
            inputs=18,
            width=128,
            hiddenLayers=3,
            outputs=2,
            activation="silu",
            tensors="<target>.layers.<0..3>.weight [out,in] and .bias",
        ),
        prediction="edm",
        formula=dict(
            denoiser="D(x; s) = cSkip x + cOut F(cIn x, phi(s))",
            cSkip="sd^2 / (s^2 + sd^2)",
            cOut="s sd / sqrt(s^2 + sd^2)",
            cIn="1 / sqrt(s^2 + sd^2)",
            noise="a = ln(s) / 4",
            phi="[cos(w_k a) for k = 0..7, sin(w_k a) for k = 0..7], w_k = (pi/4) 2^(k/2)",
            input="[cIn x_0, cIn x_1, phi_0 .. phi_15]",
            sd="sigmaData of the target = sqrt(trace(covariance) / 2)",
        ),
        sigmaMin=train_mlp2d.SIGMA_MIN,
        sigmaMax=train_mlp2d.SIGMA_MAX,
        classes=[],
        data=provenance.PLANE["data"],
        licence=provenance.PLANE["licence"],
        command=f"python training/train_mlp2d.py --preset {args.preset}",
        steps=max(t["steps"] for t in targets.values()),
        loss={name: t["loss"] for name, t in targets.items()},
        denoiserError={name: train_mlp2d.error(net, name) for name, net in nets.items()},
        denoiserErrorNote="root mean square distance to the exact denoiser, by noise level",
        trainedOn=trained_on(args),
        reference={name: cases[2] for name, cases in values["targets"].items()},
    )
    write(args.out / "mlp2d", tensors, card)
    golden("mlp2d", values, card, args)


def export_set(args):
    images, labels = datasets.load("digits", args.data)
    pick = torch.cat([(labels == digit).nonzero()[:100, 0] for digit in range(10)])
    tensors = dict(images=images[pick].reshape(-1, 784).contiguous(), labels=labels[pick].to(torch.uint8))
    card = dict(
        id="digits-set",
        title="1,000 digits, exactly",
        architecture=dict(kind="dataset", channels=1, height=28, width=28, count=len(pick), classes=10, tensors="images U8 [1000,784], labels U8 [1000]"),
        prediction="exact",
        sigmaMin=0.002,
        sigmaMax=80,
        classes=config.IMAGES["digits"]["classes"],
        data=dict(provenance.DIGITS["data"], images=len(pick), selection="the first 100 of each class"),
        licence=provenance.DIGITS["licence"],
        command="python training/export.py digits-set",
    )
    write(args.out / "digits-set", tensors, card)


def main():
    makers = {
        "digits": lambda a: export_dit("digits", a),
        "avatars": lambda a: export_dit("avatars", a),
        "mlp2d": export_plane,
        "digits-features": lambda a: export_features("digits", a),
        "avatars-features": lambda a: export_features("avatars", a),
        "digits-set": export_set,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", default=list(makers), help="default: all")
    parser.add_argument("--preset", choices=["cpu", "gpu", "weak"], default="cpu")
    parser.add_argument("--data", default="build/training")
    parser.add_argument("--checkpoints", type=Path, default=Path("build/checkpoints"))
    parser.add_argument("--out", type=Path, default=HERE.parent / "public" / "models")
    parser.add_argument("--golden", type=Path, default=HERE / "golden-networks")
    args = parser.parse_args()
    torch.set_num_threads(1)
    for id in args.ids:
        makers[id](args)


if __name__ == "__main__":
    main()
