// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.3.registers, for software adapters with subgroups: 8 rows × 8 outputs per invocation, 16×16 per
// quad, which is 2×2 of them. A lane unpacks the weights of four outputs and loads every second row of x, and swaps
// them with the lanes below and beside it. Half a unit a round: the loop's code has to stay small (see matmul.5.quad).
// Works for any subgroup size.
// Written by scripts/shaders/generate.mjs from linear_matmul.quad.wgsl there: change that.
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
fn linear_matmul(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 4u;
  let across = (args.n + 15u) / 16u;
  let side = lane & 1u;
  let below = (lane >> 1u) & 1u;
  let row0 = (tile / across) * 16u + below * 8u;
  let n0 = (tile % across) * 16u + side * 8u;

  // No early return: every lane must reach the swaps. Rows and columns past the edge read the last one; `put4` drops
  // them.
  let own = row0 + side;
  let a0 = starts(own);
  let a1 = starts(own + 2u);
  let a2 = starts(own + 4u);
  let a3 = starts(own + 6u);
  // Of its eight outputs a lane unpacks the weights of four, the near ones; the lane below or above has the far ones.
  let near0 = n0 + 4u * below;
  let far0 = n0 + 4u - 4u * below;
  let end = args.n - 1u;
  let units = args.dots.units;
  let m0 = min(near0, end);
  let m1 = min(near0 + 1u, end);
  let m2 = min(near0 + 2u, end);
  let m3 = min(near0 + 3u, end);

  var sums = array<f32, 64>();
  for (var u = 0u; u < units; u++) {
    let raw0 = raw_at(m0 * units + u);
    let s0 = unit_scale(m0, u);
    let low0 = low(raw0) * s0;
    let high0 = high(raw0) * s0;
    let raw1 = raw_at(m1 * units + u);
    let s1 = unit_scale(m1, u);
    let low1 = low(raw1) * s1;
    let high1 = high(raw1) * s1;
    let raw2 = raw_at(m2 * units + u);
    let s2 = unit_scale(m2, u);
    let low2 = low(raw2) * s2;
    let high2 = high(raw2) * s2;
    let raw3 = raw_at(m3 * units + u);
    let s3 = unit_scale(m3, u);
    let low3 = low(raw3) * s3;
    let high3 = high(raw3) * s3;
    for (var half = 0u; half < 2u; half++) {
      let upper = half == 1u;
      let w0 = select(low0, high0, upper);
      let w1 = select(low1, high1, upper);
      let w2 = select(low2, high2, upper);
      let w3 = select(low3, high3, upper);
      let w4 = quadSwapY(w0);
      let w5 = quadSwapY(w1);
      let w6 = quadSwapY(w2);
      let w7 = quadSwapY(w3);
      let p = 2u * u + half;
      let x0 = x[a0 + p];
      let x2 = x[a1 + p];
      let x4 = x[a2 + p];
      let x6 = x[a3 + p];
      sums[0] = sums[0] + x0.x * w0.x + x0.y * w0.y + x0.z * w0.z + x0.w * w0.w;
      sums[1] = sums[1] + x0.x * w1.x + x0.y * w1.y + x0.z * w1.z + x0.w * w1.w;
      sums[2] = sums[2] + x0.x * w2.x + x0.y * w2.y + x0.z * w2.z + x0.w * w2.w;
      sums[3] = sums[3] + x0.x * w3.x + x0.y * w3.y + x0.z * w3.z + x0.w * w3.w;
      sums[4] = sums[4] + x0.x * w4.x + x0.y * w4.y + x0.z * w4.z + x0.w * w4.w;
      sums[5] = sums[5] + x0.x * w5.x + x0.y * w5.y + x0.z * w5.z + x0.w * w5.w;
      sums[6] = sums[6] + x0.x * w6.x + x0.y * w6.y + x0.z * w6.z + x0.w * w6.w;
      sums[7] = sums[7] + x0.x * w7.x + x0.y * w7.y + x0.z * w7.z + x0.w * w7.w;
      let x1 = quadSwapX(x0);
      sums[8] = sums[8] + x1.x * w0.x + x1.y * w0.y + x1.z * w0.z + x1.w * w0.w;
      sums[9] = sums[9] + x1.x * w1.x + x1.y * w1.y + x1.z * w1.z + x1.w * w1.w;
      sums[10] = sums[10] + x1.x * w2.x + x1.y * w2.y + x1.z * w2.z + x1.w * w2.w;
      sums[11] = sums[11] + x1.x * w3.x + x1.y * w3.y + x1.z * w3.z + x1.w * w3.w;
      sums[12] = sums[12] + x1.x * w4.x + x1.y * w4.y + x1.z * w4.z + x1.w * w4.w;
      sums[13] = sums[13] + x1.x * w5.x + x1.y * w5.y + x1.z * w5.z + x1.w * w5.w;
      sums[14] = sums[14] + x1.x * w6.x + x1.y * w6.y + x1.z * w6.z + x1.w * w6.w;
      sums[15] = sums[15] + x1.x * w7.x + x1.y * w7.y + x1.z * w7.z + x1.w * w7.w;
      sums[16] = sums[16] + x2.x * w0.x + x2.y * w0.y + x2.z * w0.z + x2.w * w0.w;
      sums[17] = sums[17] + x2.x * w1.x + x2.y * w1.y + x2.z * w1.z + x2.w * w1.w;
      sums[18] = sums[18] + x2.x * w2.x + x2.y * w2.y + x2.z * w2.z + x2.w * w2.w;
      sums[19] = sums[19] + x2.x * w3.x + x2.y * w3.y + x2.z * w3.z + x2.w * w3.w;
      sums[20] = sums[20] + x2.x * w4.x + x2.y * w4.y + x2.z * w4.z + x2.w * w4.w;
      sums[21] = sums[21] + x2.x * w5.x + x2.y * w5.y + x2.z * w5.z + x2.w * w5.w;
      sums[22] = sums[22] + x2.x * w6.x + x2.y * w6.y + x2.z * w6.z + x2.w * w6.w;
      sums[23] = sums[23] + x2.x * w7.x + x2.y * w7.y + x2.z * w7.z + x2.w * w7.w;
      let x3 = quadSwapX(x2);
      sums[24] = sums[24] + x3.x * w0.x + x3.y * w0.y + x3.z * w0.z + x3.w * w0.w;
      sums[25] = sums[25] + x3.x * w1.x + x3.y * w1.y + x3.z * w1.z + x3.w * w1.w;
      sums[26] = sums[26] + x3.x * w2.x + x3.y * w2.y + x3.z * w2.z + x3.w * w2.w;
      sums[27] = sums[27] + x3.x * w3.x + x3.y * w3.y + x3.z * w3.z + x3.w * w3.w;
      sums[28] = sums[28] + x3.x * w4.x + x3.y * w4.y + x3.z * w4.z + x3.w * w4.w;
      sums[29] = sums[29] + x3.x * w5.x + x3.y * w5.y + x3.z * w5.z + x3.w * w5.w;
      sums[30] = sums[30] + x3.x * w6.x + x3.y * w6.y + x3.z * w6.z + x3.w * w6.w;
      sums[31] = sums[31] + x3.x * w7.x + x3.y * w7.y + x3.z * w7.z + x3.w * w7.w;
      sums[32] = sums[32] + x4.x * w0.x + x4.y * w0.y + x4.z * w0.z + x4.w * w0.w;
      sums[33] = sums[33] + x4.x * w1.x + x4.y * w1.y + x4.z * w1.z + x4.w * w1.w;
      sums[34] = sums[34] + x4.x * w2.x + x4.y * w2.y + x4.z * w2.z + x4.w * w2.w;
      sums[35] = sums[35] + x4.x * w3.x + x4.y * w3.y + x4.z * w3.z + x4.w * w3.w;
      sums[36] = sums[36] + x4.x * w4.x + x4.y * w4.y + x4.z * w4.z + x4.w * w4.w;
      sums[37] = sums[37] + x4.x * w5.x + x4.y * w5.y + x4.z * w5.z + x4.w * w5.w;
      sums[38] = sums[38] + x4.x * w6.x + x4.y * w6.y + x4.z * w6.z + x4.w * w6.w;
      sums[39] = sums[39] + x4.x * w7.x + x4.y * w7.y + x4.z * w7.z + x4.w * w7.w;
      let x5 = quadSwapX(x4);
      sums[40] = sums[40] + x5.x * w0.x + x5.y * w0.y + x5.z * w0.z + x5.w * w0.w;
      sums[41] = sums[41] + x5.x * w1.x + x5.y * w1.y + x5.z * w1.z + x5.w * w1.w;
      sums[42] = sums[42] + x5.x * w2.x + x5.y * w2.y + x5.z * w2.z + x5.w * w2.w;
      sums[43] = sums[43] + x5.x * w3.x + x5.y * w3.y + x5.z * w3.z + x5.w * w3.w;
      sums[44] = sums[44] + x5.x * w4.x + x5.y * w4.y + x5.z * w4.z + x5.w * w4.w;
      sums[45] = sums[45] + x5.x * w5.x + x5.y * w5.y + x5.z * w5.z + x5.w * w5.w;
      sums[46] = sums[46] + x5.x * w6.x + x5.y * w6.y + x5.z * w6.z + x5.w * w6.w;
      sums[47] = sums[47] + x5.x * w7.x + x5.y * w7.y + x5.z * w7.z + x5.w * w7.w;
      sums[48] = sums[48] + x6.x * w0.x + x6.y * w0.y + x6.z * w0.z + x6.w * w0.w;
      sums[49] = sums[49] + x6.x * w1.x + x6.y * w1.y + x6.z * w1.z + x6.w * w1.w;
      sums[50] = sums[50] + x6.x * w2.x + x6.y * w2.y + x6.z * w2.z + x6.w * w2.w;
      sums[51] = sums[51] + x6.x * w3.x + x6.y * w3.y + x6.z * w3.z + x6.w * w3.w;
      sums[52] = sums[52] + x6.x * w4.x + x6.y * w4.y + x6.z * w4.z + x6.w * w4.w;
      sums[53] = sums[53] + x6.x * w5.x + x6.y * w5.y + x6.z * w5.z + x6.w * w5.w;
      sums[54] = sums[54] + x6.x * w6.x + x6.y * w6.y + x6.z * w6.z + x6.w * w6.w;
      sums[55] = sums[55] + x6.x * w7.x + x6.y * w7.y + x6.z * w7.z + x6.w * w7.w;
      let x7 = quadSwapX(x6);
      sums[56] = sums[56] + x7.x * w0.x + x7.y * w0.y + x7.z * w0.z + x7.w * w0.w;
      sums[57] = sums[57] + x7.x * w1.x + x7.y * w1.y + x7.z * w1.z + x7.w * w1.w;
      sums[58] = sums[58] + x7.x * w2.x + x7.y * w2.y + x7.z * w2.z + x7.w * w2.w;
      sums[59] = sums[59] + x7.x * w3.x + x7.y * w3.y + x7.z * w3.z + x7.w * w3.w;
      sums[60] = sums[60] + x7.x * w4.x + x7.y * w4.y + x7.z * w4.z + x7.w * w4.w;
      sums[61] = sums[61] + x7.x * w5.x + x7.y * w5.y + x7.z * w5.z + x7.w * w5.w;
      sums[62] = sums[62] + x7.x * w6.x + x7.y * w6.y + x7.z * w6.z + x7.w * w6.w;
      sums[63] = sums[63] + x7.x * w7.x + x7.y * w7.y + x7.z * w7.z + x7.w * w7.w;
    }
  }

  // Row i of the sums is row i ^ side of the outputs.
  var nears = array<vec4f, 8>(
    vec4f(sums[0], sums[1], sums[2], sums[3]),
    vec4f(sums[8], sums[9], sums[10], sums[11]),
    vec4f(sums[16], sums[17], sums[18], sums[19]),
    vec4f(sums[24], sums[25], sums[26], sums[27]),
    vec4f(sums[32], sums[33], sums[34], sums[35]),
    vec4f(sums[40], sums[41], sums[42], sums[43]),
    vec4f(sums[48], sums[49], sums[50], sums[51]),
    vec4f(sums[56], sums[57], sums[58], sums[59]),
  );
  var fars = array<vec4f, 8>(
    vec4f(sums[4], sums[5], sums[6], sums[7]),
    vec4f(sums[12], sums[13], sums[14], sums[15]),
    vec4f(sums[20], sums[21], sums[22], sums[23]),
    vec4f(sums[28], sums[29], sums[30], sums[31]),
    vec4f(sums[36], sums[37], sums[38], sums[39]),
    vec4f(sums[44], sums[45], sums[46], sums[47]),
    vec4f(sums[52], sums[53], sums[54], sums[55]),
    vec4f(sums[60], sums[61], sums[62], sums[63]),
  );
  let near_scale = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let far_scale = quadSwapY(near_scale);
  let near_bias = bias4(near0);
  let far_bias = bias4(far0);
  for (var i = 0u; i < outputs(8u); i++) {
    let row = row0 + (i ^ side);
    put4(row, near0, near_scale * nears[i], near_bias);
    put4(row, far0, far_scale * fars[i], far_bias);
  }
}
