// uses: lib/weights.f32.wgsl lib/rows.1.wgsl lib/dot.2.lanes.wgsl lib/linear.wgsl lib/activations.wgsl
// y[r, n] = act(W·x[r] + bias), or y[r, n] += that, for up to eight rows of x: a linear layer while decoding. Which
// lanes share the work is the dot.* file's business, how weights are stored the weights.* file's; the wrapper appends
// the ones it wants.
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;
@group(0) @binding(5) var<uniform>             args: LinearArgs;

@compute @workgroup_size(WG)
fn matvec(in: In) {
  let quads = (args.n + 3u) / 4u;
  let q = quad_of(in);
  if (may_leave(q, quads)) { return; }
  let n = min(q, quads - 1u) * 4u;
  // Every invocation must reach the barriers of dot4; one without a quad of its own then has no rows to finish.
  let rows_of_x = select(0u, args.dots.rows, q < quads);
  let sums = dot4(in, min(n + vec4u(0u, 1u, 2u, 3u), vec4u(args.n - 1u)));
  for (var r = row_first(in); r < rows_of_x; r += row_step(in)) {
    let v = total(in, sums, r);
    put(r, n, v.x);
    put(r, n + 1u, v.y);
    put(r, n + 2u, v.z);
    put(r, n + 3u, v.w);
  }
}
