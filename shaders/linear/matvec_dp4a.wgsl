// uses: lib/weights.int8.wgsl
// y[r, n] = W·x[r] + bias with W and x in signed bytes: products of four bytes at a time, summed in whole numbers, so
// exactly (up to 133,144 columns). A quad of weight rows an invocation, a row of x in workgroup z. Rows of x come from
// quantise_rows.
requires packed_4x8_integer_dot_product;
struct Args { units: u32, n: u32, y_at: u32, y_row: u32, bias_at: u32, has_bias: u32 }

@group(0) @binding(2) var<storage, read>       q:       array<vec2u>; // (rows, units) bytes of x
@group(0) @binding(3) var<storage, read>       q_scale: array<f32>;   // (rows)
@group(0) @binding(4) var<storage, read>       bias:    array<f32>;
@group(0) @binding(5) var<storage, read_write> y:       array<f32>;
@group(0) @binding(6) var<uniform>             args:    Args;

const WG = 8u;

fn sum8(a: vec2u, b: vec2u) -> i32 { return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y); }

@compute @workgroup_size(WG)
fn matvec_dp4a(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let n = 4u * ((wg.x + wg.y * groups.x) * WG + t);
  if (n >= args.n) { return; }
  let rows = min(n + vec4u(0u, 1u, 2u, 3u), vec4u(args.n - 1u));
  let at = rows * args.units;
  let from_ = wg.z * args.units;
  var sum = vec4i(0);
  for (var u = 0u; u < args.units; u++) {
    let v = q[from_ + u];
    sum += vec4i(sum8(w[at.x + u], v), sum8(w[at.y + u], v), sum8(w[at.z + u], v), sum8(w[at.w + u], v));
  }
  let scale = q_scale[wg.z];
  for (var i = 0u; i < min(4u, args.n - n); i++) {
    var out = f32(sum[i]) * (scale * bitcast<f32>(scales[n + i]));
    if (args.has_bias != 0u) { out += bias[args.bias_at + n + i]; }
    y[args.y_at + wg.z * args.y_row + n + i] = out;
  }
}
