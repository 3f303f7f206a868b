// y = ρ·softmax(scale·q·kᵀ)·v + R over the keys that a table lets a query meet. ρ, a share of each query of each head,
// and R are what a pass over all keys has left: with `refresh` they are made, ρ the part of the softmax that falls to
// those keys and R what is lacking of all (1 and 0 where they are not wanted), and y stays; without, ρ grows by
// `drift` after use, to 1 at most. qkv is (batch·tokens, 3·heads·dim), packed q | k | v with heads contiguous; seen is
// (tokens, tokens): 0 not, 1 met.
struct Args {
  batch: u32, tokens: u32, heads: u32, scale: f32,
  d4: u32, // head dimension / 4
  refresh: u32,
  by_ratio: u32, by_rest: u32, // whether ρ and R are wanted
  ratio_at: u32, rest_at: u32, // where they lie: in floats, and in vectors of 4
  drift: f32,
}

@group(0) @binding(0) var<storage, read>       qkv:   array<vec4f>;
@group(0) @binding(1) var<storage, read>       seen:  array<u32>;
@group(0) @binding(2) var<storage, read_write> ratio: array<f32>;
@group(0) @binding(3) var<storage, read_write> rest:  array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y:     array<vec4f>;
@group(0) @binding(5) var<uniform>             args:  Args;

const WG = 64u;

fn score(q_at: u32, k_at: u32) -> f32 {
  var s = 0.0;
  for (var d = 0u; d < args.d4; d++) { s += dot(qkv[q_at + d], qkv[k_at + d]); }
  return args.scale * s;
}

@compute @workgroup_size(WG)
fn window_attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.batch * args.heads * args.tokens) { return; }
  let token = i % args.tokens;
  let head = (i / args.tokens) % args.heads;
  let first = i / (args.tokens * args.heads) * args.tokens;
  let row = first + token;
  let width = args.heads * args.d4;
  let at = row * width + head * args.d4;
  let q_at = row * 3u * width + head * args.d4;
  let k_at = first * 3u * width + width + head * args.d4;
  let every = args.refresh != 0u;

  var m = -3.4e38;
  for (var j = 0u; j < args.tokens; j++) {
    if (every || seen[token * args.tokens + j] != 0u) { m = max(m, score(q_at, k_at + j * 3u * width)); }
  }
  var z = 0.0;
  var near = 0.0;
  var within = array<vec4f, 32>();
  var all = array<vec4f, 32>();
  for (var j = 0u; j < args.tokens; j++) {
    let met = seen[token * args.tokens + j] != 0u;
    if (!met && !every) { continue; }
    let k = k_at + j * 3u * width;
    let e = exp(score(q_at, k) - m);
    z += e;
    if (every) {
      for (var d = 0u; d < args.d4; d++) { all[d] += e * qkv[k + width + d]; }
    }
    if (met) {
      near += e;
      for (var d = 0u; d < args.d4; d++) { within[d] += e * qkv[k + width + d]; }
    }
  }
  if (every) {
    let share = select(1.0, near / z, args.by_ratio != 0u);
    ratio[args.ratio_at + i] = share;
    for (var d = 0u; d < args.d4; d++) {
      rest[args.rest_at + at + d] = select(vec4f(0.0), all[d] / z - share * within[d] / near, args.by_rest != 0u);
    }
    return;
  }
  let share = ratio[args.ratio_at + i];
  for (var d = 0u; d < args.d4; d++) { y[at + d] = share * within[d] / near + rest[args.rest_at + at + d]; }
  ratio[args.ratio_at + i] = min(1.0, share + args.drift);
}
