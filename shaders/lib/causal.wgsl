// What the versions of attention_prefill with blocks of queries share: arguments, bindings, and which positions four
// queries see.
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

// First positions that queries at `position` see.
fn first_seen(position: vec4u) -> vec4u {
  return select(
    vec4u(0u),
    position + vec4u(1u) - args.window,
    vec4<bool>(args.window > 0u) & (position + vec4u(1u) > vec4u(args.window)),
  );
}
fn slots_of(r: vec4u) -> vec4u { return vec4u(rows[r.x].y, rows[r.y].y, rows[r.z].y, rows[r.w].y); }
fn positions_of(r: vec4u) -> vec4u { return vec4u(rows[r.x].z, rows[r.y].z, rows[r.z].z, rows[r.w].z); }
fn least(a: vec4u, b: vec4u) -> u32 { let v = min(a, b); return min(min(v.x, v.y), min(v.z, v.w)); }
fn most(a: vec4u, b: vec4u) -> u32 { let v = max(a, b); return max(max(v.x, v.y), max(v.z, v.w)); }
