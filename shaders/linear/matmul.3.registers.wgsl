// uses: lib/matmul.wgsl
// As matmul.1.naive, for software adapters: 4×8 outputs per invocation in named accumulators, no workgroup memory and no
// barrier, because there a workgroup access costs as much as a storage access. Same conditions as matmul.2.tiled.
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

@compute @workgroup_size(64)
fn matmul(@builtin(global_invocation_id) id: vec3u) {
  let across = (args.n + 7u) / 8u;
  let row0 = (id.x / across) * 4u;
  let col0 = (id.x % across) * 8u;
  if (row0 >= args.m) { return; }

  // Rows and columns past the edge read the last one; `put` drops them.
  let base_a = (args.a_at + id.z * args.a_batch) / 4u;
  let row_a = args.a_row / 4u;
  let last = args.m - 1u;
  let a0 = base_a + row0 * row_a;
  let a1 = base_a + min(row0 + 1u, last) * row_a;
  let a2 = base_a + min(row0 + 2u, last) * row_a;
  let a3 = base_a + min(row0 + 3u, last) * row_a;

  let base_b = (args.b_at + id.z * args.b_batch) / 4u;
  let row_b = args.b_row / 4u;
  let end = args.n - 1u;
  let b0 = base_b + select(col0 * row_b, col0 / 4u, B_KN);
  let b1 = base_b + select(min(col0 + 1u, end) * row_b, min(col0 + 4u, end) / 4u, B_KN);
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
  let steps = args.k / 4u;
  for (var k = 0u; k < steps; k++) {
    let x0 = a[a0 + k];
    let x1 = a[a1 + k];
    let x2 = a[a2 + k];
    let x3 = a[a3 + k];
    if (B_KN) {
      let p = k * 4u * row_b;
      let left = mat4x4f(vec4f(b[b0 + p]), vec4f(b[b0 + p + row_b]), vec4f(b[b0 + p + 2u * row_b]), vec4f(b[b0 + p + 3u * row_b]));
      c00 += left * x0;
      c10 += left * x1;
      c20 += left * x2;
      c30 += left * x3;
      let right = mat4x4f(vec4f(b[b1 + p]), vec4f(b[b1 + p + row_b]), vec4f(b[b1 + p + 2u * row_b]), vec4f(b[b1 + p + 3u * row_b]));
      c01 += right * x0;
      c11 += right * x1;
      c21 += right * x2;
      c31 += right * x3;
    } else {
      let left = mat4x4f(vec4f(b[b0 + k]), vec4f(b[b1 + k]), vec4f(b[b2 + k]), vec4f(b[b3 + k]));
      c00 += x0 * left;
      c10 += x1 * left;
      c20 += x2 * left;
      c30 += x3 * left;
      let right = mat4x4f(vec4f(b[b4 + k]), vec4f(b[b5 + k]), vec4f(b[b6 + k]), vec4f(b[b7 + k]));
      c01 += x0 * right;
      c11 += x1 * right;
      c21 += x2 * right;
      c31 += x3 * right;
    }
  }

  var acc = array<vec4f, 8>(c00, c01, c10, c11, c20, c21, c30, c31);
  for (var i = 0u; i < outputs(32u); i++) { put(id.z, row0 + i / 8u, col0 + i % 8u, acc[i / 4u][i % 4u]); }
}
