// Numbers into a KV cache kept in float32 or binary16 (src/core/cacheFormat.ts): two rotary pairs of one head, elements
// at, at + 1, at + half_dim, at + half_dim + 1. The including file binds `keys` and `values` as words, and says in
// KEY_BITS and VALUE_BITS how many bits their numbers have.
const MOST_HALF = 65504.0;
fn halves(v: vec2f) -> u32 { return pack2x16float(clamp(v, vec2f(-MOST_HALF), vec2f(MOST_HALF))); }
fn put_key(at: u32, half_dim: u32, v: vec4f) {
  if (KEY_BITS == 16u) {
    keys[at / 2u] = halves(v.xy);
    keys[(at + half_dim) / 2u] = halves(v.zw);
  } else {
    let words = bitcast<vec4u>(v);
    keys[at] = words.x;
    keys[at + 1u] = words.y;
    keys[at + half_dim] = words.z;
    keys[at + half_dim + 1u] = words.w;
  }
}
fn put_value(at: u32, half_dim: u32, v: vec4f) {
  if (VALUE_BITS == 16u) {
    values[at / 2u] = halves(v.xy);
    values[(at + half_dim) / 2u] = halves(v.zw);
  } else {
    let words = bitcast<vec4u>(v);
    values[at] = words.x;
    values[at + 1u] = words.y;
    values[at + half_dim] = words.z;
    values[at + half_dim + 1u] = words.w;
  }
}
