// uses: lib/weights.f16.wgsl lib/picture.wgsl lib/conv.wgsl
// As conv2d.1.naive, for real GPUs: implicit matrix product, a tile of 64 pixels × 64 outputs per workgroup, 8×4 per
// invocation. Sixteen channels of one tap are staged in workgroup memory at a time, normalised, activated and masked
// once for all outputs. Needs channels in multiples of 4. With several splits each takes a share of the steps and
// stores partial sums, for conv_sums to add up.
alias Staged = f32; // of the weights in workgroup memory

@group(0) @binding(2) var<storage, read>       x:        array<vec4f>;
@group(0) @binding(3) var<storage, read>       x2:       array<vec4f>;
@group(0) @binding(4) var<storage, read>       norm:     array<vec4f>;
@group(0) @binding(5) var<storage, read>       bias:     array<f32>;
@group(0) @binding(6) var<storage, read>       residual: array<f32>;
@group(0) @binding(7) var<storage, read_write> y:        array<f32>;
@group(0) @binding(8) var<uniform>             args:     ConvArgs;

// One vec4 more than the tile: halves the bank conflicts of the turned stores.
const ROW = 17u;
var<workgroup> tile_x: array<vec4f, 272>; // [16 channels][pixel / 4]
var<workgroup> tile_w: array<vec4<Staged>, 272>; // [16 channels][output / 4]

// Four channels of a pixel of the picture.
fn four_at(sample: u32, row: i32, column: i32, c: u32) -> vec4f {
  let c0 = args.picture.c0;
  let count = c0 + args.picture.c1;
  if (!inside(row, column) || c >= count) { return vec4f(0.0); }
  let pixel = pixel_of(sample, u32(row), u32(column));
  var v = vec4f(0.0);
  if (c < c0) { v = x[(pixel * c0 + c) / 4u]; } else { v = x2[(pixel * args.picture.c1 + c - c0) / 4u]; }
  if (args.picture.has_norm != 0u) {
    let at = (2u * sample * count + c) / 4u;
    v = norm[at] * v + norm[at + count / 4u];
  }
  if (args.picture.activation == 1u) { v = v / (1.0 + exp(-clamp(v, vec4f(-80.0), vec4f(80.0)))); }
  if (args.picture.activation == 2u) { v = max(v, vec4f(0.0)); }
  return v;
}

fn weights_at(n: u32, unit: u32, high_half: bool) -> vec4f {
  if (n >= args.n) { return vec4f(0.0); }
  let raw = w[n * args.dots.units + unit];
  return select(low(raw), high(raw), high_half) * unit_scale(n, unit);
}

@compute @workgroup_size(128)
fn conv2d(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let pixel0 = wg.y * 64u;
  let n0 = wg.x * 64u;
  let of_x = t % 16u;
  let of_y = t / 16u;
  // The lower half of the invocations brings four channels of four pixels each, the upper half of four outputs.
  let k = 4u * (t % 4u);
  let r = (t / 4u) % 16u;
  let brings_x = t < 64u;
  let p = min(vec4u(pixel0 + 4u * r) + vec4u(0u, 1u, 2u, 3u), vec4u(pixels() - 1u));
  let sample = p / (args.rows * args.width);
  let at = p - sample * args.rows * args.width;
  let top = vec4i((args.first + at / args.width) * args.stride) - i32(args.pad);
  let left = vec4i((at % args.width) * args.stride) - i32(args.pad);

  var c0 = vec4f(0.0);
  var c1 = vec4f(0.0);
  var c2 = vec4f(0.0);
  var c3 = vec4f(0.0);
  var c4 = vec4f(0.0);
  var c5 = vec4f(0.0);
  var c6 = vec4f(0.0);
  var c7 = vec4f(0.0);
  let tap_steps = (args.dots.tap_units + 1u) / 2u;
  let steps = tap_steps * args.kernel * args.kernel;
  let end = min((wg.z + 1u) * args.per_split, steps);
  for (var step = wg.z * args.per_split; step < end; step++) {
    let tap = step / tap_steps;
    let c = 16u * (step % tap_steps) + k;
    var v = mat4x4f();
    if (brings_x) {
      let row = i32(tap / args.kernel);
      let column = i32(tap % args.kernel);
      for (var i = 0u; i < 4u; i++) { v[i] = four_at(sample[i], top[i] + row, left[i] + column, c); }
    } else if (c / 8u < args.dots.tap_units) {
      let unit = tap * args.dots.tap_units + c / 8u;
      let high_half = (c & 4u) != 0u;
      let n = n0 + 4u * r;
      for (var i = 0u; i < 4u; i++) { v[i] = weights_at(n + i, unit, high_half); }
    }
    v = transpose(v);
    for (var i = 0u; i < 4u; i++) {
      if (brings_x) { tile_x[(k + i) * ROW + r] = v[i]; } else { tile_w[(k + i) * ROW + r] = vec4<Staged>(v[i]); }
    }
    workgroupBarrier();
    for (var i = 0u; i < 16u; i++) {
      let upper = tile_x[i * ROW + of_y];
      let lower = tile_x[i * ROW + 8u + of_y];
      let right = vec4f(tile_w[i * ROW + of_x]);
      c0 += upper.x * right;
      c1 += upper.y * right;
      c2 += upper.z * right;
      c3 += upper.w * right;
      c4 += lower.x * right;
      c5 += lower.y * right;
      c6 += lower.z * right;
      c7 += lower.w * right;
    }
    workgroupBarrier();
  }

  var sums = array<vec4f, 8>(c0, c1, c2, c3, c4, c5, c6, c7);
  let n = n0 + 4u * of_x;
  var scale = vec4f(0.0);
  for (var i = 0u; i < 4u; i++) { scale[i] = row_scale(min(n + i, args.n - 1u)); }
  for (var i = 0u; i < outputs(8u); i++) {
    let pixel = pixel0 + 4u * of_y + i % 4u + (i / 4u) * 32u;
    let sum = scale * sums[i];
    if (args.splits > 1u) {
      put_partial(wg.z, pixel, n, sum);
    } else {
      put4(pixel, n, sum, bias4(sample_of(pixel), n));
    }
  }
}

fn put_partial(split: u32, pixel: u32, n: u32, sum: vec4f) {
  if (pixel >= pixels() || n >= args.n) { return; }
  let at = (split * pixels() + pixel) * args.n + n;
  for (var i = 0u; i < min(4u, args.n - n); i++) { y[at + i] = sum[i]; }
}
