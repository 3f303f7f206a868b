// arena[out] = Σ softmax_j(−|x − y_j|²/2σ²)·y_j: the exact denoiser of a finite set of points in the plane. One sample
// per invocation, four points at a time in registers, online softmax with one rescaling per four. No N×N matrix.
struct Args { samples: u32, points: u32, at: u32, out: u32, scale: f32 } // scale: 1 / 2σ²

@group(0) @binding(0) var<storage, read_write> arena:  array<f32>;
// two points each; at least args.points, then anything
@group(0) @binding(1) var<storage, read>       points: array<vec4f>;
@group(0) @binding(2) var<uniform>             args:   Args;

const WG = 16u;

@compute @workgroup_size(WG)
fn empirical_denoiser(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.samples) { return; }
  let x = vec2f(arena[args.at + 2u * i], arena[args.at + 2u * i + 1u]).xyxy;

  var m = -3.4e38;
  var z = 0.0;
  var sum = vec2f(0.0);
  for (var j = 0u; j < args.points; j += 4u) {
    let a = points[j / 2u];
    let b = points[j / 2u + 1u];
    let da = (x - a) * (x - a);
    let db = (x - b) * (x - b);
    let live = vec4u(j) + vec4u(0u, 1u, 2u, 3u) < vec4u(args.points);
    let l = select(vec4f(-3.4e38), -args.scale * vec4f(da.x + da.y, da.z + da.w, db.x + db.y, db.z + db.w), live);
    let top = max(max(m, max(l.x, l.y)), max(l.z, l.w));
    let shrink = exp(m - top);
    let r = exp(l - top);
    m = top;
    z = z * shrink + r.x + r.y + r.z + r.w;
    sum = sum * shrink + r.x * a.xy + r.y * a.zw + r.z * b.xy + r.w * b.zw;
  }
  let y = sum / z;
  arena[args.out + 2u * i] = y.x;
  arena[args.out + 2u * i + 1u] = y.y;
}
