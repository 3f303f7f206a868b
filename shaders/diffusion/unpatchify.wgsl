// arena[out] = skip·arena[at] + scale·F: the network's tokens (samples, T, p·p·C) back as images (C, H, W), wrapped
// into a denoiser. With guidance the tokens hold the conditional batch, then the unconditional one, and F = u +
// weight·(c − u), times the sample's factor where it is rescaled. Amended, D becomes given·D + bounded·clip(D) +
// kept·x. One invocation per pixel and channel; `out` may be `at`.
struct Args {
  samples: u32, channels: u32, height: u32, width: u32,
  tile: u32, at: u32, out: u32, row: u32,               // row stride of tokens
  pixel: u32, guided: u32, rescaled: u32, amended: u32, // stride of the pixels of a token
  skip: f32, scale: f32, weight: f32, clip: f32,
  given: f32, bounded: f32, kept: f32,
}

@group(0) @binding(0) var<storage, read_write> arena:   array<f32>;
@group(0) @binding(1) var<storage, read>       tokens:  array<f32>;
@group(0) @binding(2) var<storage, read>       factors: array<f32>; // (samples)
@group(0) @binding(3) var<uniform>             args:    Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn unpatchify(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let plane = args.height * args.width;
  let size = args.channels * plane;
  let sample = i / size;
  if (sample >= args.samples) { return; }
  let e = i % size;
  let row = (e % plane) / args.width;
  let col = e % args.width;
  let across = args.width / args.tile;
  let count = (args.height / args.tile) * across; // tokens of a sample
  let token = sample * count + (row / args.tile) * across + col / args.tile;
  let f = ((row % args.tile) * args.tile + col % args.tile) * args.pixel + e / plane;
  var v = tokens[token * args.row + f];
  if (args.guided != 0u) {
    let u = tokens[(token + args.samples * count) * args.row + f];
    v = u + args.weight * (v - u);
  }
  if (args.rescaled != 0u) { v *= factors[sample]; }
  let x = arena[args.at + i];
  var d = args.skip * x + args.scale * v;
  if (args.amended != 0u) {
    d = args.given * d + args.bounded * clamp(d, -args.clip, args.clip) + args.kept * x;
  }
  arena[args.out + i] = d;
}
