// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.4.quad, for software adapters with subgroups of 8 or more: 16 rows × 8 outputs per invocation, 32×32
// per octet, two quads of four side by side. A lane unpacks the weights of four outputs and loads every fourth row of
// x; quad swaps hand round x, a shuffle between the two quads the weights (see matmul.11.octet).
// Written by scripts/shaders/generate.mjs from linear_matmul.octet.wgsl there: change that.
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
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 8u;
  let across = (args.n + 31u) / 32u;
  let side = lane & 3u;
  let below = (lane >> 2u) & 1u;
  let row0 = (tile / across) * 32u + below * 16u;
  let n0 = (tile % across) * 32u + side * 8u;

  // No early return: every lane must reach the swaps. Rows and columns past the edge read the last one; `put4` drops
  // them.
  let own = row0 + side;
  let a0 = starts(own);
  let a1 = starts(own + 4u);
  let a2 = starts(own + 8u);
  let a3 = starts(own + 12u);
  // Of its eight outputs a lane unpacks the weights of four, the near ones; the lane below or above has the far ones.
  let near0 = n0 + 4u * below;
  let far0 = n0 + 4u - 4u * below;
  let end = args.n - 1u;
  let units = args.dots.units;
  let m0 = min(near0, end);
  let m1 = min(near0 + 1u, end);
  let m2 = min(near0 + 2u, end);
  let m3 = min(near0 + 3u, end);

  var sum0 = vec4f(0.0);
  var rest0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var rest1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var rest2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  var rest3 = vec4f(0.0);
  var sum4 = vec4f(0.0);
  var rest4 = vec4f(0.0);
  var sum5 = vec4f(0.0);
  var rest5 = vec4f(0.0);
  var sum6 = vec4f(0.0);
  var rest6 = vec4f(0.0);
  var sum7 = vec4f(0.0);
  var rest7 = vec4f(0.0);
  var sum8 = vec4f(0.0);
  var rest8 = vec4f(0.0);
  var sum9 = vec4f(0.0);
  var rest9 = vec4f(0.0);
  var sum10 = vec4f(0.0);
  var rest10 = vec4f(0.0);
  var sum11 = vec4f(0.0);
  var rest11 = vec4f(0.0);
  var sum12 = vec4f(0.0);
  var rest12 = vec4f(0.0);
  var sum13 = vec4f(0.0);
  var rest13 = vec4f(0.0);
  var sum14 = vec4f(0.0);
  var rest14 = vec4f(0.0);
  var sum15 = vec4f(0.0);
  var rest15 = vec4f(0.0);
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
      let w4 = subgroupShuffleXor(w0, 4u);
      let w5 = subgroupShuffleXor(w1, 4u);
      let w6 = subgroupShuffleXor(w2, 4u);
      let w7 = subgroupShuffleXor(w3, 4u);
      let p = 2u * u + half;
      let x0 = x[a0 + p];
      let x4 = x[a1 + p];
      let x8 = x[a2 + p];
      let x12 = x[a3 + p];
      let near_x = vec4f(w0.x, w1.x, w2.x, w3.x);
      let near_y = vec4f(w0.y, w1.y, w2.y, w3.y);
      let near_z = vec4f(w0.z, w1.z, w2.z, w3.z);
      let near_w = vec4f(w0.w, w1.w, w2.w, w3.w);
      let far_x = vec4f(w4.x, w5.x, w6.x, w7.x);
      let far_y = vec4f(w4.y, w5.y, w6.y, w7.y);
      let far_z = vec4f(w4.z, w5.z, w6.z, w7.z);
      let far_w = vec4f(w4.w, w5.w, w6.w, w7.w);
      sum0 = sum0 + x0.x * near_x + x0.y * near_y + x0.z * near_z + x0.w * near_w;
      rest0 = rest0 + x0.x * far_x + x0.y * far_y + x0.z * far_z + x0.w * far_w;
      let x1 = quadSwapX(x0);
      sum1 = sum1 + x1.x * near_x + x1.y * near_y + x1.z * near_z + x1.w * near_w;
      rest1 = rest1 + x1.x * far_x + x1.y * far_y + x1.z * far_z + x1.w * far_w;
      let x2 = quadSwapY(x0);
      sum2 = sum2 + x2.x * near_x + x2.y * near_y + x2.z * near_z + x2.w * near_w;
      rest2 = rest2 + x2.x * far_x + x2.y * far_y + x2.z * far_z + x2.w * far_w;
      let x3 = quadSwapDiagonal(x0);
      sum3 = sum3 + x3.x * near_x + x3.y * near_y + x3.z * near_z + x3.w * near_w;
      rest3 = rest3 + x3.x * far_x + x3.y * far_y + x3.z * far_z + x3.w * far_w;
      sum4 = sum4 + x4.x * near_x + x4.y * near_y + x4.z * near_z + x4.w * near_w;
      rest4 = rest4 + x4.x * far_x + x4.y * far_y + x4.z * far_z + x4.w * far_w;
      let x5 = quadSwapX(x4);
      sum5 = sum5 + x5.x * near_x + x5.y * near_y + x5.z * near_z + x5.w * near_w;
      rest5 = rest5 + x5.x * far_x + x5.y * far_y + x5.z * far_z + x5.w * far_w;
      let x6 = quadSwapY(x4);
      sum6 = sum6 + x6.x * near_x + x6.y * near_y + x6.z * near_z + x6.w * near_w;
      rest6 = rest6 + x6.x * far_x + x6.y * far_y + x6.z * far_z + x6.w * far_w;
      let x7 = quadSwapDiagonal(x4);
      sum7 = sum7 + x7.x * near_x + x7.y * near_y + x7.z * near_z + x7.w * near_w;
      rest7 = rest7 + x7.x * far_x + x7.y * far_y + x7.z * far_z + x7.w * far_w;
      sum8 = sum8 + x8.x * near_x + x8.y * near_y + x8.z * near_z + x8.w * near_w;
      rest8 = rest8 + x8.x * far_x + x8.y * far_y + x8.z * far_z + x8.w * far_w;
      let x9 = quadSwapX(x8);
      sum9 = sum9 + x9.x * near_x + x9.y * near_y + x9.z * near_z + x9.w * near_w;
      rest9 = rest9 + x9.x * far_x + x9.y * far_y + x9.z * far_z + x9.w * far_w;
      let x10 = quadSwapY(x8);
      sum10 = sum10 + x10.x * near_x + x10.y * near_y + x10.z * near_z + x10.w * near_w;
      rest10 = rest10 + x10.x * far_x + x10.y * far_y + x10.z * far_z + x10.w * far_w;
      let x11 = quadSwapDiagonal(x8);
      sum11 = sum11 + x11.x * near_x + x11.y * near_y + x11.z * near_z + x11.w * near_w;
      rest11 = rest11 + x11.x * far_x + x11.y * far_y + x11.z * far_z + x11.w * far_w;
      sum12 = sum12 + x12.x * near_x + x12.y * near_y + x12.z * near_z + x12.w * near_w;
      rest12 = rest12 + x12.x * far_x + x12.y * far_y + x12.z * far_z + x12.w * far_w;
      let x13 = quadSwapX(x12);
      sum13 = sum13 + x13.x * near_x + x13.y * near_y + x13.z * near_z + x13.w * near_w;
      rest13 = rest13 + x13.x * far_x + x13.y * far_y + x13.z * far_z + x13.w * far_w;
      let x14 = quadSwapY(x12);
      sum14 = sum14 + x14.x * near_x + x14.y * near_y + x14.z * near_z + x14.w * near_w;
      rest14 = rest14 + x14.x * far_x + x14.y * far_y + x14.z * far_z + x14.w * far_w;
      let x15 = quadSwapDiagonal(x12);
      sum15 = sum15 + x15.x * near_x + x15.y * near_y + x15.z * near_z + x15.w * near_w;
      rest15 = rest15 + x15.x * far_x + x15.y * far_y + x15.z * far_z + x15.w * far_w;
    }
  }

  // Row i of the sums is row i ^ side of the outputs.
  var nears = array<vec4f, 16>(
    sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10, sum11, sum12, sum13, sum14, sum15,
  );
  var fars = array<vec4f, 16>(
    rest0, rest1, rest2, rest3, rest4, rest5, rest6, rest7,
    rest8, rest9, rest10, rest11, rest12, rest13, rest14, rest15,
  );
  let near_scale = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let far_scale = subgroupShuffleXor(near_scale, 4u);
  let near_bias = bias4(near0);
  let far_bias = bias4(far0);
  for (var i = 0u; i < outputs(16u); i++) {
    let row = row0 + (i ^ side);
    put4(row, near0, near_scale * nears[i], near_bias);
    put4(row, far0, far_scale * fars[i], far_bias);
  }
}
