// uses: lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
// As attention_prefill.1.naive, for real GPUs (FlashAttention-2 forward, Dao 2023): 64 queries of one key head per
// workgroup, one per invocation, ordered row by row with the query heads that share the key head side by side. Tiles of
// keys and values pass through workgroup memory; online softmax. Rows may be in any order and of any slots: a workgroup
// serves one run of rows of one slot after another, and masks every query by its own position.
const D4 = 16u;   // head dimension / 4; at most 64
const TILE = 16u; // keys at a time: 2·TILE·D4 vectors fill the 16 KB of workgroup memory
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
var<workgroup> tile_k: array<vec4f, TILE * D4>;
var<workgroup> tile_v: array<vec4f, TILE * D4>;

// First position that a query at `position` sees.
fn first_seen(position: u32) -> u32 {
  return select(0u, position + 1u - args.window, args.window > 0u && position + 1u > args.window);
}

@compute @workgroup_size(WG)
fn attention_prefill(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let group = args.heads / args.kv_heads;
  let queries = args.rows * group;
  let kv_head = wg.y;
  let n = min(wg.x * WG + t, queries - 1u);
  let row = n / group;
  let head = kv_head * group + n % group;
  let last_seen = rows[row].z;
  let from_seen = first_seen(last_seen);
  let stride = args.kv_heads * D4;

  var mine: array<vec4f, D4>;
  var acc: array<vec4f, D4>;
  for (var d = 0u; d < D4; d++) {
    mine[d] = args.scale * q[args.q_at + row * args.q_row + head * D4 + d];
    acc[d] = vec4f(0.0);
  }
  var m = -3.4e38;
  var z = 0.0;
  let last_row = min(queries - 1u, wg.x * WG + WG - 1u) / group;
  var begin = wg.x * WG / group;
  while (begin <= last_row) {
    // Rows begin … end − 1 are of one slot and together see positions low … high − 1.
    let slot = rows[begin].y;
    var low = 0xffffffffu;
    var high = 0u;
    var end = begin;
    while (end <= last_row) {
      if (rows[end].y != slot) { break; }
      low = min(low, first_seen(rows[end].z));
      high = max(high, rows[end].z + 1u);
      end++;
    }
    let live = row >= begin && row < end;
    let cache = slot * args.context * stride + kv_head * D4;
    for (var j0 = low; j0 < high; j0 += TILE) {
      let count = min(TILE, high - j0);
      for (var e = t; e < count * D4; e += WG) {
        let p = cache + (j0 + e / D4) * stride + e % D4;
        tile_k[e] = key_at(p);
        tile_v[e] = value_at(p);
      }
      workgroupBarrier();
      var scores: array<f32, TILE>;
      var top = m;
      for (var j = 0u; j < count; j++) {
        var s = 0.0;
        for (var d = 0u; d < D4; d++) { s += dot(mine[d], tile_k[j * D4 + d]); }
        scores[j] = select(-3.4e38, soft_cap_one(s), live && j0 + j >= from_seen && j0 + j <= last_seen);
        top = max(top, scores[j]);
      }
      let shrink = exp(m - top);
      m = top;
      z *= shrink;
      for (var d = 0u; d < D4; d++) { acc[d] *= shrink; }
      for (var j = 0u; j < count; j++) {
        let e = select(exp(scores[j] - m), 0.0, scores[j] == -3.4e38);
        z += e;
        for (var d = 0u; d < D4; d++) { acc[d] += e * tile_v[j * D4 + d]; }
      }
      workgroupBarrier();
    }
    begin = end;
  }
  if (wg.x * WG + t < queries) {
    for (var d = 0u; d < D4; d++) { y[(row * args.heads + head) * D4 + d] = acc[d] / z; }
  }
}
