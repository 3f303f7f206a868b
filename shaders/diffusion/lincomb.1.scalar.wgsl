// uses: lib/philox.wgsl lib/trig.wgsl
// arena[out + j] = Σ cᵢ·arena[regᵢ + j] + Σ wᵢ·zᵢ: one sampler update, with its noise fused in. Registers have shape
// (samples, dim); `out` may be one of the inputs. One invocation per four elements of a sample; any dim.
struct Args {
  seed: u32, first_sample: u32, samples: u32, dim: u32,
  out: u32, term_count: u32, draw_count: u32, plus: f32,
  terms: array<vec4u, 8>,  // (coefficient bits, register offset, 0, 0)
  draws: array<vec4u, 32>, // two (weight bits, draw) each
}

@group(0) @binding(0) var<storage, read_write> arena: array<f32>;
@group(0) @binding(1) var<uniform>             args:  Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn lincomb(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let quads = (args.dim + 3u) / 4u;
  let i = id.x + id.y * groups.x * WG;
  let sample = i / quads;
  if (sample >= args.samples) { return; }
  let quad = i % quads;
  let e = quad * 4u;
  let at = sample * args.dim + e;
  let last = args.dim - 1u - e; // elements past the first that exist; the others read the last one

  var y = vec4f(args.plus);
  for (var t = 0u; t < args.term_count; t++) {
    let term = args.terms[t];
    let p = term.y + at;
    y += bitcast<f32>(term.x) * vec4f(
      arena[p],
      arena[p + min(1u, last)],
      arena[p + min(2u, last)],
      arena[p + min(3u, last)],
    );
  }
  for (var d = 0u; d < args.draw_count; d++) {
    let pair = args.draws[d / 2u];
    let draw = select(pair.xy, pair.zw, (d & 1u) == 1u);
    y += bitcast<f32>(draw.x) * normal4(args.seed, args.first_sample + sample, draw.y, quad);
  }

  let o = args.out + at;
  arena[o] = y.x;
  if (last >= 1u) { arena[o + 1u] = y.y; }
  if (last >= 2u) { arena[o + 2u] = y.z; }
  if (last >= 3u) { arena[o + 3u] = y.w; }
}
