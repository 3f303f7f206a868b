// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.1.naive, for real GPUs: a 64×64 tile of y per workgroup of 16×16, 4×4 outputs per invocation; x and
// weights, expanded once, staged in workgroup memory 16 columns at a time.
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;   // (rows, n)
@group(0) @binding(5) var<uniform>             args: LinearArgs;

const STRIDE = 66u; // 64 rows + 2: the transposing stores of one warp then fall into different banks
var<workgroup> tile_x: array<f32, 1056>; // [16 k][66]
var<workgroup> tile_w: array<f32, 1056>;

@compute @workgroup_size(16, 16)
fn linear_matmul(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(local_invocation_id) lid: vec3u,
  @builtin(local_invocation_index) t: u32,
) {
  let row0 = wg.y * 64u;
  let n0 = wg.x * 64u;
  let zero = vec4f(0.0);
  var acc0 = zero;
  var acc1 = zero;
  var acc2 = zero;
  var acc3 = zero;

  for (var unit0 = 0u; unit0 < args.dots.units; unit0 += 2u) {
    // Each invocation brings one vec4 of x, every other one a unit of eight weights; zero outside the matrices.
    let kq = (t % 4u) * 4u;
    let r = t / 4u;
    var vx = zero;
    if (row0 + r < args.dots.rows && unit0 + kq / 8u < args.dots.units) {
      vx = x[args.dots.x_at + (row0 + r) * args.dots.x_row + 2u * unit0 + kq / 4u];
    }
    for (var i = 0u; i < 4u; i++) { tile_x[(kq + i) * STRIDE + r] = vx[i]; }
    if (t < 128u) {
      let n = n0 + t / 2u;
      let u = unit0 + t % 2u;
      var left = zero;
      var right = zero;
      if (n < args.n && u < args.dots.units) {
        let raw = raw_at(n * args.dots.units + u);
        let scale = unit_scale(n, u);
        left = low(raw) * scale;
        right = high(raw) * scale;
      }
      let to = (t % 2u) * 8u * STRIDE + t / 2u;
      for (var i = 0u; i < 4u; i++) {
        tile_w[to + i * STRIDE] = left[i];
        tile_w[to + (i + 4u) * STRIDE] = right[i];
      }
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let px = k * STRIDE + lid.y * 4u;
      let pw = k * STRIDE + lid.x * 4u;
      let vw = vec4f(tile_w[pw], tile_w[pw + 1u], tile_w[pw + 2u], tile_w[pw + 3u]);
      acc0 += tile_x[px] * vw;
      acc1 += tile_x[px + 1u] * vw;
      acc2 += tile_x[px + 2u] * vw;
      acc3 += tile_x[px + 3u] * vw;
    }
    workgroupBarrier();
  }

  var acc = array<vec4f, 4>(acc0, acc1, acc2, acc3);
  for (var i = 0u; i < outputs(16u); i++) {
    let n = n0 + lid.x * 4u + i % 4u;
    put(row0 + lid.y * 4u + i / 4u, n, acc[i / 4u][i % 4u] * row_scale(min(n, args.n - 1u)));
  }
}
