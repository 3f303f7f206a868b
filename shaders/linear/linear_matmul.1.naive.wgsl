// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// y[r, n] = act(W·x[r] + bias), or y[r, n] += that, for any number of rows: a linear layer over many tokens, its
// weights in any of the weights.* formats. One invocation per output.
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;   // (rows, n)
@group(0) @binding(5) var<uniform>             args: LinearArgs;

@compute @workgroup_size(16, 4)
fn linear_matmul(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x;
  if (id.y >= args.dots.rows || n >= args.n) { return; }
  let at = args.dots.x_at + id.y * args.dots.x_row;
  var sum = 0.0;
  for (var u = 0u; u < args.dots.units; u++) {
    let raw = raw_at(n * args.dots.units + u);
    sum += unit_scale(n, u) * (dot(low(raw), x[at + 2u * u]) + dot(high(raw), x[at + 2u * u + 1u]));
  }
  put(id.y, n, sum * row_scale(n));
}
