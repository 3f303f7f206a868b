// partial[i] = Σ_j |a_i − b_j| over the rows of two sets (n, dim) and (m, dim): energy distance and its kin; the host
// adds the rows in float64. One row of a and four rows of b at a time per invocation; part `id.y` of `parts` of b, so
// few rows fill a machine.
struct Args { n: u32, m: u32, dim: u32, a_at: u32, b_at: u32, parts: u32 }

@group(0) @binding(0) var<storage, read>       a:       array<f32>; // (n, dim)
@group(0) @binding(1) var<storage, read>       b:       array<f32>; // (m, dim)
@group(0) @binding(2) var<storage, read_write> partial: array<f32>; // (parts, n)
@group(0) @binding(3) var<uniform>             args:    Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn pairwise_distance(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= args.n) { return; }
  let p = args.a_at + i * args.dim;
  let quads = (args.m + 3u) / 4u;
  let size = (quads + args.parts - 1u) / args.parts;
  let end = min(quads, (id.y + 1u) * size);
  var sum = 0.0;
  for (var q = id.y * size; q < end; q++) {
    let j = q * 4u;
    let last = args.m - 1u - j; // rows past the first that exist
    let b0 = args.b_at + j * args.dim;
    let b1 = b0 + min(1u, last) * args.dim;
    let b2 = b0 + min(2u, last) * args.dim;
    let b3 = b0 + min(3u, last) * args.dim;
    var squares = vec4f(0.0);
    for (var c = 0u; c < args.dim; c++) {
      let d = a[p + c] - vec4f(b[b0 + c], b[b1 + c], b[b2 + c], b[b3 + c]);
      squares += d * d;
    }
    let r = sqrt(squares);
    sum += r.x + select(0.0, r.y, last >= 1u) + select(0.0, r.z, last >= 2u) + select(0.0, r.w, last >= 3u);
  }
  partial[id.y * args.n + i] = sum;
}
