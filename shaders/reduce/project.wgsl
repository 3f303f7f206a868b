// y[p, i] = x_i · direction_p for the rows of a set (n, dim), the rest of y's rows of `padded` filled with the largest
// finite number, so that sorting leaves it last. One invocation per number of y.
struct Args { n: u32, dim: u32, at: u32, projections: u32, padded: u32 }

@group(0) @binding(0) var<storage, read>       x:          array<f32>; // (n, dim)
@group(0) @binding(1) var<storage, read>       directions: array<f32>; // (projections, dim)
@group(0) @binding(2) var<storage, read_write> y:          array<f32>; // (projections, padded)
@group(0) @binding(3) var<uniform>             args:       Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn project(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let k = id.x + id.y * groups.x * WG;
  let p = k / args.padded;
  if (p >= args.projections) { return; }
  let i = k % args.padded;
  var v = 3.4e38;
  if (i < args.n) {
    v = 0.0;
    for (var c = 0u; c < args.dim; c++) { v += x[args.at + i * args.dim + c] * directions[p * args.dim + c]; }
  }
  y[k] = v;
}
