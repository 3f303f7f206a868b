// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.1.naive, for software adapters: 8 rows × 8 outputs per invocation in named accumulators, no
// workgroup memory and no barrier. A unit of weights is expanded once for eight rows.
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;   // (rows, n)
@group(0) @binding(5) var<uniform>             args: LinearArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn linear_matmul(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = id.x + id.y * groups.x * WG;
  let across = (args.n + 7u) / 8u;
  let row0 = (tile / across) * 8u;
  let n0 = (tile % across) * 8u;
  if (row0 >= args.dots.rows) { return; }

  // Rows and columns past the edge read the last one; `put` drops them.
  let a0 = starts(row0);
  let a1 = starts(row0 + 1u);
  let a2 = starts(row0 + 2u);
  let a3 = starts(row0 + 3u);
  let a4 = starts(row0 + 4u);
  let a5 = starts(row0 + 5u);
  let a6 = starts(row0 + 6u);
  let a7 = starts(row0 + 7u);
  let end = args.n - 1u;
  let units = args.dots.units;
  let m0 = n0;
  let m1 = min(n0 + 1u, end);
  let m2 = min(n0 + 2u, end);
  let m3 = min(n0 + 3u, end);
  let m4 = min(n0 + 4u, end);
  let m5 = min(n0 + 5u, end);
  let m6 = min(n0 + 6u, end);
  let m7 = min(n0 + 7u, end);
  var c00 = vec4f(0.0);
  var c01 = vec4f(0.0);
  var c10 = vec4f(0.0);
  var c11 = vec4f(0.0);
  var c20 = vec4f(0.0);
  var c21 = vec4f(0.0);
  var c30 = vec4f(0.0);
  var c31 = vec4f(0.0);
  var c40 = vec4f(0.0);
  var c41 = vec4f(0.0);
  var c50 = vec4f(0.0);
  var c51 = vec4f(0.0);
  var c60 = vec4f(0.0);
  var c61 = vec4f(0.0);
  var c70 = vec4f(0.0);
  var c71 = vec4f(0.0);
  for (var u = 0u; u < units; u++) {
    let w0 = raw_at(m0 * units + u);
    let w1 = raw_at(m1 * units + u);
    let w2 = raw_at(m2 * units + u);
    let w3 = raw_at(m3 * units + u);
    let w4 = raw_at(m4 * units + u);
    let w5 = raw_at(m5 * units + u);
    let w6 = raw_at(m6 * units + u);
    let w7 = raw_at(m7 * units + u);
    let s0 = unit_scale(m0, u);
    let s1 = unit_scale(m1, u);
    let s2 = unit_scale(m2, u);
    let s3 = unit_scale(m3, u);
    let s4 = unit_scale(m4, u);
    let s5 = unit_scale(m5, u);
    let s6 = unit_scale(m6, u);
    let s7 = unit_scale(m7, u);
    // A loop, not two copies: code of this size is slow to compile.
    for (var h = 0u; h < 2u; h++) {
      let upper = h == 1u;
      let left = mat4x4f(part(w0, upper) * s0, part(w1, upper) * s1, part(w2, upper) * s2, part(w3, upper) * s3);
      let right = mat4x4f(part(w4, upper) * s4, part(w5, upper) * s5, part(w6, upper) * s6, part(w7, upper) * s7);
      let k = 2u * u + h;
      let x0 = x[a0 + k];
      c00 += x0 * left;
      c01 += x0 * right;
      let x1 = x[a1 + k];
      c10 += x1 * left;
      c11 += x1 * right;
      let x2 = x[a2 + k];
      c20 += x2 * left;
      c21 += x2 * right;
      let x3 = x[a3 + k];
      c30 += x3 * left;
      c31 += x3 * right;
      let x4 = x[a4 + k];
      c40 += x4 * left;
      c41 += x4 * right;
      let x5 = x[a5 + k];
      c50 += x5 * left;
      c51 += x5 * right;
      let x6 = x[a6 + k];
      c60 += x6 * left;
      c61 += x6 * right;
      let x7 = x[a7 + k];
      c70 += x7 * left;
      c71 += x7 * right;
    }
  }

  let scale0 = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let scale1 = vec4f(row_scale(m4), row_scale(m5), row_scale(m6), row_scale(m7));
  var acc = array<vec4f, 16>(
    c00 * scale0, c01 * scale1, c10 * scale0, c11 * scale1, c20 * scale0, c21 * scale1, c30 * scale0, c31 * scale1,
    c40 * scale0, c41 * scale1, c50 * scale0, c51 * scale1, c60 * scale0, c61 * scale1, c70 * scale0, c71 * scale1,
  );
  for (var i = 0u; i < outputs(64u); i++) { put(row0 + i / 8u, n0 + i % 8u, acc[i / 4u][i % 4u]); }
}

fn part(raw: Raw, upper: bool) -> vec4f { return select(low(raw), high(raw), upper); }
