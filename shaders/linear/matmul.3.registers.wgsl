// uses: lib/matmul.wgsl
// As matmul.1.naive, for software adapters: 8×8 outputs per invocation in named accumulators, no workgroup memory and
// no barrier, because there a workgroup access costs as much as a storage access. Loads are scalar on purpose: one
// column of k at a time keeps few values alive (1.7 times as fast as vec4 loads on SwiftShader) and takes any shape,
// stride and offset.
alias Weight = f32;
const B_KN = false;
const ACTIVATION = 0u;
const RESIDUAL = 0u;

@group(0) @binding(0) var<storage, read>       a:    array<f32>;
@group(0) @binding(1) var<storage, read>       b:    array<Weight>;
@group(0) @binding(2) var<storage, read>       bias: array<f32>;
@group(0) @binding(3) var<storage, read>       gate: array<f32>;
@group(0) @binding(4) var<storage, read_write> c:    array<f32>;
@group(0) @binding(5) var<uniform>             args: MatmulArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn matmul(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = id.x + id.y * groups.x * WG;
  let across = (args.n + 7u) / 8u;
  let row0 = (tile / across) * 8u;
  let col0 = (tile % across) * 8u;
  if (row0 >= args.m) { return; }

  // Rows and columns past the edge read the last one; `put` drops them.
  let base_a = args.a_at + id.z * args.a_batch;
  let last = args.m - 1u;
  let a0 = base_a + row0 * args.a_row;
  let a1 = base_a + min(row0 + 1u, last) * args.a_row;
  let a2 = base_a + min(row0 + 2u, last) * args.a_row;
  let a3 = base_a + min(row0 + 3u, last) * args.a_row;
  let a4 = base_a + min(row0 + 4u, last) * args.a_row;
  let a5 = base_a + min(row0 + 5u, last) * args.a_row;
  let a6 = base_a + min(row0 + 6u, last) * args.a_row;
  let a7 = base_a + min(row0 + 7u, last) * args.a_row;
  let base_b = args.b_at + id.z * args.b_batch;
  let row_b = select(args.b_row, 1u, B_KN);
  let end = args.n - 1u;
  let b0 = base_b + col0 * row_b;
  let b1 = base_b + min(col0 + 1u, end) * row_b;
  let b2 = base_b + min(col0 + 2u, end) * row_b;
  let b3 = base_b + min(col0 + 3u, end) * row_b;
  let b4 = base_b + min(col0 + 4u, end) * row_b;
  let b5 = base_b + min(col0 + 5u, end) * row_b;
  let b6 = base_b + min(col0 + 6u, end) * row_b;
  let b7 = base_b + min(col0 + 7u, end) * row_b;

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
  let step_b = select(1u, args.b_row, B_KN);
  for (var k = 0u; k < args.k; k++) {
    let p = k * step_b;
    let left = vec4f(vec4<Weight>(b[b0 + p], b[b1 + p], b[b2 + p], b[b3 + p]));
    let right = vec4f(vec4<Weight>(b[b4 + p], b[b5 + p], b[b6 + p], b[b7 + p]));
    let x0 = a[a0 + k];
    c00 += x0 * left;
    c01 += x0 * right;
    let x1 = a[a1 + k];
    c10 += x1 * left;
    c11 += x1 * right;
    let x2 = a[a2 + k];
    c20 += x2 * left;
    c21 += x2 * right;
    let x3 = a[a3 + k];
    c30 += x3 * left;
    c31 += x3 * right;
    let x4 = a[a4 + k];
    c40 += x4 * left;
    c41 += x4 * right;
    let x5 = a[a5 + k];
    c50 += x5 * left;
    c51 += x5 * right;
    let x6 = a[a6 + k];
    c60 += x6 * left;
    c61 += x6 * right;
    let x7 = a[a7 + k];
    c70 += x7 * left;
    c71 += x7 * right;
  }

  var acc = array<vec4f, 16>(c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71);
  for (var i = 0u; i < outputs(64u); i++) { put(id.z, row0 + i / 8u, col0 + i % 8u, acc[i / 4u][i % 4u]); }
}
