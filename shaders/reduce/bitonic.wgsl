// One or two stages of a bitonic sort (Batcher 1968) of every row of y, ascending; rows of `padded`, a power of 2. A
// stage compares elements `stride` apart within blocks of `block`. With two stages (stride, then stride / 2) an
// invocation owns four elements.
struct Args { rows: u32, padded: u32, block: u32, stride: u32, stages: u32 }

@group(0) @binding(0) var<storage, read_write> y:    array<f32>; // (rows, padded)
@group(0) @binding(1) var<uniform>             args: Args;

const WG = 64u;

@compute @workgroup_size(WG)
fn bitonic(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let t = id.x + id.y * groups.x * WG;
  let per_row = args.padded >> args.stages;
  let row = t / per_row;
  if (row >= args.rows) { return; }
  let k = t % per_row;
  if (args.stages == 1u) {
    let i = (k / args.stride) * 2u * args.stride + k % args.stride;
    let p = row * args.padded + i;
    let a = y[p];
    let b = y[p + args.stride];
    let up = (i & args.block) == 0u;
    y[p] = select(max(a, b), min(a, b), up);
    y[p + args.stride] = select(min(a, b), max(a, b), up);
    return;
  }
  let half = args.stride / 2u;
  let i = (k / half) * 4u * half + k % half;
  let p = row * args.padded + i;
  let v = vec4f(y[p], y[p + half], y[p + 2u * half], y[p + 3u * half]);
  let up = (i & args.block) == 0u;
  let low = min(v.xy, v.zw);
  let high = max(v.xy, v.zw);
  let w = select(vec4f(high, low), vec4f(low, high), up);
  let low2 = min(w.xz, w.yw);
  let high2 = max(w.xz, w.yw);
  y[p] = select(high2.x, low2.x, up);
  y[p + half] = select(low2.x, high2.x, up);
  y[p + 2u * half] = select(high2.y, low2.y, up);
  y[p + 3u * half] = select(low2.y, high2.y, up);
}
