// out[i] = Σ (8r + s + 1)·c[r, s] over an 8×8 block c of sums of outer products a·bᵀ + b·aᵀ, `iterations` times with a
// turned by one place each time: the multiply-adds of a matmul that would load nothing. 64 accumulators are live, as in
// matmul.3.registers; the turning (8 moves to 128 multiply-adds) keeps compilers from taking the products out of the
// loop.
alias Real = f32;

struct Args { x: f32, y: f32, iterations: u32, invocations: u32 }
@group(0) @binding(0) var<storage, read_write> out:  array<f32>;
@group(0) @binding(1) var<uniform>             args: Args;

alias V = vec4<Real>;
const WG = 64u;

@compute @workgroup_size(WG)
fn fma_matmul(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  if (i >= args.invocations) { return; }
  // a = x·(1…8), b = y·(8…1) + i mod 64
  let x = Real(args.x);
  var left = x * V(1.0, 2.0, 3.0, 4.0);
  var right = x * V(5.0, 6.0, 7.0, 8.0);
  let up = Real(args.y) * V(8.0, 7.0, 6.0, 5.0) + Real(i % 64u);
  let down = Real(args.y) * V(4.0, 3.0, 2.0, 1.0) + Real(i % 64u);
  var c00 = V(0.0);
  var c01 = V(0.0);
  var c10 = V(0.0);
  var c11 = V(0.0);
  var c20 = V(0.0);
  var c21 = V(0.0);
  var c30 = V(0.0);
  var c31 = V(0.0);
  var c40 = V(0.0);
  var c41 = V(0.0);
  var c50 = V(0.0);
  var c51 = V(0.0);
  var c60 = V(0.0);
  var c61 = V(0.0);
  var c70 = V(0.0);
  var c71 = V(0.0);
  for (var n = 0u; n < args.iterations; n++) {
    c00 += left.x * up;
    c01 += left.x * down;
    c10 += left.y * up;
    c11 += left.y * down;
    c20 += left.z * up;
    c21 += left.z * down;
    c30 += left.w * up;
    c31 += left.w * down;
    c40 += right.x * up;
    c41 += right.x * down;
    c50 += right.y * up;
    c51 += right.y * down;
    c60 += right.z * up;
    c61 += right.z * down;
    c70 += right.w * up;
    c71 += right.w * down;
    c00 += up.x * left;
    c01 += up.x * right;
    c10 += up.y * left;
    c11 += up.y * right;
    c20 += up.z * left;
    c21 += up.z * right;
    c30 += up.w * left;
    c31 += up.w * right;
    c40 += down.x * left;
    c41 += down.x * right;
    c50 += down.y * left;
    c51 += down.y * right;
    c60 += down.z * left;
    c61 += down.z * right;
    c70 += down.w * left;
    c71 += down.w * right;
    let first = left.x;
    left = V(left.yzw, right.x);
    right = V(right.yzw, first);
  }
  let low = vec4f(1.0, 2.0, 3.0, 4.0);
  let high = low + 4.0;
  var sum = 0.0;
  sum += dot(vec4f(c00), low) + dot(vec4f(c01), high);
  sum += dot(vec4f(c10), low + 8.0) + dot(vec4f(c11), high + 8.0);
  sum += dot(vec4f(c20), low + 16.0) + dot(vec4f(c21), high + 16.0);
  sum += dot(vec4f(c30), low + 24.0) + dot(vec4f(c31), high + 24.0);
  sum += dot(vec4f(c40), low + 32.0) + dot(vec4f(c41), high + 32.0);
  sum += dot(vec4f(c50), low + 40.0) + dot(vec4f(c51), high + 40.0);
  sum += dot(vec4f(c60), low + 48.0) + dot(vec4f(c61), high + 48.0);
  sum += dot(vec4f(c70), low + 56.0) + dot(vec4f(c71), high + 56.0);
  out[i] = sum;
}
