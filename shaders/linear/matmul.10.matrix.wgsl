// uses: lib/matmul.wgsl lib/matrix.wgsl
enable subgroups;
enable chromium_experimental_subgroup_matrix;
requires subgroup_id;
// As matmul.2.tiled with the 8×8 matrices of a subgroup: 64×64 outputs a workgroup, 32×32 for each of its four
// subgroups, whose lanes must be 32. Rows are staged in workgroup memory, for a matrix cannot be loaded past an edge.
// Needs k, row strides and first elements in multiples of 4 (and n too when B_KN).
alias Weight = f32;
const B_KN = false;
const ACTIVATION = 0u;
const RESIDUAL = 0u;

@group(0) @binding(0) var<storage, read>       a:    array<vec4f>;
@group(0) @binding(1) var<storage, read>       b:    array<vec4<Weight>>;
@group(0) @binding(2) var<storage, read>       bias: array<f32>;
@group(0) @binding(3) var<storage, read>       gate: array<f32>;
@group(0) @binding(4) var<storage, read_write> c:    array<f32>;
@group(0) @binding(5) var<uniform>             args: MatmulArgs;

const TILE = 64u;
const BK = 16u;
// Four more than BK: neighbouring rows lie in different banks.
const ROW = 20u;
const B0 = TILE * ROW;
// Rows of A as [row][k], then of B as [column][k]; in the end the outputs as [row][column].
var<workgroup> tile: array<f32, TILE * TILE>;

fn stage(at: u32, v: vec4f) {
  tile[at] = v.x;
  tile[at + 1u] = v.y;
  tile[at + 2u] = v.z;
  tile[at + 3u] = v.w;
}

@compute @workgroup_size(128)
fn matmul(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32, @builtin(subgroup_id) part: u32) {
  let row0 = wg.y * TILE;
  let col0 = wg.x * TILE;
  let base_a = (args.a_at + wg.z * args.a_batch) / 4u;
  let base_b = (args.b_at + wg.z * args.b_batch) / 4u;
  let row_a = args.a_row / 4u;
  let row_b = args.b_row / 4u;
  // This subgroup's quarter of the outputs.
  let up = 32u * (part / 2u);
  let left = 32u * (part % 2u);
  var sums: array<Sum, 16>;

  for (var k0 = 0u; k0 < args.k; k0 += BK) {
    // Zero outside the matrices.
    for (var i = t; i < TILE * BK / 4u; i += 128u) {
      let k = 4u * (i % (BK / 4u));
      let row = i / (BK / 4u);
      var v = vec4f(0.0);
      if (row0 + row < args.m && k0 + k < args.k) { v = a[base_a + (row0 + row) * row_a + (k0 + k) / 4u]; }
      stage(row * ROW + k, v);
    }
    for (var i = t; i < TILE * BK / 4u; i += 128u) {
      if (B_KN) {
        let k = i / (TILE / 4u);
        let col = 4u * (i % (TILE / 4u));
        var v = vec4f(0.0);
        if (k0 + k < args.k && col0 + col < args.n) { v = vec4f(b[base_b + (k0 + k) * row_b + (col0 + col) / 4u]); }
        for (var j = 0u; j < 4u; j++) { tile[B0 + (col + j) * ROW + k] = v[j]; }
      } else {
        let k = 4u * (i % (BK / 4u));
        let col = i / (BK / 4u);
        var v = vec4f(0.0);
        if (col0 + col < args.n && k0 + k < args.k) { v = vec4f(b[base_b + (col0 + col) * row_b + (k0 + k) / 4u]); }
        stage(B0 + col * ROW + k, v);
      }
    }
    workgroupBarrier();
    for (var k = 0u; k < BK; k += 8u) {
      var rows: array<Left, 4>;
      for (var i = 0u; i < 4u; i++) { rows[i] = load_left(up * ROW + 8u * i * ROW + k, ROW); }
      for (var j = 0u; j < 4u; j++) {
        let columns = load_right(B0 + (left + 8u * j) * ROW + k, ROW);
        for (var i = 0u; i < 4u; i++) { sums[4u * i + j] = multiply_add(rows[i], columns, sums[4u * i + j]); }
      }
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) { store_sum((up + 8u * i) * TILE + left + 8u * j, sums[4u * i + j], TILE); }
  }
  workgroupBarrier();
  let col = 4u * (t % (TILE / 4u));
  let biases = bias4(col0 + col);
  for (var row = t / (TILE / 4u); row < outputs(TILE); row += 128u / (TILE / 4u)) {
    let at = row * TILE + col;
    put4(wg.z, row0 + row, col0 + col, vec4f(tile[at], tile[at + 1u], tile[at + 2u], tile[at + 3u]), biases);
  }
}
