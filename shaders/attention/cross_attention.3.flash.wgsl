// uses: lib/cross.wgsl
// As cross_attention.1.naive, for real GPUs (FlashAttention-2 forward, Dao 2023): 32 queries of one head per workgroup
// against 32 keys at a time, as matrix products in registers: 4 queries × 4 keys an invocation for the scores, and
// every eighth vector of 4 queries for the sums. Online softmax with one rescaling per tile. Head dimensions in
// multiples of 4, up to 160; 14 KB of workgroup memory.
// Written by scripts/shaders/generate.mjs from cross_attention.flash.wgsl there: change that.
alias Element = vec4f;
const COLUMNS = 5u; // dim / 8, rounded up: vectors of a query's sum that an invocation holds

const WG = 64u;
const TILE = 32u;
const CHUNK = 4u;  // vectors of the head at a time for the scores
const STRIDE = 5u; // CHUNK, and one against conflicts of banks
var<workgroup> tile_q: array<vec4f, TILE * STRIDE>;
var<workgroup> tile_k: array<vec4f, TILE * STRIDE>;
var<workgroup> tile_v: array<vec4f, TILE * 8u>;
var<workgroup> weights: array<vec4f, TILE * 8u>; // of a key, by four queries
var<workgroup> part: array<vec4f, WG>;

fn scaled(m: mat4x4f, s: vec4f) -> mat4x4f { return mat4x4f(m[0] * s.x, m[1] * s.y, m[2] * s.z, m[3] * s.w); }
fn outer(u: vec4f, w: vec4f) -> mat4x4f { return mat4x4f(u * w.x, u * w.y, u * w.z, u * w.w); }
fn products(a: mat4x4f, b: vec4f) -> vec4f { return vec4f(dot(a[0], b), dot(a[1], b), dot(a[2], b), dot(a[3], b)); }
// 32 keys, eight vectors from c on of each.
fn load_values(t: u32, c: u32, at: u32, left: u32) {
  for (var e = t; e < TILE * 8u; e += WG) {
    tile_v[e] = v[at + min(e / 8u, left - 1u) * args.v_row + min(c + e % 8u, args.dim - 1u)];
  }
}
fn store(at: u32, left: u32, sums: mat4x4f) {
  if (left > 0u) { y[at] = sums[0]; }
  if (left > 1u) { y[at + 1u * args.y_row] = sums[1]; }
  if (left > 2u) { y[at + 2u * args.y_row] = sums[2]; }
  if (left > 3u) { y[at + 3u * args.y_row] = sums[3]; }
}

@compute @workgroup_size(WG)
fn cross_attention(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let past = wg.x * TILE;
  let first = args.first + past;
  let last = args.first + args.count - 1u;
  let head = wg.y;
  let sample = wg.z;
  let begin = keys_of(sample);
  let q_at = args.q_at + sample * args.queries * args.q_row + head * args.dim;
  let k_at = args.k_at + begin * args.k_row + head * args.dim;
  let v_at = args.v_at + begin * args.v_row + head * args.dim;
  let end = seen_by(min(first + TILE - 1u, last)); // keys from here on nobody sees
  let group = t / 8u; // queries 4·group …
  let lane = t % 8u;  // keys lane, lane + 8 …, and vectors of the sums
  let own = vec4u(first + 4u * group) + vec4u(0u, 1u, 2u, 3u);
  let limit = vec4u(seen_by(own.x), seen_by(own.y), seen_by(own.z), seen_by(own.w));

  var sums0 = mat4x4f(); // a column per query
  var sums1 = mat4x4f(); // a column per query
  var sums2 = mat4x4f(); // a column per query
  var sums3 = mat4x4f(); // a column per query
  var sums4 = mat4x4f(); // a column per query
  var m = vec4f(-3.4e38);
  var z = vec4f(0.0); // of the invocation's own keys
  for (var j = 0u; j < end; j += TILE) {
    let left = end - j;
    var s0 = vec4f(0.0);
    var s1 = vec4f(0.0);
    var s2 = vec4f(0.0);
    var s3 = vec4f(0.0);
    for (var d = 0u; d < args.dim; d += CHUNK) {
      workgroupBarrier();
      for (var e = t; e < TILE * CHUNK; e += WG) {
        let r = e / CHUNK;
        let c = d + e % CHUNK;
        let there = min(c, args.dim - 1u);
        // Vectors past the head's last are zero; rows past the last are that one again, and count nothing.
        let some = select(0.0, 1.0, c < args.dim);
        tile_q[r * STRIDE + e % CHUNK] = some * args.scale * q[q_at + min(first + r, last) * args.q_row + there];
        tile_k[r * STRIDE + e % CHUNK] = k[k_at + (j + min(r, left - 1u)) * args.k_row + there];
      }
      workgroupBarrier();
      for (var c = 0u; c < CHUNK; c++) {
        let a = 4u * group * STRIDE + c;
        let four = mat4x4f(tile_q[a], tile_q[a + STRIDE], tile_q[a + 2u * STRIDE], tile_q[a + 3u * STRIDE]);
        s0 += products(four, tile_k[(lane + 0u) * STRIDE + c]);
        s1 += products(four, tile_k[(lane + 8u) * STRIDE + c]);
        s2 += products(four, tile_k[(lane + 16u) * STRIDE + c]);
        s3 += products(four, tile_k[(lane + 24u) * STRIDE + c]);
      }
    }
    let ok0 = vec4u(j + lane + 0u) < min(limit, vec4u(end));
    s0 = select(vec4f(-3.4e38), s0, ok0);
    let ok1 = vec4u(j + lane + 8u) < min(limit, vec4u(end));
    s1 = select(vec4f(-3.4e38), s1, ok1);
    let ok2 = vec4u(j + lane + 16u) < min(limit, vec4u(end));
    s2 = select(vec4f(-3.4e38), s2, ok2);
    let ok3 = vec4u(j + lane + 24u) < min(limit, vec4u(end));
    s3 = select(vec4f(-3.4e38), s3, ok3);
    part[t] = max(max(s0, s1), max(s2, s3));
    workgroupBarrier();
    var top = m;
    for (var l = 0u; l < 8u; l++) { top = max(top, part[8u * group + l]); }
    let shrink = exp(m - top);
    m = top;
    z *= shrink;
    let e0 = select(vec4f(0.0), exp(s0 - top), ok0);
    z += e0;
    weights[(lane + 0u) * 8u + group] = e0;
    let e1 = select(vec4f(0.0), exp(s1 - top), ok1);
    z += e1;
    weights[(lane + 8u) * 8u + group] = e1;
    let e2 = select(vec4f(0.0), exp(s2 - top), ok2);
    z += e2;
    weights[(lane + 16u) * 8u + group] = e2;
    let e3 = select(vec4f(0.0), exp(s3 - top), ok3);
    z += e3;
    weights[(lane + 24u) * 8u + group] = e3;
    if (COLUMNS > 0u) {
      load_values(t, 0u, v_at + j * args.v_row, left);
      workgroupBarrier();
      sums0 = scaled(sums0, shrink);
      for (var n = 0u; n < min(TILE, left); n++) { sums0 += outer(tile_v[8u * n + lane], weights[8u * n + group]); }
    }
    if (COLUMNS > 1u) {
      workgroupBarrier();
      load_values(t, 8u, v_at + j * args.v_row, left);
      workgroupBarrier();
      sums1 = scaled(sums1, shrink);
      for (var n = 0u; n < min(TILE, left); n++) { sums1 += outer(tile_v[8u * n + lane], weights[8u * n + group]); }
    }
    if (COLUMNS > 2u) {
      workgroupBarrier();
      load_values(t, 16u, v_at + j * args.v_row, left);
      workgroupBarrier();
      sums2 = scaled(sums2, shrink);
      for (var n = 0u; n < min(TILE, left); n++) { sums2 += outer(tile_v[8u * n + lane], weights[8u * n + group]); }
    }
    if (COLUMNS > 3u) {
      workgroupBarrier();
      load_values(t, 24u, v_at + j * args.v_row, left);
      workgroupBarrier();
      sums3 = scaled(sums3, shrink);
      for (var n = 0u; n < min(TILE, left); n++) { sums3 += outer(tile_v[8u * n + lane], weights[8u * n + group]); }
    }
    if (COLUMNS > 4u) {
      workgroupBarrier();
      load_values(t, 32u, v_at + j * args.v_row, left);
      workgroupBarrier();
      sums4 = scaled(sums4, shrink);
      for (var n = 0u; n < min(TILE, left); n++) { sums4 += outer(tile_v[8u * n + lane], weights[8u * n + group]); }
    }
  }
  workgroupBarrier();
  part[t] = z;
  workgroupBarrier();
  var total = vec4f(0.0);
  for (var l = 0u; l < 8u; l++) { total += part[8u * group + l]; }
  if (own.x > last) { return; }
  let at = args.y_at + (sample * args.queries + own.x) * args.y_row + head * args.dim + lane;
  if (COLUMNS > 0u && lane < args.dim) { store(at, last + 1u - own.x, scaled(sums0, 1.0 / total)); }
  if (COLUMNS > 1u && lane + 8u < args.dim) { store(at + 8u, last + 1u - own.x, scaled(sums1, 1.0 / total)); }
  if (COLUMNS > 2u && lane + 16u < args.dim) { store(at + 16u, last + 1u - own.x, scaled(sums2, 1.0 / total)); }
  if (COLUMNS > 3u && lane + 24u < args.dim) { store(at + 24u, last + 1u - own.x, scaled(sums3, 1.0 / total)); }
  if (COLUMNS > 4u && lane + 32u < args.dim) { store(at + 32u, last + 1u - own.x, scaled(sums4, 1.0 / total)); }
}
