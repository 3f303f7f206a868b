// uses: lib/cross.wgsl
// y = softmax(scale·q·kᵀ)·v per sample and head, k and v of tokens of their own (or of the same), any number of them.
// One query per invocation: largest score first, then the weighted sum, which y holds. Any head dimension.
alias Element = f32;
const WG = 16u;

fn score(q_at: u32, k_at: u32) -> f32 {
  var s = 0.0;
  for (var d = 0u; d < args.dim; d++) { s += q[q_at + d] * k[k_at + d]; }
  return args.scale * s;
}

@compute @workgroup_size(WG)
fn cross_attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.samples * args.heads * args.count) { return; }
  let token = args.first + i % args.count;
  let head = (i / args.count) % args.heads;
  let sample = i / (args.count * args.heads);
  let row = sample * args.queries + token;
  let q_at = args.q_at + row * args.q_row + head * args.dim;
  let y_at = args.y_at + row * args.y_row + head * args.dim;
  let begin = keys_of(sample);
  let end = begin + seen_by(token);
  let k_at = args.k_at + head * args.dim;
  let v_at = args.v_at + head * args.dim;

  var m = -3.4e38;
  for (var j = begin; j < end; j++) { m = max(m, score(q_at, k_at + j * args.k_row)); }
  var z = 0.0;
  for (var d = 0u; d < args.dim; d++) { y[y_at + d] = 0.0; }
  for (var j = begin; j < end; j++) {
    let e = exp(score(q_at, k_at + j * args.k_row) - m);
    z += e;
    for (var d = 0u; d < args.dim; d++) { y[y_at + d] += e * v[v_at + j * args.v_row + d]; }
  }
  for (var d = 0u; d < args.dim; d++) { y[y_at + d] /= z; }
}
