// Nibbles that choose among 16 signed bytes, LEVELS: four words of four. By selects and shifts, for software adapters
// pay for an indexed table as for a load.
fn levels(v: u32) -> vec4f {
  let n = (vec4u(v) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u);
  let odd = (n & vec4u(4u)) != vec4u(0u);
  let left = select(vec4u(LEVELS.x), vec4u(LEVELS.y), odd);
  let right = select(vec4u(LEVELS.z), vec4u(LEVELS.w), odd);
  let word = select(left, right, (n & vec4u(8u)) != vec4u(0u));
  return vec4f(bitcast<vec4i>(word << (vec4u(24u) - 8u * (n & vec4u(3u)))) >> vec4u(24u));
}
