// uses: lib/matmul.wgsl
// As matmul.5.quad, for software adapters with subgroups of 8 or more (lavapipe): 16×8 outputs per invocation, 32×32
// per octet, two quads of four side by side. A lane loads every fourth row of A and half of its columns of B; quad
// swaps hand round A, a shuffle between the two quads B. There a load of a word by 8 lanes is some 110 instructions,
// less for each word of a pair, a multiply-add 3: 8 pairs feed 256 of them. `a` and `b` are read in pairs along k (B as
// (k, n): along n), so k, strides and offsets are multiples of 2.
// Written by scripts/shaders/generate.mjs from matmul.octet.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);
alias Weight = f32;
const B_KN = false;
const ACTIVATION = 0u;
const RESIDUAL = 0u;

@group(0) @binding(0) var<storage, read>       a:    array<vec2f>;
@group(0) @binding(1) var<storage, read>       b:    array<vec2<Weight>>;
@group(0) @binding(2) var<storage, read>       bias: array<f32>;
@group(0) @binding(3) var<storage, read>       gate: array<f32>;
@group(0) @binding(4) var<storage, read_write> c:    array<f32>;
@group(0) @binding(5) var<uniform>             args: MatmulArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn matmul(
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
  let col0 = (tile % across) * 32u + side * 8u;

  // No early return: every lane must reach the swaps. Rows and columns past the edge read the last one; they are not
  // stored.
  let base_a = args.a_at + wg.z * args.a_batch;
  let last = args.m - 1u;
  let own_row = row0 + side;
  let a0 = (base_a + min(own_row, last) * args.a_row) / 2u;
  let a1 = (base_a + min(own_row + 4u, last) * args.a_row) / 2u;
  let a2 = (base_a + min(own_row + 8u, last) * args.a_row) / 2u;
  let a3 = (base_a + min(own_row + 12u, last) * args.a_row) / 2u;
  // Of four columns a lane loads the first two or the last two: (n, k) a pair of k for each, (k, n) the pair for each
  // of two k.
  let base_b = args.b_at + wg.z * args.b_batch;
  let own_col = col0 + 2u * below;
  let step_b = select(1u, args.b_row, B_KN);
  let b0 = (base_b + at_b(own_col, 0u)) / 2u;
  let b1 = (base_b + at_b(own_col, 1u)) / 2u;
  let b2 = (base_b + at_b(own_col + 4u, 0u)) / 2u;
  let b3 = (base_b + at_b(own_col + 4u, 1u)) / 2u;

  var l0 = vec4f(0.0);
  var r0 = vec4f(0.0);
  var l1 = vec4f(0.0);
  var r1 = vec4f(0.0);
  var l2 = vec4f(0.0);
  var r2 = vec4f(0.0);
  var l3 = vec4f(0.0);
  var r3 = vec4f(0.0);
  var l4 = vec4f(0.0);
  var r4 = vec4f(0.0);
  var l5 = vec4f(0.0);
  var r5 = vec4f(0.0);
  var l6 = vec4f(0.0);
  var r6 = vec4f(0.0);
  var l7 = vec4f(0.0);
  var r7 = vec4f(0.0);
  var l8 = vec4f(0.0);
  var r8 = vec4f(0.0);
  var l9 = vec4f(0.0);
  var r9 = vec4f(0.0);
  var l10 = vec4f(0.0);
  var r10 = vec4f(0.0);
  var l11 = vec4f(0.0);
  var r11 = vec4f(0.0);
  var l12 = vec4f(0.0);
  var r12 = vec4f(0.0);
  var l13 = vec4f(0.0);
  var r13 = vec4f(0.0);
  var l14 = vec4f(0.0);
  var r14 = vec4f(0.0);
  var l15 = vec4f(0.0);
  var r15 = vec4f(0.0);
  for (var k = 0u; k < args.k / 2u; k++) {
    let p = k * step_b;
    let b0k = vec2f(b[b0 + p]);
    let b1k = vec2f(b[b1 + p]);
    let b2k = vec2f(b[b2 + p]);
    let b3k = vec2f(b[b3 + p]);
    let x0 = a[a0 + k];
    let x4 = a[a1 + k];
    let x8 = a[a2 + k];
    let x12 = a[a3 + k];
    let w0 = select(b0k, vec2f(b0k.x, b1k.x), B_KN);
    let w1 = select(b1k, vec2f(b0k.y, b1k.y), B_KN);
    let far0 = subgroupShuffleXor(w0, 4u);
    let far1 = subgroupShuffleXor(w1, 4u);
    let w2 = select(b2k, vec2f(b2k.x, b3k.x), B_KN);
    let w3 = select(b3k, vec2f(b2k.y, b3k.y), B_KN);
    let far2 = subgroupShuffleXor(w2, 4u);
    let far3 = subgroupShuffleXor(w3, 4u);
    let left_x = vec4f(w0.x, w1.x, far0.x, far1.x);
    let left_y = vec4f(w0.y, w1.y, far0.y, far1.y);
    let right_x = vec4f(w2.x, w3.x, far2.x, far3.x);
    let right_y = vec4f(w2.y, w3.y, far2.y, far3.y);
    l0 = l0 + x0.x * left_x + x0.y * left_y;
    r0 = r0 + x0.x * right_x + x0.y * right_y;
    let x1 = quadSwapX(x0);
    l1 = l1 + x1.x * left_x + x1.y * left_y;
    r1 = r1 + x1.x * right_x + x1.y * right_y;
    let x2 = quadSwapY(x0);
    l2 = l2 + x2.x * left_x + x2.y * left_y;
    r2 = r2 + x2.x * right_x + x2.y * right_y;
    let x3 = quadSwapDiagonal(x0);
    l3 = l3 + x3.x * left_x + x3.y * left_y;
    r3 = r3 + x3.x * right_x + x3.y * right_y;
    l4 = l4 + x4.x * left_x + x4.y * left_y;
    r4 = r4 + x4.x * right_x + x4.y * right_y;
    let x5 = quadSwapX(x4);
    l5 = l5 + x5.x * left_x + x5.y * left_y;
    r5 = r5 + x5.x * right_x + x5.y * right_y;
    let x6 = quadSwapY(x4);
    l6 = l6 + x6.x * left_x + x6.y * left_y;
    r6 = r6 + x6.x * right_x + x6.y * right_y;
    let x7 = quadSwapDiagonal(x4);
    l7 = l7 + x7.x * left_x + x7.y * left_y;
    r7 = r7 + x7.x * right_x + x7.y * right_y;
    l8 = l8 + x8.x * left_x + x8.y * left_y;
    r8 = r8 + x8.x * right_x + x8.y * right_y;
    let x9 = quadSwapX(x8);
    l9 = l9 + x9.x * left_x + x9.y * left_y;
    r9 = r9 + x9.x * right_x + x9.y * right_y;
    let x10 = quadSwapY(x8);
    l10 = l10 + x10.x * left_x + x10.y * left_y;
    r10 = r10 + x10.x * right_x + x10.y * right_y;
    let x11 = quadSwapDiagonal(x8);
    l11 = l11 + x11.x * left_x + x11.y * left_y;
    r11 = r11 + x11.x * right_x + x11.y * right_y;
    l12 = l12 + x12.x * left_x + x12.y * left_y;
    r12 = r12 + x12.x * right_x + x12.y * right_y;
    let x13 = quadSwapX(x12);
    l13 = l13 + x13.x * left_x + x13.y * left_y;
    r13 = r13 + x13.x * right_x + x13.y * right_y;
    let x14 = quadSwapY(x12);
    l14 = l14 + x14.x * left_x + x14.y * left_y;
    r14 = r14 + x14.x * right_x + x14.y * right_y;
    let x15 = quadSwapDiagonal(x12);
    l15 = l15 + x15.x * left_x + x15.y * left_y;
    r15 = r15 + x15.x * right_x + x15.y * right_y;
  }

  // Row i of the sums is row i ^ side of the outputs; in the lower quad the pairs of columns are exchanged.
  var lefts = array<vec4f, 16>(l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15);
  var rights = array<vec4f, 16>(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15);
  let bias0 = bias4(col0);
  let bias1 = bias4(col0 + 4u);
  for (var i = 0u; i < outputs(16u); i++) {
    let row = row0 + (i ^ side);
    put4(wg.z, row, col0, select(lefts[i], lefts[i].zwxy, below == 1u), bias0);
    put4(wg.z, row, col0 + 4u, select(rights[i], rights[i].zwxy, below == 1u), bias1);
  }
}

// Where the first round of k reads a column (the first or second of a pair), columns and pairs past the edge the last
// one.
fn at_b(pair: u32, second: u32) -> u32 {
  if (B_KN) { return second * args.b_row + min(pair, args.n - 2u); }
  return min(pair + second, args.n - 1u) * args.b_row;
}
