// arena[out] = what guidance makes of registers a and b, each sample by itself; kinds as in math/guide.ts:
//   0 project    first·a + second·(⟨a, b⟩/⟨b, b⟩)·onto, which is b unless another register is given
//   1 bound      a, shortened to first where it is longer
//   2 deviation  a·(1 + first·(std(b)/std(a) − 1))
//   3 unit       a·first/norm(a), the root mean square, or the largest |number| where second is 1; zero stays
//   4 affine     A·a + B·b + c of points in the plane
// `lanes` invocations (a power of two, at most the workgroup) share a sample, so that points fill a workgroup and a
// picture has one to itself. `out` may be any of the others. Registers have shape (samples, dim).
struct Args {
  samples: u32, dim: u32, lanes: u32, kind: u32,
  a: u32, b: u32, out: u32, onto: u32,
  first: f32, second: f32,
  ofA: vec4f, ofB: vec4f, alone: vec2f, // matrices by rows
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 256u;
// Blocks are added up first: one long sum would round thousands of times at its full size.
const BLOCK = 32u;
const DEVIATION = 2u;
const UNIT = 3u;
const AFFINE = 4u;
var<workgroup> parts: array<vec3f, WG>;

// Sum over the lanes of a sample.
fn total(lane: u32, sub: u32, v: vec3f) -> vec3f {
  parts[lane] = v;
  for (var s = args.lanes / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (sub < s) { parts[lane] += parts[lane + s]; }
  }
  workgroupBarrier();
  let sum = parts[lane - sub];
  workgroupBarrier();
  return sum;
}

// (Σa'·b', Σa'², Σb'²) over a lane's share of a sample, a' = (a − about) − mean: small beside large means survives.
fn products(at: vec2u, sub: u32, about: vec2f, mean: vec2f) -> vec3f {
  var sum = vec3f();
  for (var begin = sub; begin < args.dim; begin += BLOCK * args.lanes) {
    var part = vec3f();
    for (var e = begin; e < min(args.dim, begin + BLOCK * args.lanes); e += args.lanes) {
      let v = (vec2f(arena[at.x + e], arena[at.y + e]) - about) - mean;
      part += vec3f(v.x * v.y, v.x * v.x, v.y * v.y);
    }
    sum += part;
  }
  return sum;
}

// Σ(a − about), and of b.
fn sums(at: vec2u, sub: u32, about: vec2f) -> vec3f {
  var sum = vec2f();
  for (var begin = sub; begin < args.dim; begin += BLOCK * args.lanes) {
    var part = vec2f();
    for (var e = begin; e < min(args.dim, begin + BLOCK * args.lanes); e += args.lanes) {
      part += vec2f(arena[at.x + e], arena[at.y + e]) - about;
    }
    sum += part;
  }
  return vec3f(sum, 0.0);
}

// The largest |a| of a sample.
fn most(lane: u32, sub: u32, at: u32) -> f32 {
  var top = 0.0;
  for (var e = sub; e < args.dim; e += args.lanes) { top = max(top, abs(arena[at + e])); }
  parts[lane] = vec3f(top, 0.0, 0.0);
  for (var s = args.lanes / 2u; s > 0u; s /= 2u) {
    workgroupBarrier();
    if (sub < s) { parts[lane].x = max(parts[lane].x, parts[lane + s].x); }
  }
  workgroupBarrier();
  top = parts[lane - sub].x;
  workgroupBarrier();
  return top;
}

// Σ(a/top)² over a lane's share: squares of very small numbers would be none.
fn squares(at: u32, sub: u32, top: f32) -> f32 {
  var sum = 0.0;
  for (var begin = sub; begin < args.dim; begin += BLOCK * args.lanes) {
    var part = 0.0;
    for (var e = begin; e < min(args.dim, begin + BLOCK * args.lanes); e += args.lanes) {
      let v = arena[at + e] / top;
      part += v * v;
    }
    sum += part;
  }
  return sum;
}

@compute @workgroup_size(WG)
fn guide(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let sub = lane % args.lanes;
  let wanted = (wg.x + wg.y * groups.x) * (WG / args.lanes) + lane / args.lanes;
  // All lanes go through every barrier; what is past the end reads the last sample and writes nothing.
  let sample = min(wanted, args.samples - 1u);
  let at = vec2u(args.a, args.b) + sample * args.dim;

  if (args.kind == AFFINE) {
    if (wanted < args.samples && sub == 0u) {
      let a = vec2f(arena[at.x], arena[at.x + 1u]);
      let b = vec2f(arena[at.y], arena[at.y + 1u]);
      let to = args.out + sample * 2u;
      arena[to] = dot(args.ofA.xy, a) + dot(args.ofB.xy, b) + args.alone.x;
      arena[to + 1u] = dot(args.ofA.zw, a) + dot(args.ofB.zw, b) + args.alone.y;
    }
    return;
  }
  if (args.kind == UNIT) {
    let top = most(lane, sub, at.x);
    let square = total(lane, sub, vec3f(squares(at.x, sub, select(1.0, top, top > 0.0)), 0.0, 0.0)).x;
    let norm = select(sqrt(square / f32(args.dim)), 1.0, args.second == 1.0);
    // Past the end nothing is written.
    for (var e = select(args.dim, sub, wanted < args.samples); e < args.dim; e += args.lanes) {
      let i = sample * args.dim + e;
      arena[args.out + i] = select(0.0, args.first * (arena[at.x + e] / top) / norm, top > 0.0);
    }
    return;
  }

  var about = vec2f();
  var mean = vec2f();
  if (args.kind == DEVIATION) {
    about = vec2f(arena[at.x], arena[at.y]);
    mean = total(lane, sub, sums(at, sub, about)).xy / f32(args.dim);
  }
  let sum = total(lane, sub, products(at, sub, about, mean));
  var factor = args.first;
  var share = 0.0;
  switch args.kind {
    case 0u: { if (sum.z > 0.0) { share = args.second * (sum.x / sum.z); } }
    case 1u: { factor = select(1.0, args.first / sqrt(sum.y), sum.y > args.first * args.first); }
    default: { factor = select(1.0, 1.0 + args.first * (sqrt(sum.z / sum.y) - 1.0), sum.y > 0.0); }
  }
  if (wanted >= args.samples) { return; }
  for (var e = sub; e < args.dim; e += args.lanes) {
    let i = sample * args.dim + e;
    let v = factor * arena[at.x + e];
    // Without a share it is not looked at: it may hold anything.
    if (share != 0.0) { arena[args.out + i] = v + share * arena[args.onto + i]; } else { arena[args.out + i] = v; }
  }
}
