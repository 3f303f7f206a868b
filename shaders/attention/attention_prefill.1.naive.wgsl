// uses: lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// y = softmax(scale·q·kᵀ)·v for rows of a forward pass over a KV cache: row r sees positions 0 … position_r of its
// slot, or the last `window` of them; heads / kv_heads query heads share a key head (Ainslie et al. 2023). One (row,
// head) per invocation: the largest score first, then all scores again for the weighted sum, so nothing is stored. Head
// dimensions up to 256.
struct Args {
  rows: u32, heads: u32, kv_heads: u32, d4: u32,   // d4: head dimension / 4
  context: u32, window: u32, q_row: u32, q_at: u32, // window 0: none; q_row and q_at in vec4
  scale: f32, cap: f32, key_scales: u32, value_scales: u32, // cap: of scores; words where a cache's scales begin
}

@group(0) @binding(0) var<storage, read>       rows:   array<vec4u>; // (rows): token, slot, position, 0
@group(0) @binding(1) var<storage, read>       q:      array<vec4f>; // (rows, q_row)
@group(0) @binding(2) var<storage, read>       keys:   array<KeyWord>; // (slots, context, kv_heads, d4)
@group(0) @binding(3) var<storage, read>       values: array<ValueWord>;
@group(0) @binding(4) var<storage, read_write> y:      array<vec4f>; // (rows, heads, d4)
@group(0) @binding(5) var<uniform>             args:   Args;

const WG = 64u;

// First position that a query at `position` sees.
fn first_seen(position: u32) -> u32 {
  return select(0u, position + 1u - args.window, args.window > 0u && position + 1u > args.window);
}

@compute @workgroup_size(WG)
fn attention_prefill(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.rows * args.heads) { return; }
  let row = i / args.heads;
  let head = i % args.heads;
  let slot = rows[row].y;
  let position = rows[row].z;
  let q_at = args.q_at + row * args.q_row + head * args.d4;
  let stride = args.kv_heads * args.d4;
  let cache = slot * args.context * stride + head / (args.heads / args.kv_heads) * args.d4;

  var m = -3.4e38;
  for (var j = first_seen(position); j <= position; j++) {
    var s = 0.0;
    for (var d = 0u; d < args.d4; d++) { s += dot(q[q_at + d], key_at(cache + j * stride + d)); }
    m = max(m, soft_cap_one(args.scale * s));
  }
  var z = 0.0;
  var acc = array<vec4f, 64>();
  for (var j = first_seen(position); j <= position; j++) {
    let p = cache + j * stride;
    var s = 0.0;
    for (var d = 0u; d < args.d4; d++) { s += dot(q[q_at + d], key_at(p + d)); }
    let e = exp(soft_cap_one(args.scale * s) - m);
    z += e;
    for (var d = 0u; d < args.d4; d++) { acc[d] += e * value_at(p + d); }
  }
  for (var d = 0u; d < args.d4; d++) { y[i * args.d4 + d] = acc[d] / z; }
}
