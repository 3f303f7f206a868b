// tokens[s, t, (dy·p + dx)·C + c] = scale·arena[at + image of sample s % sources]: images (C, H, W) of a register
// become rows of p·p·C numbers, patches in row-major order. `samples` may be a multiple of `sources`, e.g. twice for
// guidance. p = 1 with H = W = 1 copies vectors. One invocation per number.
struct Args {
  samples: u32, sources: u32, channels: u32, height: u32,
  width: u32, tile: u32, at: u32, row: u32, // row stride of tokens
  column: u32, scale: f32,                   // first column written
}

@group(0) @binding(0) var<storage, read_write> arena:  array<f32>;
@group(0) @binding(1) var<storage, read_write> tokens: array<f32>;
@group(0) @binding(2) var<uniform>             args:   Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn patchify(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let size = args.channels * args.height * args.width;
  let sample = i / size;
  if (sample >= args.samples) { return; }
  // i counts tokens' numbers, so that stores are contiguous
  let inside = args.tile * args.tile * args.channels;
  let e = i % size;
  let token = e / inside;
  let f = e % inside;
  let across = args.width / args.tile;
  let row = (token / across) * args.tile + f / (args.tile * args.channels);
  let col = (token % across) * args.tile + (f / args.channels) % args.tile;
  let image = args.at + (sample % args.sources) * size;
  let v = arena[image + ((f % args.channels) * args.height + row) * args.width + col];
  tokens[(i / inside) * args.row + args.column + f] = args.scale * v;
}
