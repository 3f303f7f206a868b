// As empirical_denoiser.1.registers, for real GPUs: 64 samples per workgroup, points pass through workgroup memory 256
// at a time.
struct Args { samples: u32, points: u32, at: u32, out: u32, scale: f32 } // scale: 1 / 2σ²

@group(0) @binding(0) var<storage, read_write> arena:  array<f32>;
@group(0) @binding(1) var<storage, read>       points: array<vec4f>; // two points each
@group(0) @binding(2) var<uniform>             args:   Args;

const WG = 64u;
const TILE = 128u; // vec4s, two points each
var<workgroup> tile: array<vec4f, TILE>;

@compute @workgroup_size(WG)
fn empirical_denoiser(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let i = (wg.x + wg.y * groups.x) * WG + t;
  let p = args.at + 2u * min(i, args.samples - 1u);
  let x = vec2f(arena[p], arena[p + 1u]);

  var m = -3.4e38;
  var z = 0.0;
  var sum = vec2f(0.0);
  let pairs = (args.points + 1u) / 2u;
  for (var j0 = 0u; j0 < pairs; j0 += TILE) {
    let count = min(TILE, pairs - j0);
    for (var j = t; j < count; j += WG) { tile[j] = points[j0 + j]; }
    workgroupBarrier();
    for (var j = 0u; j < count; j++) {
      let y = tile[j];
      let d = (x.xyxy - y) * (x.xyxy - y);
      let both = 2u * (j0 + j) + 1u < args.points;
      let l = vec2f(-args.scale * (d.x + d.y), select(-3.4e38, -args.scale * (d.z + d.w), both));
      let top = max(m, max(l.x, l.y));
      let shrink = exp(m - top);
      let r = vec2f(exp(l.x - top), select(0.0, exp(l.y - top), both));
      m = top;
      z = z * shrink + r.x + r.y;
      sum = sum * shrink + r.x * y.xy + r.y * y.zw;
    }
    workgroupBarrier();
  }
  if (i < args.samples) {
    let y = sum / z;
    arena[args.out + 2u * i] = y.x;
    arena[args.out + 2u * i + 1u] = y.y;
  }
}
