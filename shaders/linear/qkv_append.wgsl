// uses: lib/weights.f32.wgsl lib/rows.1.wgsl lib/dot.2.lanes.wgsl lib/rope.wgsl lib/trig.wgsl lib/append.wgsl
// q, k and v of up to eight tokens in one dispatch: W·x + bias, RoPE on q and k, q to its buffer and k and v straight
// into the caches at the row's slot and position. W's rows are all q heads, all k heads, all v heads. A quad is two
// neighbouring rotary pairs of one head, so that a pair meets in one invocation. A position past the cache is dropped:
// it would land in the next slot.
const ROPE = true;
const KEY_BITS = 32u; // of a number in the cache: 32 or 16
const VALUE_BITS = 32u;
struct Args {
  dots: Dots, heads: u32, kv_heads: u32, head_dim: u32, context: u32,
  rows_at: u32, q_at: u32, bias_at: u32, has_bias: u32, amplitude: f32,
  turns: array<vec4u, 64>,
}

@group(0) @binding(2) var<storage, read>       x:     array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias:  array<f32>;
@group(0) @binding(4) var<storage, read>       rows:  array<vec4u>; // token, slot, position, 0
@group(0) @binding(5) var<storage, read_write> q:     array<f32>;   // (rows, heads·head_dim)
@group(0) @binding(6) var<storage, read_write> keys:  array<u32>;   // (slots, context, kv_heads·head_dim)
@group(0) @binding(7) var<storage, read_write> values: array<u32>;
@group(0) @binding(8) var<uniform>             args:  Args;

@compute @workgroup_size(WG)
fn qkv_append(in: In) {
  let half_dim = args.head_dim / 2u;
  let per_head = half_dim / 2u;
  let quads = (args.heads + 2u * args.kv_heads) * per_head;
  let own = quad_of(in);
  if (may_leave(own, quads)) { return; }
  let quad = min(own, quads - 1u);
  let head = quad / per_head;
  let j = (quad % per_head) * 2u;
  let n = head * args.head_dim + j;
  // Every invocation must reach the barriers of dot4; one without a quad of its own then has no rows to finish.
  let rows_of_x = select(0u, args.dots.rows, own < quads);
  let sums = dot4(in, vec4u(n, n + 1u, n + half_dim, n + half_dim + 1u));
  var b = vec4f(0.0);
  if (args.has_bias != 0u) {
    let at = args.bias_at + n;
    b = vec4f(bias[at], bias[at + 1u], bias[at + half_dim], bias[at + half_dim + 1u]);
  }
  for (var r = row_first(in); r < rows_of_x; r += row_step(in)) {
    var v = total(in, sums, r) + b;
    let row = rows[args.rows_at + r];
    if (ROPE && head < args.heads + args.kv_heads) {
      let turned = rotation(row.z, j);
      v = vec4f(v.xy * turned.xy - v.zw * turned.zw, v.zw * turned.xy + v.xy * turned.zw);
    }
    if (head < args.heads) {
      let at = args.q_at + r * args.heads * args.head_dim + n;
      q[at] = v.x;
      q[at + 1u] = v.y;
      q[at + half_dim] = v.z;
      q[at + half_dim + 1u] = v.w;
      continue;
    }
    if (row.z >= args.context) { continue; }
    let is_key = head < args.heads + args.kv_heads;
    let kv_head = head - select(args.heads + args.kv_heads, args.heads, is_key);
    let at = ((row.y * args.context + row.z) * args.kv_heads + kv_head) * args.head_dim + j;
    if (is_key) { put_key(at, half_dim, v); } else { put_value(at, half_dim, v); }
  }
}
