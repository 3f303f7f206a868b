// uses: lib/philox.wgsl lib/trig.wgsl
// As lincomb.1.scalar, for dim and all register offsets multiples of 4: one vec4 load per term.
struct Args {
  seed: u32, first_sample: u32, samples: u32, dim: u32,
  out: u32, term_count: u32, draw_count: u32, plus: f32,
  terms: array<vec4u, 8>,  // (coefficient bits, register offset, 0, 0)
  draws: array<vec4u, 32>, // two (weight bits, draw) each
}

@group(0) @binding(0) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn lincomb(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let quads = args.dim / 4u;
  let i = id.x + id.y * groups.x * WG;
  let sample = i / quads;
  if (sample >= args.samples) { return; }

  var y = vec4f(args.plus);
  for (var t = 0u; t < args.term_count; t++) {
    let term = args.terms[t];
    y += bitcast<f32>(term.x) * arena[term.y / 4u + i];
  }
  for (var d = 0u; d < args.draw_count; d++) {
    let pair = args.draws[d / 2u];
    let draw = select(pair.xy, pair.zw, (d & 1u) == 1u);
    y += bitcast<f32>(draw.x) * normal4(args.seed, args.first_sample + sample, draw.y, i % quads);
  }
  arena[args.out / 4u + i] = y;
}
