// Second half of attention_decode_split: y = Σ exp(m_s − m)·sum_s / Σ exp(m_s − m)·z_s over the runs s of a row and
// head. One vector of y per invocation. A run without keys has z = 0 and a sum of 0.
struct Args { rows: u32, heads: u32, d4: u32, splits: u32 } // d4: head dimension / 4

@group(0) @binding(0) var<storage, read>       partial: array<vec4f>; // (rows, heads, splits, d4 + 1)
@group(0) @binding(1) var<storage, read_write> y:       array<vec4f>; // (rows, heads, d4)
@group(0) @binding(2) var<uniform>             args:    Args;

const WG = 16u;

@compute @workgroup_size(WG)
fn attention_decode_combine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.rows * args.heads * args.d4) { return; }
  let size = args.d4 + 1u;
  let at = i / args.d4 * args.splits * size;
  let d = i % args.d4;
  var m = -3.4e38;
  var z = 0.0;
  var sum = vec4f(0.0);
  for (var s = 0u; s < args.splits; s++) {
    let stats = partial[at + s * size + args.d4];
    if (stats.y > 0.0) {
      let top = max(m, stats.x);
      let shrink = exp(m - top);
      let e = exp(stats.x - top);
      m = top;
      z = z * shrink + e * stats.y;
      sum = sum * shrink + e * partial[at + s * size + d];
    }
  }
  y[i] = sum / z;
}
