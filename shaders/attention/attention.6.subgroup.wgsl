// uses: lib/subgroup4.wgsl
// As attention.4.blocks with a subgroup for every eight queries, for software adapters, where a load costs as much as
// ten multiplications. For the scores a lane has four keys of its own, and a query is loaded by one lane and handed
// round; for the sums it has every lanes-th vector of the head, and the weights are handed round. So nothing is loaded
// twice, and the sums stay in registers. Any subgroup size from 4.
// Written by scripts/shaders/generate.mjs from attention.subgroup.wgsl there: change that.
enable subgroups;
requires subgroup_id;
diagnostic(off, subgroup_uniformity);
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4: head dimension / 4
const SPAN = 4u; // lanes that load the queries: 8, or 4 where a subgroup may be smaller
const VECS = 8u; // vectors of the head's sum that a lane holds: d4 / the smallest subgroup, rounded up

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 32u;
const FAR = SPAN - 4u; // the lane that has the fifth query

fn most(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn weight(scores: vec4f, top: f32, ok: vec4<bool>) -> vec4f {
  return select(vec4f(0.0), exp(args.scale * scores - top), ok);
}
// Four vectors by their columns, the vector c of each.
fn block(at: vec4u, c: u32) -> mat4x4f { return mat4x4f(qkv[at.x + c], qkv[at.y + c], qkv[at.z + c], qkv[at.w + c]); }
// One vector of eight queries; those past the last are not stored.
fn store(at: u32, width: u32, count: u32, near: mat4x4f, far: mat4x4f) {
  y[at] = near[0];
  if (count > 1u) { y[at + width] = near[1]; }
  if (count > 2u) { y[at + 2u * width] = near[2]; }
  if (count > 3u) { y[at + 3u * width] = near[3]; }
  if (count > 4u) { y[at + 4u * width] = far[0]; }
  if (count > 5u) { y[at + 5u * width] = far[1]; }
  if (count > 6u) { y[at + 6u * width] = far[2]; }
  if (count > 7u) { y[at + 7u * width] = far[3]; }
}

@compute @workgroup_size(WG)
fn attention(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let i = (wg.x + wg.y * groups.x) * (WG / lanes) + subgroup;
  let blocks = (args.tokens + 7u) / 8u;
  if (i >= args.batch * args.heads * blocks) { return; } // the whole subgroup
  let first = (i % blocks) * 8u;
  let head = (i / blocks) % args.heads;
  let sample = i / (blocks * args.heads);
  let width = args.heads * args.d4;
  let row = 3u * width;
  let queries = sample * args.tokens * row + head * args.d4;
  let keys = queries + width;
  let end = args.tokens - 1u;
  // Queries past the last are that one again.
  let own_a = queries + min(first + lane % SPAN, end) * row;
  let own_b = queries + min(first + 4u + lane % SPAN, end) * row;

  let c0 = min(lane, args.d4 - 1u);
  let c1 = min(lane + 1u * lanes, args.d4 - 1u);
  let c2 = min(lane + 2u * lanes, args.d4 - 1u);
  let c3 = min(lane + 3u * lanes, args.d4 - 1u);
  let c4 = min(lane + 4u * lanes, args.d4 - 1u);
  let c5 = min(lane + 5u * lanes, args.d4 - 1u);
  let c6 = min(lane + 6u * lanes, args.d4 - 1u);
  let c7 = min(lane + 7u * lanes, args.d4 - 1u);
  // Vectors c0 … of queries 0 to 3, and of 4 to 7.
  var near0 = mat4x4f();
  var far0 = mat4x4f();
  var near1 = mat4x4f();
  var far1 = mat4x4f();
  var near2 = mat4x4f();
  var far2 = mat4x4f();
  var near3 = mat4x4f();
  var far3 = mat4x4f();
  var near4 = mat4x4f();
  var far4 = mat4x4f();
  var near5 = mat4x4f();
  var far5 = mat4x4f();
  var near6 = mat4x4f();
  var far6 = mat4x4f();
  var near7 = mat4x4f();
  var far7 = mat4x4f();
  var m_a = vec4f(-3.4e38);
  var m_b = vec4f(-3.4e38);
  var z_a = vec4f(0.0); // of the lane's own keys
  var z_b = vec4f(0.0);
  for (var j = 0u; j < args.tokens; j += 4u * lanes) {
    // Keys past the last one are that one again, and count nothing.
    let n = vec4u(j + lane) + vec4u(0u, 1u, 2u, 3u) * lanes;
    let ok = n <= vec4u(end);
    let k = keys + min(n, vec4u(end)) * row;
    var s0 = vec4f(0.0);
    var s1 = vec4f(0.0);
    var s2 = vec4f(0.0);
    var s3 = vec4f(0.0);
    var s4 = vec4f(0.0);
    var s5 = vec4f(0.0);
    var s6 = vec4f(0.0);
    var s7 = vec4f(0.0);
    for (var d = 0u; d < args.d4; d++) {
      let key = block(k, d);
      let a = qkv[own_a + d];
      s0 += subgroupBroadcast(a, 0u) * key;
      s1 += subgroupBroadcast(a, 1u) * key;
      s2 += subgroupBroadcast(a, 2u) * key;
      s3 += subgroupBroadcast(a, 3u) * key;
      var b = a;
      if (SPAN == 4u) { b = qkv[own_b + d]; }
      s4 += subgroupBroadcast(b, FAR) * key;
      s5 += subgroupBroadcast(b, FAR + 1u) * key;
      s6 += subgroupBroadcast(b, FAR + 2u) * key;
      s7 += subgroupBroadcast(b, FAR + 3u) * key;
    }
    let top_a = max(m_a, args.scale * most_of(vec4f(most(s0), most(s1), most(s2), most(s3)), lanes));
    let top_b = max(m_b, args.scale * most_of(vec4f(most(s4), most(s5), most(s6), most(s7)), lanes));
    let shrink_a = exp(m_a - top_a);
    let shrink_b = exp(m_b - top_b);
    m_a = top_a;
    m_b = top_b;
    let e_a = mat4x4f(
      weight(s0, top_a.x, ok),
      weight(s1, top_a.y, ok),
      weight(s2, top_a.z, ok),
      weight(s3, top_a.w, ok),
    );
    let e_b = mat4x4f(
      weight(s4, top_b.x, ok),
      weight(s5, top_b.y, ok),
      weight(s6, top_b.z, ok),
      weight(s7, top_b.w, ok),
    );
    z_a = z_a * shrink_a + vec4f(1.0) * e_a;
    z_b = z_b * shrink_b + vec4f(1.0) * e_b;
    near0 = scaled(near0, shrink_a); far0 = scaled(far0, shrink_b);
    if (VECS > 1u) { near1 = scaled(near1, shrink_a); far1 = scaled(far1, shrink_b); }
    if (VECS > 2u) { near2 = scaled(near2, shrink_a); far2 = scaled(far2, shrink_b); }
    if (VECS > 3u) { near3 = scaled(near3, shrink_a); far3 = scaled(far3, shrink_b); }
    if (VECS > 4u) { near4 = scaled(near4, shrink_a); far4 = scaled(far4, shrink_b); }
    if (VECS > 5u) { near5 = scaled(near5, shrink_a); far5 = scaled(far5, shrink_b); }
    if (VECS > 6u) { near6 = scaled(near6, shrink_a); far6 = scaled(far6, shrink_b); }
    if (VECS > 7u) { near7 = scaled(near7, shrink_a); far7 = scaled(far7, shrink_b); }
    for (var l = 0u; l < lanes; l++) {
      let v = keys + width + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end)) * row;
      let w_a = mat4x4f(
        subgroupShuffle(e_a[0], l),
        subgroupShuffle(e_a[1], l),
        subgroupShuffle(e_a[2], l),
        subgroupShuffle(e_a[3], l),
      );
      let w_b = mat4x4f(
        subgroupShuffle(e_b[0], l),
        subgroupShuffle(e_b[1], l),
        subgroupShuffle(e_b[2], l),
        subgroupShuffle(e_b[3], l),
      );
      let v0 = block(v, c0); near0 += v0 * w_a; far0 += v0 * w_b;
      if (VECS > 1u) { let v1 = block(v, c1); near1 += v1 * w_a; far1 += v1 * w_b; }
      if (VECS > 2u) { let v2 = block(v, c2); near2 += v2 * w_a; far2 += v2 * w_b; }
      if (VECS > 3u) { let v3 = block(v, c3); near3 += v3 * w_a; far3 += v3 * w_b; }
      if (VECS > 4u) { let v4 = block(v, c4); near4 += v4 * w_a; far4 += v4 * w_b; }
      if (VECS > 5u) { let v5 = block(v, c5); near5 += v5 * w_a; far5 += v5 * w_b; }
      if (VECS > 6u) { let v6 = block(v, c6); near6 += v6 * w_a; far6 += v6 * w_b; }
      if (VECS > 7u) { let v7 = block(v, c7); near7 += v7 * w_a; far7 += v7 * w_b; }
    }
  }
  let r_a = 1.0 / sum_of(z_a, lanes);
  let r_b = 1.0 / sum_of(z_b, lanes);
  let at = (sample * args.tokens + first) * width + head * args.d4;
  let count = args.tokens - first;
  if (lane < args.d4) { store(at + c0, width, count, scaled(near0, r_a), scaled(far0, r_b)); }
  if (VECS > 1u && lane + 1u * lanes < args.d4) { store(at + c1, width, count, scaled(near1, r_a), scaled(far1, r_b)); }
  if (VECS > 2u && lane + 2u * lanes < args.d4) { store(at + c2, width, count, scaled(near2, r_a), scaled(far2, r_b)); }
  if (VECS > 3u && lane + 3u * lanes < args.d4) { store(at + c3, width, count, scaled(near3, r_a), scaled(far3, r_b)); }
  if (VECS > 4u && lane + 4u * lanes < args.d4) { store(at + c4, width, count, scaled(near4, r_a), scaled(far4, r_b)); }
  if (VECS > 5u && lane + 5u * lanes < args.d4) { store(at + c5, width, count, scaled(near5, r_a), scaled(far5, r_b)); }
  if (VECS > 6u && lane + 6u * lanes < args.d4) { store(at + c6, width, count, scaled(near6, r_a), scaled(far6, r_b)); }
  if (VECS > 7u && lane + 7u * lanes < args.d4) { store(at + c7, width, count, scaled(near7, r_a), scaled(far7, r_b)); }
}
