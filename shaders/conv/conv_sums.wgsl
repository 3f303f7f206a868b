// uses: lib/picture.wgsl lib/conv.wgsl
// Finishes a convolution whose channels were shared out among workgroups: their partial sums are added, in their order,
// and stored with bias and residual. Four outputs of a pixel an invocation.
@group(0) @binding(0) var<storage, read>       partial:  array<f32>; // (splits, pixels, n)
@group(0) @binding(1) var<storage, read>       bias:     array<f32>;
@group(0) @binding(2) var<storage, read>       residual: array<f32>;
@group(0) @binding(3) var<storage, read_write> y:        array<f32>;
@group(0) @binding(4) var<uniform>             args:     ConvArgs;

const WG = 64u;

@compute @workgroup_size(WG)
fn conv_sums(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let quads = (args.n + 3u) / 4u;
  let pixel = i / quads;
  if (pixel >= pixels()) { return; }
  let n = 4u * (i % quads);
  let more = args.n - 1u - n;
  var sum = vec4f(0.0);
  for (var s = 0u; s < args.splits; s++) {
    let p = (s * pixels() + pixel) * args.n + n;
    sum += vec4f(partial[p], partial[p + min(1u, more)], partial[p + min(2u, more)], partial[p + min(3u, more)]);
  }
  put4(pixel, n, sum, bias4(sample_of(pixel), n));
}
