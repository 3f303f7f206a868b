// uses: lib/weights.f16.wgsl lib/picture.wgsl lib/picture_scalar.wgsl lib/conv.wgsl
// A convolution of NHWC pictures: y[p, n] = bias[n] + Σ over taps and channels of W[n, tap, c]·x[p + tap, c], zero
// outside the picture. Four outputs of a pixel an invocation; any number of channels, all options masked in the loop,
// so it is what everything falls back to.
@group(0) @binding(2) var<storage, read>       x:        array<f32>;
@group(0) @binding(3) var<storage, read>       x2:       array<f32>;
@group(0) @binding(4) var<storage, read>       norm:     array<f32>;
@group(0) @binding(5) var<storage, read>       bias:     array<f32>;
@group(0) @binding(6) var<storage, read>       residual: array<f32>;
@group(0) @binding(7) var<storage, read_write> y:        array<f32>;
@group(0) @binding(8) var<uniform>             args:     ConvArgs;

const WG = 64u;

@compute @workgroup_size(WG)
fn conv2d(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let quads = (args.n + 3u) / 4u;
  let pixel = i / quads;
  if (pixel >= pixels()) { return; }
  let n = 4u * (i % quads);
  let sample = sample_of(pixel);
  let at = pixel - sample * args.rows * args.width;
  let top = i32((args.first + at / args.width) * args.stride) - i32(args.pad);
  let left = i32((at % args.width) * args.stride) - i32(args.pad);
  let last = args.n - 1u;
  let filters = vec4u(n, min(n + 1u, last), min(n + 2u, last), min(n + 3u, last));
  var sum = vec4f(0.0);
  for (var tap = 0u; tap < args.kernel * args.kernel; tap++) {
    let row = top + i32(tap / args.kernel);
    let column = left + i32(tap % args.kernel);
    if (!inside(row, column)) { continue; }
    for (var u = 0u; u < args.dots.tap_units; u++) {
      // Loops stay loops: unrolled, they take SwiftShader minutes to compile.
      var near = vec4f(0.0);
      var far = vec4f(0.0);
      for (var j = 0u; j < 8u; j++) {
        let v = channel_at(sample, row, column, 8u * u + j);
        if (j < 4u) { near[j] = v; } else { far[j - 4u] = v; }
      }
      let unit = tap * args.dots.tap_units + u;
      for (var j = 0u; j < 4u; j++) {
        let raw = w[filters[j] * args.dots.units + unit];
        sum[j] += unit_scale(filters[j], unit) * (dot(low(raw), near) + dot(high(raw), far));
      }
    }
  }
  let scales = vec4f(row_scale(filters.x), row_scale(filters.y), row_scale(filters.z), row_scale(filters.w));
  put4(pixel, n, sum * scales, bias4(sample, n));
}
