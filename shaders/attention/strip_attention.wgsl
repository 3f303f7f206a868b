// y = softmax(scale·q·kᵀ)·v over the keys that a table lets a query meet: as they stand in qkv, or as an earlier pass
// left them. qkv is (batch·tokens, 3·heads·dim), packed q | k | v with heads contiguous; what passes leave is
// (batch·tokens, 2·heads·dim), k | v; seen is (tokens, tokens): 0 not, 1 now, 2 as it was. One query per invocation,
// which leaves its own keys and values elsewhere in `kept`. Without `look` that is all it does.
struct Args {
  batch: u32, tokens: u32, heads: u32, scale: f32,
  d4: u32,    // head dimension / 4
  look: u32,
  before: u32, after: u32, // where old keys and values lie in `kept`, and where these go, in vectors of 4
}

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read>       seen: array<u32>;
@group(0) @binding(2) var<storage, read_write> kept: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(4) var<uniform>             args: Args;

const WG = 64u;

fn key(cell: u32, row: u32, at: u32) -> vec4f {
  let width = args.heads * args.d4;
  if (cell == 1u) { return qkv[row * 3u * width + width + at]; }
  return kept[args.before + row * 2u * width + at];
}

fn score(cell: u32, q_at: u32, row: u32, head: u32) -> f32 {
  var s = 0.0;
  for (var d = 0u; d < args.d4; d++) { s += dot(qkv[q_at + d], key(cell, row, head * args.d4 + d)); }
  return args.scale * s;
}

@compute @workgroup_size(WG)
fn strip_attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.batch * args.heads * args.tokens) { return; }
  let token = i % args.tokens;
  let head = (i / args.tokens) % args.heads;
  let first = i / (args.tokens * args.heads) * args.tokens;
  let row = first + token;
  let width = args.heads * args.d4;
  let q_at = row * 3u * width + head * args.d4;

  for (var d = 0u; d < args.d4; d++) {
    let to = args.after + row * 2u * width + head * args.d4 + d;
    kept[to] = qkv[q_at + width + d];
    kept[to + width] = qkv[q_at + 2u * width + d];
  }
  if (args.look == 0u) { return; }

  var m = -3.4e38;
  for (var j = 0u; j < args.tokens; j++) {
    let cell = seen[token * args.tokens + j];
    if (cell != 0u) { m = max(m, score(cell, q_at, first + j, head)); }
  }
  var z = 0.0;
  var acc = array<vec4f, 32>();
  for (var j = 0u; j < args.tokens; j++) {
    let cell = seen[token * args.tokens + j];
    if (cell == 0u) { continue; }
    let e = exp(score(cell, q_at, first + j, head) - m);
    z += e;
    for (var d = 0u; d < args.d4; d++) { acc[d] += e * key(cell, first + j, width + head * args.d4 + d); }
  }
  for (var d = 0u; d < args.d4; d++) { y[row * width + head * args.d4 + d] = acc[d] / z; }
}
