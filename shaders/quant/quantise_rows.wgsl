// Rows of x as signed bytes with a scale a row: q = round(x / scale), scale = max|x| / 127. A workgroup a row, gone
// through twice.
struct Args { units: u32, rows: u32, x_at: u32, x_row: u32 } // columns / 8; x's first element and row stride in vec4s

@group(0) @binding(0) var<storage, read>       x:      array<vec4f>; // (rows, 2·units)
@group(0) @binding(1) var<storage, read_write> q:      array<vec2u>; // (rows, units), low byte first
@group(0) @binding(2) var<storage, read_write> scales: array<f32>;   // (rows)
@group(0) @binding(3) var<uniform>             args:   Args;

const WG = 32u;
var<workgroup> most: array<f32, WG>;

fn packed(v: vec4f, inverse: f32) -> u32 {
  let b = vec4u(clamp(vec4i(round(v * inverse)), vec4i(-127), vec4i(127))) & vec4u(255u);
  return b.x | (b.y << 8u) | (b.z << 16u) | (b.w << 24u);
}

@compute @workgroup_size(WG)
fn quantise_rows(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let r = wg.x;
  let start = args.x_at + r * args.x_row;
  var own = vec4f(0.0);
  for (var k = t; k < 2u * args.units; k += WG) { own = max(own, abs(x[start + k])); }
  most[t] = max(max(own.x, own.y), max(own.z, own.w));
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (t < half) { most[t] = max(most[t], most[t + half]); }
  }
  workgroupBarrier();
  let largest = most[0];
  let inverse = select(0.0, 127.0 / largest, largest > 0.0);
  for (var u = t; u < args.units; u += WG) {
    q[r * args.units + u] = vec2u(packed(x[start + 2u * u], inverse), packed(x[start + 2u * u + 1u], inverse));
  }
  if (t == 0u) { scales[r] = largest / 127.0; }
}
