// uses: lib/pairs.f16.wgsl lib/picture.wgsl lib/conv.wgsl
// As conv2d.1.naive, for software adapters with subgroups of any size: the matrix product of matmul.5.quad (12 pixels ×
// 8 outputs per invocation, 24×16 per quad, two channels a round) with a loop over the taps around it. The picture lies
// within a border of zeros (conv_prepare), so a tap is an offset, and nothing is masked.
// Written by scripts/shaders/generate.mjs from conv2d.quad.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);

@group(0) @binding(2) var<storage, read>       x:        array<f32>;
@group(0) @binding(3) var<storage, read>       bias:     array<f32>;
@group(0) @binding(4) var<storage, read>       residual: array<f32>;
@group(0) @binding(5) var<storage, read_write> y:        array<f32>;
@group(0) @binding(6) var<uniform>             args:     ConvArgs;

const WG = 32u;

// Where the first tap reads a pixel, past the last one that again.
fn corner(pixel: u32) -> u32 {
  let p = min(pixel, pixels() - 1u);
  let sample = sample_of(p);
  let at = p - sample * args.rows * args.width;
  let row = args.stride * (at / args.width);
  let column = args.stride * (at % args.width);
  return 4u * (args.x_at + sample * args.x_sample + row * args.x_line) + column * 8u * args.dots.count;
}

@compute @workgroup_size(WG)
fn conv2d(
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
  let row0 = (tile / across) * 24u + below * 12u;
  let col0 = (tile % across) * 16u + side * 8u;

  // No early return: every lane of a quad must reach the swaps. `put4` drops pixels and outputs past the edge.
  let own_row = row0 + side;
  let a0 = corner(own_row);
  let a1 = corner(own_row + 2u);
  let a2 = corner(own_row + 4u);
  let a3 = corner(own_row + 6u);
  let a4 = corner(own_row + 8u);
  let a5 = corner(own_row + 10u);
  let end = args.n - 1u;
  let own_col = col0 + below;
  let b0 = min(own_col, end) * args.dots.units * 4u;
  let b1 = min(own_col + 2u, end) * args.dots.units * 4u;
  let b2 = min(own_col + 4u, end) * args.dots.units * 4u;
  let b3 = min(own_col + 6u, end) * args.dots.units * 4u;

  // Row i of the sums is row i ^ side of the outputs, column j is column j ^ below.
  var sums = array<f32, 96>();
  for (var tap = 0u; tap < args.kernel * args.kernel; tap++) {
    let offset = 4u * (tap / args.kernel) * args.x_line + (tap % args.kernel) * 8u * args.dots.count;
    let first = 4u * (tap * args.dots.tap_units + args.dots.first_unit);
    let pairs = 4u * args.dots.count;
    for (var k = 0u; k < pairs; k++) {
      let p = first + k;
      let q = offset + 2u * k;
      let pair0 = pair(b0, p);
      let w0 = pair0.x;
      let w1 = quadSwapY(w0);
      let v0 = pair0.y;
      let v1 = quadSwapY(v0);
      let pair1 = pair(b1, p);
      let w2 = pair1.x;
      let w3 = quadSwapY(w2);
      let v2 = pair1.y;
      let v3 = quadSwapY(v2);
      let pair2 = pair(b2, p);
      let w4 = pair2.x;
      let w5 = quadSwapY(w4);
      let v4 = pair2.y;
      let v5 = quadSwapY(v4);
      let pair3 = pair(b3, p);
      let w6 = pair3.x;
      let w7 = quadSwapY(w6);
      let v6 = pair3.y;
      let v7 = quadSwapY(v6);
      let x0 = x[a0 + q];
      let y0 = x[a0 + q + 1u];
      let x2 = x[a1 + q];
      let y2 = x[a1 + q + 1u];
      let x4 = x[a2 + q];
      let y4 = x[a2 + q + 1u];
      let x6 = x[a3 + q];
      let y6 = x[a3 + q + 1u];
      let x8 = x[a4 + q];
      let y8 = x[a4 + q + 1u];
      let x10 = x[a5 + q];
      let y10 = x[a5 + q + 1u];
      sums[0] = sums[0] + x0 * w0 + y0 * v0;
      sums[1] = sums[1] + x0 * w1 + y0 * v1;
      sums[2] = sums[2] + x0 * w2 + y0 * v2;
      sums[3] = sums[3] + x0 * w3 + y0 * v3;
      sums[4] = sums[4] + x0 * w4 + y0 * v4;
      sums[5] = sums[5] + x0 * w5 + y0 * v5;
      sums[6] = sums[6] + x0 * w6 + y0 * v6;
      sums[7] = sums[7] + x0 * w7 + y0 * v7;
      let x1 = quadSwapX(x0);
      let y1 = quadSwapX(y0);
      sums[8] = sums[8] + x1 * w0 + y1 * v0;
      sums[9] = sums[9] + x1 * w1 + y1 * v1;
      sums[10] = sums[10] + x1 * w2 + y1 * v2;
      sums[11] = sums[11] + x1 * w3 + y1 * v3;
      sums[12] = sums[12] + x1 * w4 + y1 * v4;
      sums[13] = sums[13] + x1 * w5 + y1 * v5;
      sums[14] = sums[14] + x1 * w6 + y1 * v6;
      sums[15] = sums[15] + x1 * w7 + y1 * v7;
      sums[16] = sums[16] + x2 * w0 + y2 * v0;
      sums[17] = sums[17] + x2 * w1 + y2 * v1;
      sums[18] = sums[18] + x2 * w2 + y2 * v2;
      sums[19] = sums[19] + x2 * w3 + y2 * v3;
      sums[20] = sums[20] + x2 * w4 + y2 * v4;
      sums[21] = sums[21] + x2 * w5 + y2 * v5;
      sums[22] = sums[22] + x2 * w6 + y2 * v6;
      sums[23] = sums[23] + x2 * w7 + y2 * v7;
      let x3 = quadSwapX(x2);
      let y3 = quadSwapX(y2);
      sums[24] = sums[24] + x3 * w0 + y3 * v0;
      sums[25] = sums[25] + x3 * w1 + y3 * v1;
      sums[26] = sums[26] + x3 * w2 + y3 * v2;
      sums[27] = sums[27] + x3 * w3 + y3 * v3;
      sums[28] = sums[28] + x3 * w4 + y3 * v4;
      sums[29] = sums[29] + x3 * w5 + y3 * v5;
      sums[30] = sums[30] + x3 * w6 + y3 * v6;
      sums[31] = sums[31] + x3 * w7 + y3 * v7;
      sums[32] = sums[32] + x4 * w0 + y4 * v0;
      sums[33] = sums[33] + x4 * w1 + y4 * v1;
      sums[34] = sums[34] + x4 * w2 + y4 * v2;
      sums[35] = sums[35] + x4 * w3 + y4 * v3;
      sums[36] = sums[36] + x4 * w4 + y4 * v4;
      sums[37] = sums[37] + x4 * w5 + y4 * v5;
      sums[38] = sums[38] + x4 * w6 + y4 * v6;
      sums[39] = sums[39] + x4 * w7 + y4 * v7;
      let x5 = quadSwapX(x4);
      let y5 = quadSwapX(y4);
      sums[40] = sums[40] + x5 * w0 + y5 * v0;
      sums[41] = sums[41] + x5 * w1 + y5 * v1;
      sums[42] = sums[42] + x5 * w2 + y5 * v2;
      sums[43] = sums[43] + x5 * w3 + y5 * v3;
      sums[44] = sums[44] + x5 * w4 + y5 * v4;
      sums[45] = sums[45] + x5 * w5 + y5 * v5;
      sums[46] = sums[46] + x5 * w6 + y5 * v6;
      sums[47] = sums[47] + x5 * w7 + y5 * v7;
      sums[48] = sums[48] + x6 * w0 + y6 * v0;
      sums[49] = sums[49] + x6 * w1 + y6 * v1;
      sums[50] = sums[50] + x6 * w2 + y6 * v2;
      sums[51] = sums[51] + x6 * w3 + y6 * v3;
      sums[52] = sums[52] + x6 * w4 + y6 * v4;
      sums[53] = sums[53] + x6 * w5 + y6 * v5;
      sums[54] = sums[54] + x6 * w6 + y6 * v6;
      sums[55] = sums[55] + x6 * w7 + y6 * v7;
      let x7 = quadSwapX(x6);
      let y7 = quadSwapX(y6);
      sums[56] = sums[56] + x7 * w0 + y7 * v0;
      sums[57] = sums[57] + x7 * w1 + y7 * v1;
      sums[58] = sums[58] + x7 * w2 + y7 * v2;
      sums[59] = sums[59] + x7 * w3 + y7 * v3;
      sums[60] = sums[60] + x7 * w4 + y7 * v4;
      sums[61] = sums[61] + x7 * w5 + y7 * v5;
      sums[62] = sums[62] + x7 * w6 + y7 * v6;
      sums[63] = sums[63] + x7 * w7 + y7 * v7;
      sums[64] = sums[64] + x8 * w0 + y8 * v0;
      sums[65] = sums[65] + x8 * w1 + y8 * v1;
      sums[66] = sums[66] + x8 * w2 + y8 * v2;
      sums[67] = sums[67] + x8 * w3 + y8 * v3;
      sums[68] = sums[68] + x8 * w4 + y8 * v4;
      sums[69] = sums[69] + x8 * w5 + y8 * v5;
      sums[70] = sums[70] + x8 * w6 + y8 * v6;
      sums[71] = sums[71] + x8 * w7 + y8 * v7;
      let x9 = quadSwapX(x8);
      let y9 = quadSwapX(y8);
      sums[72] = sums[72] + x9 * w0 + y9 * v0;
      sums[73] = sums[73] + x9 * w1 + y9 * v1;
      sums[74] = sums[74] + x9 * w2 + y9 * v2;
      sums[75] = sums[75] + x9 * w3 + y9 * v3;
      sums[76] = sums[76] + x9 * w4 + y9 * v4;
      sums[77] = sums[77] + x9 * w5 + y9 * v5;
      sums[78] = sums[78] + x9 * w6 + y9 * v6;
      sums[79] = sums[79] + x9 * w7 + y9 * v7;
      sums[80] = sums[80] + x10 * w0 + y10 * v0;
      sums[81] = sums[81] + x10 * w1 + y10 * v1;
      sums[82] = sums[82] + x10 * w2 + y10 * v2;
      sums[83] = sums[83] + x10 * w3 + y10 * v3;
      sums[84] = sums[84] + x10 * w4 + y10 * v4;
      sums[85] = sums[85] + x10 * w5 + y10 * v5;
      sums[86] = sums[86] + x10 * w6 + y10 * v6;
      sums[87] = sums[87] + x10 * w7 + y10 * v7;
      let x11 = quadSwapX(x10);
      let y11 = quadSwapX(y10);
      sums[88] = sums[88] + x11 * w0 + y11 * v0;
      sums[89] = sums[89] + x11 * w1 + y11 * v1;
      sums[90] = sums[90] + x11 * w2 + y11 * v2;
      sums[91] = sums[91] + x11 * w3 + y11 * v3;
      sums[92] = sums[92] + x11 * w4 + y11 * v4;
      sums[93] = sums[93] + x11 * w5 + y11 * v5;
      sums[94] = sums[94] + x11 * w6 + y11 * v6;
      sums[95] = sums[95] + x11 * w7 + y11 * v7;
    }
  }

  var lefts = array<vec4f, 12>(
    vec4f(sums[0], sums[1], sums[2], sums[3]),
    vec4f(sums[8], sums[9], sums[10], sums[11]),
    vec4f(sums[16], sums[17], sums[18], sums[19]),
    vec4f(sums[24], sums[25], sums[26], sums[27]),
    vec4f(sums[32], sums[33], sums[34], sums[35]),
    vec4f(sums[40], sums[41], sums[42], sums[43]),
    vec4f(sums[48], sums[49], sums[50], sums[51]),
    vec4f(sums[56], sums[57], sums[58], sums[59]),
    vec4f(sums[64], sums[65], sums[66], sums[67]),
    vec4f(sums[72], sums[73], sums[74], sums[75]),
    vec4f(sums[80], sums[81], sums[82], sums[83]),
    vec4f(sums[88], sums[89], sums[90], sums[91]),
  );
  var rights = array<vec4f, 12>(
    vec4f(sums[4], sums[5], sums[6], sums[7]),
    vec4f(sums[12], sums[13], sums[14], sums[15]),
    vec4f(sums[20], sums[21], sums[22], sums[23]),
    vec4f(sums[28], sums[29], sums[30], sums[31]),
    vec4f(sums[36], sums[37], sums[38], sums[39]),
    vec4f(sums[44], sums[45], sums[46], sums[47]),
    vec4f(sums[52], sums[53], sums[54], sums[55]),
    vec4f(sums[60], sums[61], sums[62], sums[63]),
    vec4f(sums[68], sums[69], sums[70], sums[71]),
    vec4f(sums[76], sums[77], sums[78], sums[79]),
    vec4f(sums[84], sums[85], sums[86], sums[87]),
    vec4f(sums[92], sums[93], sums[94], sums[95]),
  );
  let left_scale = scale4(col0);
  let right_scale = scale4(col0 + 4u);
  var sample = sample_of(row0);
  var left_bias = bias4(sample, col0);
  var right_bias = bias4(sample, col0 + 4u);
  for (var i = 0u; i < outputs(12u); i++) {
    let pixel = row0 + (i ^ side);
    if (sample_of(pixel) != sample) {
      sample = sample_of(pixel);
      left_bias = bias4(sample, col0);
      right_bias = bias4(sample, col0 + 4u);
    }
    put4(pixel, col0, left_scale * select(lefts[i], lefts[i].yxwz, below == 1u), left_bias);
    put4(pixel, col0 + 4u, right_scale * select(rights[i], rights[i].yxwz, below == 1u), right_bias);
  }
}

fn scale4(n: u32) -> vec4f {
  let end = args.n - 1u;
  return vec4f(
    row_scale(min(n, end)),
    row_scale(min(n + 1u, end)),
    row_scale(min(n + 2u, end)),
    row_scale(min(n + 3u, end)),
  );
}
