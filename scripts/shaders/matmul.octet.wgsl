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
  //% for i in 0..4
  let a${i} = (base_a + min(${i === 0 ? 'own_row' : `own_row + ${4 * i}u`}, last) * args.a_row) / 2u;
  //% end
  // Of four columns a lane loads the first two or the last two: (n, k) a pair of k for each, (k, n) the pair for each
  // of two k.
  let base_b = args.b_at + wg.z * args.b_batch;
  let own_col = col0 + 2u * below;
  let step_b = select(1u, args.b_row, B_KN);
  let b0 = (base_b + at_b(own_col, 0u)) / 2u;
  let b1 = (base_b + at_b(own_col, 1u)) / 2u;
  let b2 = (base_b + at_b(own_col + 4u, 0u)) / 2u;
  let b3 = (base_b + at_b(own_col + 4u, 1u)) / 2u;

  //% for i in 0..16
  var l${i} = vec4f(0.0);
  var r${i} = vec4f(0.0);
  //% end
  for (var k = 0u; k < args.k / 2u; k++) {
    let p = k * step_b;
    //% for i in 0..4
    let b${i}k = vec2f(b[b${i} + p]);
    //% end
    //% for i in 0..4
    let x${4 * i} = a[a${i} + k];
    //% end
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
    //% for row in 0..16
    //% if row % 4 > 0
    let x${row} = ${['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'][row % 4]}(x${row - (row % 4)});
    //% end
    l${row} = l${row} + x${row}.x * left_x + x${row}.y * left_y;
    r${row} = r${row} + x${row}.x * right_x + x${row}.y * right_y;
    //% end
  }

  // Row i of the sums is row i ^ side of the outputs; in the lower quad the pairs of columns are exchanged.
  var lefts = array<vec4f, 16>(${list(16, (i) => `l${i}`)});
  var rights = array<vec4f, 16>(${list(16, (i) => `r${i}`)});
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
