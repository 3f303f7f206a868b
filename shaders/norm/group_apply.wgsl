// y = act(a·x + b), a and b by sample and channel: GroupNorm where no convolution reads the picture and applies it.
struct Args { samples: u32, pixels: u32, channels: u32, activation: u32 } // 0 none, 1 SiLU

@group(0) @binding(0) var<storage, read>       x:    array<f32>; // (samples, pixels, channels)
@group(0) @binding(1) var<storage, read>       norm: array<f32>; // (samples, 2, channels)
@group(0) @binding(2) var<storage, read_write> y:    array<f32>;
@group(0) @binding(3) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn group_apply(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let per = args.pixels * args.channels;
  if (i >= args.samples * per) { return; }
  let at = 2u * (i / per) * args.channels + i % args.channels;
  var v = norm[at] * x[i] + norm[at + args.channels];
  if (args.activation == 1u) { v = v / (1.0 + exp(-clamp(v, -80.0, 80.0))); }
  y[i] = v;
}
