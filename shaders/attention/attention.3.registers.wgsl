// As attention.1.naive, for software adapters: two queries per invocation share every key and value they read; named
// accumulators, online softmax, no workgroup memory. Head dimensions up to 32 (D4 ≤ 8); vectors past D4 are constant
// zeros.
const D4 = 8u; // head dimension / 4
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4 = D4

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 32u;

fn load(p: u32, d: u32) -> vec4f {
  if (d >= D4) { return vec4f(0.0); }
  return qkv[p + d];
}
fn store(p: u32, d: u32, v: vec4f) { if (d < D4) { y[p + d] = v; } }

@compute @workgroup_size(WG)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pairs = (args.tokens + 1u) / 2u;
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.batch * args.heads * pairs) { return; }
  let token_a = (i % pairs) * 2u;
  let token_b = min(token_a + 1u, args.tokens - 1u); // an odd last query is computed twice and stored once more
  let head = (i / pairs) % args.heads;
  let sample = i / (pairs * args.heads);
  let width = args.heads * D4;
  let first = sample * args.tokens * 3u * width + head * D4;

  let qa = first + token_a * 3u * width;
  let a0 = args.scale * load(qa, 0u);
  let a1 = args.scale * load(qa, 1u);
  let a2 = args.scale * load(qa, 2u);
  let a3 = args.scale * load(qa, 3u);
  let a4 = args.scale * load(qa, 4u);
  let a5 = args.scale * load(qa, 5u);
  let a6 = args.scale * load(qa, 6u);
  let a7 = args.scale * load(qa, 7u);
  let qb = first + token_b * 3u * width;
  let b0 = args.scale * load(qb, 0u);
  let b1 = args.scale * load(qb, 1u);
  let b2 = args.scale * load(qb, 2u);
  let b3 = args.scale * load(qb, 3u);
  let b4 = args.scale * load(qb, 4u);
  let b5 = args.scale * load(qb, 5u);
  let b6 = args.scale * load(qb, 6u);
  let b7 = args.scale * load(qb, 7u);

  var u0 = vec4f(0.0);
  var u1 = vec4f(0.0);
  var u2 = vec4f(0.0);
  var u3 = vec4f(0.0);
  var u4 = vec4f(0.0);
  var u5 = vec4f(0.0);
  var u6 = vec4f(0.0);
  var u7 = vec4f(0.0);
  var w0 = vec4f(0.0);
  var w1 = vec4f(0.0);
  var w2 = vec4f(0.0);
  var w3 = vec4f(0.0);
  var w4 = vec4f(0.0);
  var w5 = vec4f(0.0);
  var w6 = vec4f(0.0);
  var w7 = vec4f(0.0);
  var m = vec2f(-3.4e38);
  var z = vec2f(0.0);
  var p = first + width;
  for (var j = 0u; j < args.tokens; j++) {
    var k = load(p, 0u);
    var sa = a0 * k;
    var sb = b0 * k;
    k = load(p, 1u);
    sa += a1 * k;
    sb += b1 * k;
    k = load(p, 2u);
    sa += a2 * k;
    sb += b2 * k;
    k = load(p, 3u);
    sa += a3 * k;
    sb += b3 * k;
    k = load(p, 4u);
    sa += a4 * k;
    sb += b4 * k;
    k = load(p, 5u);
    sa += a5 * k;
    sb += b5 * k;
    k = load(p, 6u);
    sa += a6 * k;
    sb += b6 * k;
    k = load(p, 7u);
    sa += a7 * k;
    sb += b7 * k;
    let s = vec2f(dot(sa, vec4f(1.0)), dot(sb, vec4f(1.0)));
    let top = max(m, s);
    let shrink = exp(m - top);
    let e = exp(s - top);
    m = top;
    z = z * shrink + e;
    var v = load(p + width, 0u);
    u0 = u0 * shrink.x + e.x * v;
    w0 = w0 * shrink.y + e.y * v;
    v = load(p + width, 1u);
    u1 = u1 * shrink.x + e.x * v;
    w1 = w1 * shrink.y + e.y * v;
    v = load(p + width, 2u);
    u2 = u2 * shrink.x + e.x * v;
    w2 = w2 * shrink.y + e.y * v;
    v = load(p + width, 3u);
    u3 = u3 * shrink.x + e.x * v;
    w3 = w3 * shrink.y + e.y * v;
    v = load(p + width, 4u);
    u4 = u4 * shrink.x + e.x * v;
    w4 = w4 * shrink.y + e.y * v;
    v = load(p + width, 5u);
    u5 = u5 * shrink.x + e.x * v;
    w5 = w5 * shrink.y + e.y * v;
    v = load(p + width, 6u);
    u6 = u6 * shrink.x + e.x * v;
    w6 = w6 * shrink.y + e.y * v;
    v = load(p + width, 7u);
    u7 = u7 * shrink.x + e.x * v;
    w7 = w7 * shrink.y + e.y * v;
    p += 3u * width;
  }

  let r = 1.0 / z;
  let ya = (sample * args.tokens + token_a) * width + head * D4;
  store(ya, 0u, u0 * r.x);
  store(ya, 1u, u1 * r.x);
  store(ya, 2u, u2 * r.x);
  store(ya, 3u, u3 * r.x);
  store(ya, 4u, u4 * r.x);
  store(ya, 5u, u5 * r.x);
  store(ya, 6u, u6 * r.x);
  store(ya, 7u, u7 * r.x);
  let yb = (sample * args.tokens + token_b) * width + head * D4;
  store(yb, 0u, w0 * r.y);
  store(yb, 1u, w1 * r.y);
  store(yb, 2u, w2 * r.y);
  store(yb, 3u, w3 * r.y);
  store(yb, 4u, w4 * r.y);
  store(yb, 5u, w5 * r.y);
  store(yb, 6u, w6 * r.y);
  store(yb, 7u, w7 * r.y);
}
