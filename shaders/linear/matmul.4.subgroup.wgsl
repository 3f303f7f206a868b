// uses: lib/matmul.wgsl
// As matmul.3.registers with A read once per subgroup: each lane loads another four columns of A's 8 rows and the
// values are handed round by subgroupShuffle. 8×4 outputs per invocation; works for any subgroup size.
enable subgroups;
diagnostic(off, subgroup_uniformity);
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

const WG = 64u; // columns: 4 per invocation

@compute @workgroup_size(WG)
fn matmul(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(local_invocation_index) t: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let row0 = wg.y * 8u;
  let col0 = (wg.x * WG + t) * 4u;

  // No early return: every lane of a subgroup must reach the shuffles. Addresses are clamped, `put` drops the rest.
  let base_a = (args.a_at + wg.z * args.a_batch) / 4u;
  let row_a = args.a_row / 4u;
  let last = args.m - 1u;
  let base_b = (args.b_at + wg.z * args.b_batch) / 4u;
  let row_b = args.b_row / 4u;
  let end = args.n - 1u;
  let b0 = base_b + select(min(col0, end) * row_b, min(col0, end) / 4u, B_KN);
  let b1 = base_b + min(col0 + 1u, end) * row_b;
  let b2 = base_b + min(col0 + 2u, end) * row_b;
  let b3 = base_b + min(col0 + 3u, end) * row_b;

  var c0 = vec4f(0.0);
  var c1 = vec4f(0.0);
  var c2 = vec4f(0.0);
  var c3 = vec4f(0.0);
  var c4 = vec4f(0.0);
  var c5 = vec4f(0.0);
  var c6 = vec4f(0.0);
  var c7 = vec4f(0.0);
  let steps = args.k / 4u;
  for (var k0 = 0u; k0 < steps; k0 += lanes) {
    let ka = base_a + min(k0 + lane, steps - 1u);
    let x0 = a[ka + row0 * row_a];
    let x1 = a[ka + min(row0 + 1u, last) * row_a];
    let x2 = a[ka + min(row0 + 2u, last) * row_a];
    let x3 = a[ka + min(row0 + 3u, last) * row_a];
    let x4 = a[ka + min(row0 + 4u, last) * row_a];
    let x5 = a[ka + min(row0 + 5u, last) * row_a];
    let x6 = a[ka + min(row0 + 6u, last) * row_a];
    let x7 = a[ka + min(row0 + 7u, last) * row_a];
    let count = min(lanes, steps - k0);
    for (var i = 0u; i < count; i++) {
      let k = k0 + i;
      var w: mat4x4f;
      if (B_KN) {
        let p = b0 + k * 4u * row_b;
        w = transpose(mat4x4f(vec4f(b[p]), vec4f(b[p + row_b]), vec4f(b[p + 2u * row_b]), vec4f(b[p + 3u * row_b])));
      } else {
        w = mat4x4f(vec4f(b[b0 + k]), vec4f(b[b1 + k]), vec4f(b[b2 + k]), vec4f(b[b3 + k]));
      }
      c0 += subgroupShuffle(x0, i) * w;
      c1 += subgroupShuffle(x1, i) * w;
      c2 += subgroupShuffle(x2, i) * w;
      c3 += subgroupShuffle(x3, i) * w;
      c4 += subgroupShuffle(x4, i) * w;
      c5 += subgroupShuffle(x5, i) * w;
      c6 += subgroupShuffle(x6, i) * w;
      c7 += subgroupShuffle(x7, i) * w;
    }
  }

  var acc = array<vec4f, 8>(c0, c1, c2, c3, c4, c5, c6, c7);
  for (var i = 0u; i < outputs(32u); i++) { put(wg.z, row0 + i / 4u, col0 + i % 4u, acc[i / 4u][i % 4u]); }
}
