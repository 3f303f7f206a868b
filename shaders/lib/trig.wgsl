// (cos 2πt, sin 2πt) for two t in [0, 1), good to 1e-7. The built-in sin and cos may be off by 5e-4 (and on software
// adapters they are); here the angle is reduced exactly to an eighth of a turn, then the Cephes polynomials.
fn cos_turn(t: vec2f) -> vec4f {
  let quarter = floor(4.0 * t + 0.5);
  let x = 6.283185307179586 * (t - 0.25 * quarter);
  let z = x * x;
  let c = 1.0 - 0.5 * z + z * z * (4.166664568298827e-2 + z * (-1.388731625493765e-3 + z * 2.443315711809948e-5));
  let s = x + x * z * (-1.6666654611e-1 + z * (8.3321608736e-3 - z * 1.9515295891e-4));
  let q = vec2u(quarter) & vec2u(3u);
  let odd = (q & vec2u(1u)) == vec2u(1u);
  let cosine = select(c, s, odd) * select(vec2f(1.0), vec2f(-1.0), ((q + vec2u(1u)) & vec2u(3u)) >= vec2u(2u));
  let sine = select(s, c, odd) * select(vec2f(1.0), vec2f(-1.0), q >= vec2u(2u));
  return vec4f(cosine, sine); // cos t₀, cos t₁, sin t₀, sin t₁
}
