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

  //% for i in 0..8
  let c${i} = min(${i === 0 ? 'lane' : `lane + ${i}u * lanes`}, args.d4 - 1u);
  //% end
  // Vectors c0 … of queries 0 to 3, and of 4 to 7.
  //% for i in 0..8
  var near${i} = mat4x4f();
  var far${i} = mat4x4f();
  //% end
  var m_a = vec4f(-3.4e38);
  var m_b = vec4f(-3.4e38);
  var z_a = vec4f(0.0); // of the lane's own keys
  var z_b = vec4f(0.0);
  for (var j = 0u; j < args.tokens; j += 4u * lanes) {
    // Keys past the last one are that one again, and count nothing.
    let n = vec4u(j + lane) + vec4u(0u, 1u, 2u, 3u) * lanes;
    let ok = n <= vec4u(end);
    let k = keys + min(n, vec4u(end)) * row;
    //% for i in 0..8
    var s${i} = vec4f(0.0);
    //% end
    for (var d = 0u; d < args.d4; d++) {
      let key = block(k, d);
      let a = qkv[own_a + d];
      //% for i in 0..4
      s${i} += subgroupBroadcast(a, ${i}u) * key;
      //% end
      var b = a;
      if (SPAN == 4u) { b = qkv[own_b + d]; }
      //% for i in 0..4
      s${4 + i} += subgroupBroadcast(b, FAR${i === 0 ? '' : ` + ${i}u`}) * key;
      //% end
    }
    let top_a = max(m_a, args.scale * most_of(vec4f(most(s0), most(s1), most(s2), most(s3)), lanes));
    let top_b = max(m_b, args.scale * most_of(vec4f(most(s4), most(s5), most(s6), most(s7)), lanes));
    let shrink_a = exp(m_a - top_a);
    let shrink_b = exp(m_b - top_b);
    m_a = top_a;
    m_b = top_b;
    //% for h in 0..2
    //% let q = 'ab'[h]
    let e_${q} = mat4x4f(
      //% for i in 0..4
      weight(s${4 * h + i}, top_${q}.${'xyzw'[i]}, ok),
      //% end
    );
    //% end
    z_a = z_a * shrink_a + vec4f(1.0) * e_a;
    z_b = z_b * shrink_b + vec4f(1.0) * e_b;
    near0 = scaled(near0, shrink_a); far0 = scaled(far0, shrink_b);
    //% for i in 1..8
    if (VECS > ${i}u) { near${i} = scaled(near${i}, shrink_a); far${i} = scaled(far${i}, shrink_b); }
    //% end
    for (var l = 0u; l < lanes; l++) {
      let v = keys + width + min(vec4u(j + l) + vec4u(0u, 1u, 2u, 3u) * lanes, vec4u(end)) * row;
      //% for h in 0..2
      //% let q = 'ab'[h]
      let w_${q} = mat4x4f(
        //% for i in 0..4
        subgroupShuffle(e_${q}[${i}], l),
        //% end
      );
      //% end
      let v0 = block(v, c0); near0 += v0 * w_a; far0 += v0 * w_b;
      //% for i in 1..8
      if (VECS > ${i}u) { let v${i} = block(v, c${i}); near${i} += v${i} * w_a; far${i} += v${i} * w_b; }
      //% end
    }
  }
  let r_a = 1.0 / sum_of(z_a, lanes);
  let r_b = 1.0 / sum_of(z_b, lanes);
  let at = (sample * args.tokens + first) * width + head * args.d4;
  let count = args.tokens - first;
  if (lane < args.d4) { store(at + c0, width, count, scaled(near0, r_a), scaled(far0, r_b)); }
  //% for i in 1..8
  if (VECS > ${i}u && lane + ${i}u * lanes < args.d4) { store(at + c${i}, width, count, scaled(near${i}, r_a), scaled(far${i}, r_b)); }
  //% end
}
