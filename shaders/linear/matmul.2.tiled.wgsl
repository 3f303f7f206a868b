// uses: lib/matmul.wgsl
// As matmul.1.naive, for real GPUs: a 64×64 tile of C per workgroup of 16×16, 4×4 outputs per invocation, A and B
// staged in workgroup memory 16 columns at a time. Needs k, row strides and first elements in multiples of 4 (and n too
// when B_KN).
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

const STRIDE = 66u; // 64 rows + 2: the transposing stores of one warp then fall into different banks
var<workgroup> tile_a: array<f32, 1056>; // [16 k][66]
var<workgroup> tile_b: array<f32, 1056>;

@compute @workgroup_size(16, 16)
fn matmul(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(local_invocation_id) lid: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row0 = wg.y * 64u;
  let col0 = wg.x * 64u;
  let zero = vec4f(0.0);
  var acc0 = zero;
  var acc1 = zero;
  var acc2 = zero;
  var acc3 = zero;

  for (var k0 = 0u; k0 < args.k; k0 += 16u) {
    // Each invocation brings one vec4 of A and one of B, zero outside the matrices.
    let r = t / 4u;
    let kq = (t % 4u) * 4u;
    var va = zero;
    if (row0 + r < args.m && k0 + kq < args.k) {
      va = a[(args.a_at + wg.z * args.a_batch + (row0 + r) * args.a_row + k0 + kq) / 4u];
    }
    for (var i = 0u; i < 4u; i++) { tile_a[(kq + i) * STRIDE + r] = va[i]; }
    let base = args.b_at + wg.z * args.b_batch;
    if (B_KN) {
      let kr = t / 16u;
      let cq = (t % 16u) * 4u;
      var vb = zero;
      if (k0 + kr < args.k && col0 + cq < args.n) { vb = vec4f(b[(base + (k0 + kr) * args.b_row + col0 + cq) / 4u]); }
      for (var i = 0u; i < 4u; i++) { tile_b[kr * STRIDE + cq + i] = vb[i]; }
    } else {
      var vb = zero;
      if (col0 + r < args.n && k0 + kq < args.k) { vb = vec4f(b[(base + (col0 + r) * args.b_row + k0 + kq) / 4u]); }
      for (var i = 0u; i < 4u; i++) { tile_b[(kq + i) * STRIDE + r] = vb[i]; }
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let pa = k * STRIDE + lid.y * 4u;
      let pb = k * STRIDE + lid.x * 4u;
      let vb = vec4f(tile_b[pb], tile_b[pb + 1u], tile_b[pb + 2u], tile_b[pb + 3u]);
      acc0 += tile_a[pa] * vb;
      acc1 += tile_a[pa + 1u] * vb;
      acc2 += tile_a[pa + 2u] * vb;
      acc3 += tile_a[pa + 3u] * vb;
    }
    workgroupBarrier();
  }

  var acc = array<vec4f, 4>(acc0, acc1, acc2, acc3);
  for (var i = 0u; i < outputs(16u); i++) {
    put(wg.z, row0 + lid.y * 4u + i / 4u, col0 + lid.x * 4u + i % 4u, acc[i / 4u][i % 4u]);
  }
}
