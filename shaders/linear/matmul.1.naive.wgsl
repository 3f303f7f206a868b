// uses: lib/matmul.wgsl
// C = act(alpha·A·Bᵀ + bias), or C += gate·(…). A is (m, k) by rows; B is (n, k) as PyTorch stores weights, or (k, n)
// when B_KN. One invocation per output; any shape and stride, so it also serves as the fallback where k is not a
// multiple of 4.
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

@compute @workgroup_size(16, 4)
fn matmul(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;
  let col = id.x;
  if (row >= args.m || col >= args.n) { return; }
  var pa = args.a_at + id.z * args.a_batch + row * args.a_row;
  var pb = args.b_at + id.z * args.b_batch + select(col * args.b_row, col, B_KN);
  let step = select(1u, args.b_row, B_KN);
  var sum = 0.0;
  for (var k = 0u; k < args.k; k++) {
    sum += a[pa] * f32(b[pb]);
    pa += 1u;
    pb += step;
  }
  put(id.z, row, col, sum);
}
