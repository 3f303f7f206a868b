// As attention.1.naive, for real GPUs (FlashAttention-2 forward, Dao 2023): 64 queries of one head per workgroup, one
// per invocation; tiles of 16 keys and values pass through workgroup memory; online softmax with one rescaling per
// tile.
const D4 = 8u; // head dimension / 4; at most 32, which fills the 16 KB of workgroup memory
const TILE = 16u;
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4 = D4

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 64u;
var<workgroup> keys: array<vec4f, TILE * D4>;
var<workgroup> values: array<vec4f, TILE * D4>;

@compute @workgroup_size(WG)
fn attention(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let token = wg.x * WG + t;
  let head = wg.y;
  let sample = wg.z;
  let width = args.heads * D4;
  let first = sample * args.tokens * 3u * width + head * D4; // q of token 0
  let inside = token < args.tokens;

  var q: array<vec4f, D4>;
  var acc: array<vec4f, D4>;
  for (var d = 0u; d < D4; d++) {
    q[d] = args.scale * qkv[first + min(token, args.tokens - 1u) * 3u * width + d];
    acc[d] = vec4f(0.0);
  }
  var m = -3.4e38;
  var z = 0.0;
  for (var j0 = 0u; j0 < args.tokens; j0 += TILE) {
    let count = min(TILE, args.tokens - j0);
    for (var e = t; e < count * D4; e += WG) {
      let p = first + (j0 + e / D4) * 3u * width + width + e % D4;
      keys[e] = qkv[p];
      values[e] = qkv[p + width];
    }
    workgroupBarrier();
    var scores: array<f32, TILE>;
    var top = m;
    for (var j = 0u; j < count; j++) {
      var s = 0.0;
      for (var d = 0u; d < D4; d++) { s += dot(q[d], keys[j * D4 + d]); }
      scores[j] = s;
      top = max(top, s);
    }
    let shrink = exp(m - top);
    m = top;
    z *= shrink;
    for (var d = 0u; d < D4; d++) { acc[d] *= shrink; }
    for (var j = 0u; j < count; j++) {
      let e = exp(scores[j] - m);
      z += e;
      for (var d = 0u; d < D4; d++) { acc[d] += e * values[j * D4 + d]; }
    }
    workgroupBarrier();
  }
  if (inside) {
    for (var d = 0u; d < D4; d++) { y[(sample * args.tokens + token) * width + head * D4 + d] = acc[d] / z; }
  }
}
