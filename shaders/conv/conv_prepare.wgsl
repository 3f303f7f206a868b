// uses: lib/picture.wgsl lib/picture_scalar.wgsl
// The picture that a convolution without masks reads: two inputs side by side, doubled, normalised and activated as
// asked, within a border of zeros, its channels filled up with zeros to whole units of eight. Four channels an
// invocation; borders are written every time, so that the buffer may hold anything before.
struct PrepareArgs {
  picture: Picture,
  samples: u32, rows: u32, columns: u32, quads: u32, // of the output; a pixel's vec4s
  top: i32, left: i32,                               // where the output's first pixel lies in the picture
}

@group(0) @binding(0) var<storage, read>       x:    array<f32>;
@group(0) @binding(1) var<storage, read>       x2:   array<f32>;
@group(0) @binding(2) var<storage, read>       norm: array<f32>;
@group(0) @binding(3) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(4) var<uniform>             args: PrepareArgs;

const WG = 64u;

@compute @workgroup_size(WG)
fn conv_prepare(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let pixel = i / args.quads;
  let line = pixel / args.columns;
  let sample = line / args.rows;
  if (sample >= args.samples) { return; }
  let row = args.top + i32(line % args.rows);
  let column = args.left + i32(pixel % args.columns);
  let c = 4u * (i % args.quads);
  var v = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) { v[j] = channel_at(sample, row, column, c + j); }
  y[i] = v;
}
