// out[i] = the sum of the components of ACCUMULATORS vec4s after `iterations` times 16 rounds of v = v·x + y, from v =
// i + j in the j-th: the rate of multiply-adds when everything lives in registers. x and y come at run time and each v
// depends on the one before, so nothing can be folded. How many accumulators hide the latency without leaving the
// registers differs by device: take the best.
alias Real = f32;
const ACCUMULATORS = 2u; // 1, 2, 4 or 8

struct Args { x: f32, y: f32, iterations: u32, invocations: u32 }
@group(0) @binding(0) var<storage, read_write> out:  array<f32>;
@group(0) @binding(1) var<uniform>             args: Args;

alias V = vec4<Real>;
const WG = 64u;

@compute @workgroup_size(WG)
fn fma_peak(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.invocations) { return; }
  let x = Real(args.x);
  let y = Real(args.y);
  let v = V(Real(i % 64u));
  var sum = V(0.0);
  switch (ACCUMULATORS) {
    case 1u: { sum = one(v, x, y); }
    case 2u: { sum = two(v, x, y); }
    case 4u: { sum = four(v, x, y); }
    default: { sum = eight(v, x, y); }
  }
  out[i] = dot(vec4f(sum), vec4f(1.0));
}

fn one(start: V, x: Real, y: Real) -> V {
  var a = start;
  for (var i = 0u; i < args.iterations; i++) {
    a = a * x + y; a = a * x + y; a = a * x + y; a = a * x + y;
    a = a * x + y; a = a * x + y; a = a * x + y; a = a * x + y;
    a = a * x + y; a = a * x + y; a = a * x + y; a = a * x + y;
    a = a * x + y; a = a * x + y; a = a * x + y; a = a * x + y;
  }
  return a;
}

fn two(start: V, x: Real, y: Real) -> V {
  var a = start;
  var b = start + 1.0;
  for (var i = 0u; i < args.iterations; i++) {
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
    a = a * x + y; b = b * x + y; a = a * x + y; b = b * x + y;
  }
  return a + b;
}

fn four(start: V, x: Real, y: Real) -> V {
  var a = start;
  var b = start + 1.0;
  var c = start + 2.0;
  var d = start + 3.0;
  for (var i = 0u; i < 4u * args.iterations; i++) {
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y;
  }
  return (a + b) + (c + d);
}

fn eight(start: V, x: Real, y: Real) -> V {
  var a = start;
  var b = start + 1.0;
  var c = start + 2.0;
  var d = start + 3.0;
  var e = start + 4.0;
  var f = start + 5.0;
  var g = start + 6.0;
  var h = start + 7.0;
  for (var i = 0u; i < 4u * args.iterations; i++) {
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y; e = e * x + y; f = f * x + y;
    g = g * x + y; h = h * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y; e = e * x + y; f = f * x + y;
    g = g * x + y; h = h * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y; e = e * x + y; f = f * x + y;
    g = g * x + y; h = h * x + y;
    a = a * x + y; b = b * x + y; c = c * x + y; d = d * x + y; e = e * x + y; f = f * x + y;
    g = g * x + y; h = h * x + y;
  }
  return ((a + b) + (c + d)) + ((e + f) + (g + h));
}
