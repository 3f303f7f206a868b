// uses: lib/rope.wgsl lib/trig.wgsl
// q|k|v rows of a matmul → q buffer and KV caches: optional RMSNorm of every q and k head (Zhang & Sennrich 2019; Qwen3
// has it), RoPE on q and k, k and v to the row's slot and position. A position past the cache is dropped: it would land
// in the next slot. WHOLE_HEAD: an invocation does a head, so that its norm is summed once (software adapters);
// otherwise two rotary pairs, so that neighbours read neighbouring words, and each sums the head's norm again start_at
// the cache.
const WHOLE_HEAD = true;
const ROPE = true;
const NORM = false;
struct Args {
  rows: u32, heads: u32, kv_heads: u32, head_dim: u32,
  context: u32, rows_at: u32, qkv_at: u32, q_at: u32, epsilon: f32, amplitude: f32,
  turns: array<vec4u, 64>,
}

@group(0) @binding(0) var<storage, read>       qkv:    array<f32>;   // (rows, (heads + 2·kv_heads)·head_dim)
@group(0) @binding(1) var<storage, read>       rows:   array<vec4u>; // token, slot, position, 0
@group(0) @binding(2) var<storage, read>       q_norm: array<f32>;   // (head_dim)
@group(0) @binding(3) var<storage, read>       k_norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> q:      array<f32>;   // (rows, heads·head_dim)
@group(0) @binding(5) var<storage, read_write> keys:   array<f32>;   // (slots, context, kv_heads·head_dim)
@group(0) @binding(6) var<storage, read_write> values: array<f32>;
@group(0) @binding(7) var<uniform>             args:   Args;

const WG = 32u;

@compute @workgroup_size(WG)
fn rope_append(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let half_dim = args.head_dim / 2u;
  let parts = select(half_dim / 2u, 1u, WHOLE_HEAD);
  let i = id.x + id.y * groups.x * WG;
  let all_heads = args.heads + 2u * args.kv_heads;
  let r = i / (all_heads * parts);
  if (r >= args.rows) { return; }
  let head = (i / parts) % all_heads;
  let is_q = head < args.heads;
  let is_v = head >= args.heads + args.kv_heads;
  let row = rows[args.rows_at + r];
  if (!is_q && row.z >= args.context) { return; }

  let start_at = args.qkv_at + (r * all_heads + head) * args.head_dim;
  var scale = 1.0;
  if (NORM && !is_v) {
    var squares = 0.0;
    for (var k = 0u; k < args.head_dim; k++) { squares += qkv[start_at + k] * qkv[start_at + k]; }
    scale = 1.0 / sqrt(squares / f32(args.head_dim) + args.epsilon);
  }
  let kv_head = select(head - args.heads, head - args.heads - args.kv_heads, is_v);
  let to = select(
    ((row.y * args.context + row.z) * args.kv_heads + kv_head) * args.head_dim,
    args.q_at + (r * args.heads + head) * args.head_dim,
    is_q,
  );
  let first = select((i % parts) * 2u, 0u, WHOLE_HEAD);
  let end = select(first + 2u, half_dim, WHOLE_HEAD);
  for (var j = first; j < end; j += 2u) {
    var v = vec4f(
      qkv[start_at + j],
      qkv[start_at + j + 1u],
      qkv[start_at + j + half_dim],
      qkv[start_at + j + half_dim + 1u],
    );
    if (NORM && !is_v) {
      if (is_q) {
        v *= scale * vec4f(q_norm[j], q_norm[j + 1u], q_norm[j + half_dim], q_norm[j + half_dim + 1u]);
      } else {
        v *= scale * vec4f(k_norm[j], k_norm[j + 1u], k_norm[j + half_dim], k_norm[j + half_dim + 1u]);
      }
    }
    if (ROPE && !is_v) {
      let turned = rotation(row.z, j);
      v = vec4f(v.xy * turned.xy - v.zw * turned.zw, v.zw * turned.xy + v.xy * turned.zw);
    }
    let at = to + j;
    if (is_q) {
      q[at] = v.x;
      q[at + 1u] = v.y;
      q[at + half_dim] = v.z;
      q[at + half_dim + 1u] = v.w;
    } else if (is_v) {
      values[at] = v.x;
      values[at + 1u] = v.y;
      values[at + half_dim] = v.z;
      values[at + half_dim + 1u] = v.w;
    } else {
      keys[at] = v.x;
      keys[at + 1u] = v.y;
      keys[at + half_dim] = v.z;
      keys[at + half_dim + 1u] = v.w;
    }
  }
}
