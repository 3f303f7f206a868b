// uses: lib/rope.wgsl lib/trig.wgsl lib/append.wgsl
// q|k|v rows of a matmul → q buffer and KV caches: optional RMSNorm of every q and k head (Zhang & Sennrich 2019; Qwen3
// has it), RoPE on q and k, k and v to the row's slot and position. A position past the cache is dropped: it would land
// in the next slot. WHOLE_HEAD: an invocation does a head, so that its norm is summed once (software adapters);
// otherwise two rotary pairs, so that neighbours read neighbouring words, and each sums the head's norm again. Where a
// cache is in blocks, an invocation does two of them, whose scales share a word.
const WHOLE_HEAD = true;
const ROPE = true;
const NORM = false;
const KEY_BITS = 32u; // of a number in the cache; below 16 it is in blocks: q8_0, q4_0
const VALUE_BITS = 32u;
struct Args {
  rows: u32, heads: u32, kv_heads: u32, head_dim: u32,
  context: u32, rows_at: u32, qkv_at: u32, q_at: u32,
  epsilon: f32, amplitude: f32, key_scales: u32, value_scales: u32, // words where a cache's scales begin
  turns: array<vec4u, 64>,
}

@group(0) @binding(0) var<storage, read>       qkv:    array<f32>;   // (rows, (heads + 2·kv_heads)·head_dim)
@group(0) @binding(1) var<storage, read>       rows:   array<vec4u>; // token, slot, position, 0
@group(0) @binding(2) var<storage, read>       q_norm: array<f32>;   // (head_dim)
@group(0) @binding(3) var<storage, read>       k_norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> q:      array<f32>;   // (rows, heads·head_dim)
@group(0) @binding(5) var<storage, read_write> keys:   array<u32>;   // (slots, context, kv_heads·head_dim)
@group(0) @binding(6) var<storage, read_write> values: array<u32>;
@group(0) @binding(7) var<uniform>             args:   Args;

const WG = 32u;
const BLOCK = 32u;

// What the norm multiplies a head by, which starts at `at`.
fn norm_of(at: u32, is_v: bool) -> f32 {
  if (!NORM || is_v) { return 1.0; }
  var squares = 0.0;
  for (var k = 0u; k < args.head_dim; k++) { squares += qkv[at + k] * qkv[at + k]; }
  return 1.0 / sqrt(squares / f32(args.head_dim) + args.epsilon);
}
// Elements j, j + 1, j + head_dim / 2 and j + head_dim / 2 + 1 of that head, normed and turned.
fn pairs_of(at: u32, is_q: bool, is_v: bool, scale: f32, position: u32, j: u32) -> vec4f {
  let half_dim = args.head_dim / 2u;
  var v = vec4f(qkv[at + j], qkv[at + j + 1u], qkv[at + j + half_dim], qkv[at + j + half_dim + 1u]);
  if (NORM && !is_v) {
    if (is_q) {
      v *= scale * vec4f(q_norm[j], q_norm[j + 1u], q_norm[j + half_dim], q_norm[j + half_dim + 1u]);
    } else {
      v *= scale * vec4f(k_norm[j], k_norm[j + 1u], k_norm[j + half_dim], k_norm[j + half_dim + 1u]);
    }
  }
  if (ROPE && !is_v) {
    let turned = rotation(position, j);
    v = vec4f(v.xy * turned.xy - v.zw * turned.zw, v.zw * turned.xy + v.xy * turned.zw);
  }
  return v;
}

fn put_word(is_v: bool, at: u32, word: u32) {
  if (is_v) { values[at] = word; } else { keys[at] = word; }
}
fn greater(top: f32, v: f32) -> f32 { return select(top, v, abs(v) > abs(top)); }
// A block as ggml makes it (quantiseBlock in src/formats/cacheBlocks.ts); n: its first number in the cache. Its scale.
fn put_block(is_v: bool, bits: u32, n: u32, x: array<vec4f, 8>) -> f32 {
  var v = x;
  var top = 0.0;
  let vectors = min(args.head_dim, 8u); // 8, which compilers must not know: unrolled, this takes lavapipe 10 s
  for (var c = 0u; c < vectors; c++) {
    let f = v[c];
    top = greater(greater(greater(greater(top, f.x), f.y), f.z), f.w);
  }
  let d = select(top / -8.0, abs(top) / 127.0, bits == 8u);
  let over = select(0.0, 1.0 / d, d != 0.0);
  var word = 0u;
  for (var c = 0u; c < vectors; c++) {
    let f = v[c] * over;
    if (bits == 8u) {
      let b = bitcast<vec4u>(vec4i(sign(f) * floor(abs(f) + 0.5))) & vec4u(255u);
      put_word(is_v, n / 4u + c, b.x | (b.y << 8u) | (b.z << 16u) | (b.w << 24u));
    } else {
      let b = min(vec4u(f + 8.5), vec4u(15u));
      let four = b.x | (b.y << 4u) | (b.z << 8u) | (b.w << 12u);
      if (c % 2u == 0u) { word = four; } else { put_word(is_v, (n / 4u + c) / 2u, word | (four << 16u)); }
    }
  }
  return d;
}

@compute @workgroup_size(WG)
fn rope_append(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let half_dim = args.head_dim / 2u;
  let parts = select(half_dim / 2u, 1u, WHOLE_HEAD);
  let i = id.x + id.y * groups.x * WG;
  let all_heads = args.heads + 2u * args.kv_heads;
  let width = args.kv_heads * args.head_dim;
  let of_q = args.heads * parts;
  let of_k = select(args.kv_heads * parts, width / (2u * BLOCK), KEY_BITS < 16u);
  let of_v = select(args.kv_heads * parts, width / (2u * BLOCK), VALUE_BITS < 16u);
  let r = i / (of_q + of_k + of_v);
  if (r >= args.rows) { return; }
  let place = i % (of_q + of_k + of_v);
  let is_q = place < of_q;
  let is_v = place >= of_q + of_k;
  let own = place - select(select(of_q, of_q + of_k, is_v), 0u, is_q); // among those of its role
  let row = rows[args.rows_at + r];
  if (!is_q && row.z >= args.context) { return; }
  let role_at = args.qkv_at
    + (r * all_heads + select(select(args.heads, args.heads + args.kv_heads, is_v), 0u, is_q)) * args.head_dim;
  let cache = (row.y * args.context + row.z) * width;

  let bits = select(KEY_BITS, VALUE_BITS, is_v);
  if (!is_q && bits < 16u) {
    var scales = vec2f(0.0);
    for (var b = 0u; b < min(args.head_dim, 2u); b++) {
      let n = (2u * own + b) * BLOCK;
      let at = role_at + n / args.head_dim * args.head_dim;
      let scale = norm_of(at, is_v);
      var x: array<vec4f, 8>;
      for (var c = 0u; c < min(args.head_dim, 8u); c++) {
        let e = n % args.head_dim + 4u * c;
        let second = e >= half_dim;
        let j = select(e, e - half_dim, second);
        let low = pairs_of(at, false, is_v, scale, row.z, j);
        let high = pairs_of(at, false, is_v, scale, row.z, j + 2u);
        x[c] = select(vec4f(low.xy, high.xy), vec4f(low.zw, high.zw), second);
      }
      scales[b] = put_block(is_v, bits, cache + n, x);
    }
    put_word(is_v, select(args.key_scales, args.value_scales, is_v) + cache / (2u * BLOCK) + own, halves(scales));
    return;
  }

  let head = own / parts;
  let start_at = role_at + head * args.head_dim;
  let scale = norm_of(start_at, is_v);
  let first = select((own % parts) * 2u, 0u, WHOLE_HEAD);
  let end = select(first + 2u, half_dim, WHOLE_HEAD);
  for (var j = first; j < end; j += 2u) {
    let v = pairs_of(start_at, is_q, is_v, scale, row.z, j);
    if (is_q) {
      let at = args.q_at + (r * args.heads + head) * args.head_dim + j;
      q[at] = v.x;
      q[at + 1u] = v.y;
      q[at + half_dim] = v.z;
      q[at + half_dim + 1u] = v.w;
    } else if (is_v) {
      put_value(cache + head * args.head_dim + j, half_dim, v);
    } else {
      put_key(cache + head * args.head_dim + j, half_dim, v);
    }
  }
}
