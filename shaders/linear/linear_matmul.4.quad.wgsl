// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.3.registers, for software adapters with subgroups: 16 rows × 8 outputs per invocation. A unit of weights is expanded
// once for 16 rows, into `cell`, turned; the four lanes of a quad work on the same rows, each loads x for every fourth and quadBroadcast
// hands it round (see matmul.5.quad). One column at a time keeps the loop's code small. Works for any subgroup size.
enable subgroups;
diagnostic(off, subgroup_uniformity);
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;   // (rows, n)
@group(0) @binding(5) var<uniform>             args: LinearArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn linear_matmul(@builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) lanes: u32) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 4u;
  let across = (args.n + 31u) / 32u;
  let row0 = (tile / across) * 16u;
  let n0 = (tile % across) * 32u + (lane % 4u) * 8u;

  // No early return: every lane of a quad must reach the broadcasts. Rows and columns past the edge read the last one; `put` drops them.
  let own = row0 + lane % 4u;
  let a0 = starts(own);
  let a1 = starts(own + 4u);
  let a2 = starts(own + 8u);
  let a3 = starts(own + 12u);
  let end = args.n - 1u;
  let units = args.dots.units;
  let m0 = min(n0, end);
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
  var c80 = vec4f(0.0);
  var c81 = vec4f(0.0);
  var c90 = vec4f(0.0);
  var c91 = vec4f(0.0);
  var ca0 = vec4f(0.0);
  var ca1 = vec4f(0.0);
  var cb0 = vec4f(0.0);
  var cb1 = vec4f(0.0);
  var cc0 = vec4f(0.0);
  var cc1 = vec4f(0.0);
  var cd0 = vec4f(0.0);
  var cd1 = vec4f(0.0);
  var ce0 = vec4f(0.0);
  var ce1 = vec4f(0.0);
  var cf0 = vec4f(0.0);
  var cf1 = vec4f(0.0);
  var cell: array<vec4f, 16>; // [half of the outputs][column of the unit]
  for (var u = 0u; u < units; u++) {
    {
      let w0 = w[m0 * units + u];
      let s0 = unit_scale(m0, u);
      let w1 = w[m1 * units + u];
      let s1 = unit_scale(m1, u);
      let w2 = w[m2 * units + u];
      let s2 = unit_scale(m2, u);
      let w3 = w[m3 * units + u];
      let s3 = unit_scale(m3, u);
      let lows = transpose(mat4x4f(low(w0) * s0, low(w1) * s1, low(w2) * s2, low(w3) * s3));
      cell[0] = lows[0];
      cell[1] = lows[1];
      cell[2] = lows[2];
      cell[3] = lows[3];
      let highs = transpose(mat4x4f(high(w0) * s0, high(w1) * s1, high(w2) * s2, high(w3) * s3));
      cell[4] = highs[0];
      cell[5] = highs[1];
      cell[6] = highs[2];
      cell[7] = highs[3];
    }
    {
      let w0 = w[m4 * units + u];
      let s0 = unit_scale(m4, u);
      let w1 = w[m5 * units + u];
      let s1 = unit_scale(m5, u);
      let w2 = w[m6 * units + u];
      let s2 = unit_scale(m6, u);
      let w3 = w[m7 * units + u];
      let s3 = unit_scale(m7, u);
      let lows = transpose(mat4x4f(low(w0) * s0, low(w1) * s1, low(w2) * s2, low(w3) * s3));
      cell[8] = lows[0];
      cell[9] = lows[1];
      cell[10] = lows[2];
      cell[11] = lows[3];
      let highs = transpose(mat4x4f(high(w0) * s0, high(w1) * s1, high(w2) * s2, high(w3) * s3));
      cell[12] = highs[0];
      cell[13] = highs[1];
      cell[14] = highs[2];
      cell[15] = highs[3];
    }
    for (var k = 0u; k < 8u; k++) {
      let left = cell[k];
      let right = cell[k + 8u];
      let p = 2u * u + k / 4u;
      let own0 = x[a0 + p][k % 4u];
      let own1 = x[a1 + p][k % 4u];
      let own2 = x[a2 + p][k % 4u];
      let own3 = x[a3 + p][k % 4u];
      let x0 = quadBroadcast(own0, 0u);
      c00 += x0 * left;
      c01 += x0 * right;
      let x1 = quadBroadcast(own0, 1u);
      c10 += x1 * left;
      c11 += x1 * right;
      let x2 = quadBroadcast(own0, 2u);
      c20 += x2 * left;
      c21 += x2 * right;
      let x3 = quadBroadcast(own0, 3u);
      c30 += x3 * left;
      c31 += x3 * right;
      let x4 = quadBroadcast(own1, 0u);
      c40 += x4 * left;
      c41 += x4 * right;
      let x5 = quadBroadcast(own1, 1u);
      c50 += x5 * left;
      c51 += x5 * right;
      let x6 = quadBroadcast(own1, 2u);
      c60 += x6 * left;
      c61 += x6 * right;
      let x7 = quadBroadcast(own1, 3u);
      c70 += x7 * left;
      c71 += x7 * right;
      let x8 = quadBroadcast(own2, 0u);
      c80 += x8 * left;
      c81 += x8 * right;
      let x9 = quadBroadcast(own2, 1u);
      c90 += x9 * left;
      c91 += x9 * right;
      let xa = quadBroadcast(own2, 2u);
      ca0 += xa * left;
      ca1 += xa * right;
      let xb = quadBroadcast(own2, 3u);
      cb0 += xb * left;
      cb1 += xb * right;
      let xc = quadBroadcast(own3, 0u);
      cc0 += xc * left;
      cc1 += xc * right;
      let xd = quadBroadcast(own3, 1u);
      cd0 += xd * left;
      cd1 += xd * right;
      let xe = quadBroadcast(own3, 2u);
      ce0 += xe * left;
      ce1 += xe * right;
      let xf = quadBroadcast(own3, 3u);
      cf0 += xf * left;
      cf1 += xf * right;
    }
  }

  let scale0 = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  var lefts = array<vec4f, 16>(c00, c10, c20, c30, c40, c50, c60, c70, c80, c90, ca0, cb0, cc0, cd0, ce0, cf0);
  let scale1 = vec4f(row_scale(m4), row_scale(m5), row_scale(m6), row_scale(m7));
  var rights = array<vec4f, 16>(c01, c11, c21, c31, c41, c51, c61, c71, c81, c91, ca1, cb1, cc1, cd1, ce1, cf1);
  for (var i = 0u; i < outputs(16u); i++) {
    let left = scale0 * lefts[i];
    let right = scale1 * rights[i];
    for (var j = 0u; j < outputs(4u); j++) {
      put(row0 + i, n0 + j, left[j]);
      put(row0 + i, n0 + 4u + j, right[j]);
    }
  }
}
