// pixels[y, x] = RGBA8 of a grid of tiles: sample s stands at column s % columns, row s / columns. Images (C, H, W) in
// [−1, 1] of a register, times `scale`; C = 1 is grey; values outside are clamped, tiles without a sample are
// transparent. One invocation per pixel.
struct Args {
  samples: u32, channels: u32, height: u32, width: u32,
  at: u32, columns: u32, rows: u32, out: u32, // first pixel written
  scale: f32,
}

@group(0) @binding(0) var<storage, read>       arena:  array<f32>;
@group(0) @binding(1) var<storage, read_write> pixels: array<u32>; // (rows·H, columns·W)
@group(0) @binding(2) var<uniform>             args:   Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn blit(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let across = args.columns * args.width;
  let y = i / across;
  if (y >= args.rows * args.height) { return; }
  let x = i % across;
  let sample = (y / args.height) * args.columns + x / args.width;
  var rgba = vec4f(0.0);
  if (sample < args.samples) {
    let plane = args.height * args.width;
    let p = args.at + sample * args.channels * plane + (y % args.height) * args.width + x % args.width;
    var rgb = vec3f(arena[p]);
    if (args.channels == 3u) { rgb = vec3f(arena[p], arena[p + plane], arena[p + 2u * plane]); }
    rgba = vec4f(0.5 * args.scale * rgb + 0.5, 1.0);
  }
  pixels[args.out + i] = pack4x8unorm(rgba);
}
