// uses: lib/weights.f16.wgsl lib/rows.chosen.wgsl
// y[s] = W[e]·x[s / sharing] for many slots s grouped by expert e (group_experts): what a model reads a prompt with. A
// tile of up to 8 slots of one expert × 8 outputs an invocation: a unit of weights is unpacked once for all, and
// experts that nobody chose are not read.
struct Args {
  dots: Dots, n: u32, tiles: u32, sharing: u32, first_row: u32, chunk_rows: u32, y_at: u32, y_row: u32,
}

@group(0) @binding(2) var<storage, read>       x:     array<vec4f>; // (slots / sharing, 2·units)
@group(0) @binding(3) var<storage, read>       order: array<u32>;   // (slots)
@group(0) @binding(4) var<storage, read>       tiles: array<vec4u>; // (tiles): expert, first place in order, slots, 0
@group(0) @binding(5) var<storage, read_write> y:     array<f32>;   // (slots, n)
@group(0) @binding(6) var<uniform>             args:  Args;

const WG = 32u;

fn slot_of(tile: vec4u, r: u32) -> u32 { return order[tile.y + select(0u, r, r < tile.z)]; }
fn start_of(slot: u32) -> u32 { return args.dots.x_at + (slot / args.sharing) * args.dots.x_row; }

@compute @workgroup_size(WG)
fn expert_matmul(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let across = (args.n + 7u) / 8u;
  if (i / across >= args.tiles) { return; }
  let tile = tiles[i / across];
  let n0 = (i % across) * 8u;
  let row = tile.x * args.n + n0;
  if (tile.z == 0u || row < args.first_row || row - args.first_row >= args.chunk_rows) { return; }

  // Slots past the last of a tile read the first one, outputs past the edge the last one; neither is stored.
  let units = args.dots.units;
  let own = row - args.first_row;
  let last = min(args.n - 1u - n0, args.chunk_rows - 1u - own);
  let a0 = start_of(slot_of(tile, 0u));
  let a1 = start_of(slot_of(tile, 1u));
  let a2 = start_of(slot_of(tile, 2u));
  let a3 = start_of(slot_of(tile, 3u));
  let a4 = start_of(slot_of(tile, 4u));
  let a5 = start_of(slot_of(tile, 5u));
  let a6 = start_of(slot_of(tile, 6u));
  let a7 = start_of(slot_of(tile, 7u));
  let m0 = own;
  let m1 = own + min(1u, last);
  let m2 = own + min(2u, last);
  let m3 = own + min(3u, last);
  let m4 = own + min(4u, last);
  let m5 = own + min(5u, last);
  let m6 = own + min(6u, last);
  let m7 = own + min(7u, last);
  var c00 = vec4f(0.0);
  var c01 = vec4f(0.0);
  var c10 = vec4f(0.0);
  var c11 = vec4f(0.0);
  var c20 = vec4f(0.0);
  var c21 = vec4f(0.0);
  var c30 = vec4f(0.0);
  var c31 = vec4f(0.0);
  var c40 = vec4f(0.0);
  var c41 = vec4f(0.0);
  var c50 = vec4f(0.0);
  var c51 = vec4f(0.0);
  var c60 = vec4f(0.0);
  var c61 = vec4f(0.0);
  var c70 = vec4f(0.0);
  var c71 = vec4f(0.0);
  for (var u = 0u; u < units; u++) {
    let w0 = raw_at(m0 * units + u);
    let w1 = raw_at(m1 * units + u);
    let w2 = raw_at(m2 * units + u);
    let w3 = raw_at(m3 * units + u);
    let w4 = raw_at(m4 * units + u);
    let w5 = raw_at(m5 * units + u);
    let w6 = raw_at(m6 * units + u);
    let w7 = raw_at(m7 * units + u);
    let s0 = unit_scale(m0, u);
    let s1 = unit_scale(m1, u);
    let s2 = unit_scale(m2, u);
    let s3 = unit_scale(m3, u);
    let s4 = unit_scale(m4, u);
    let s5 = unit_scale(m5, u);
    let s6 = unit_scale(m6, u);
    let s7 = unit_scale(m7, u);
    // A loop, not two copies: code of this size is slow to compile.
    for (var h = 0u; h < 2u; h++) {
      let upper = h == 1u;
      let left = mat4x4f(part(w0, upper) * s0, part(w1, upper) * s1, part(w2, upper) * s2, part(w3, upper) * s3);
      let right = mat4x4f(part(w4, upper) * s4, part(w5, upper) * s5, part(w6, upper) * s6, part(w7, upper) * s7);
      let k = 2u * u + h;
      let x0 = x[a0 + k];
      c00 += x0 * left;
      c01 += x0 * right;
      let x1 = x[a1 + k];
      c10 += x1 * left;
      c11 += x1 * right;
      let x2 = x[a2 + k];
      c20 += x2 * left;
      c21 += x2 * right;
      let x3 = x[a3 + k];
      c30 += x3 * left;
      c31 += x3 * right;
      let x4 = x[a4 + k];
      c40 += x4 * left;
      c41 += x4 * right;
      let x5 = x[a5 + k];
      c50 += x5 * left;
      c51 += x5 * right;
      let x6 = x[a6 + k];
      c60 += x6 * left;
      c61 += x6 * right;
      let x7 = x[a7 + k];
      c70 += x7 * left;
      c71 += x7 * right;
    }
  }

  let scale0 = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let scale1 = vec4f(row_scale(m4), row_scale(m5), row_scale(m6), row_scale(m7));
  var sums = array<vec4f, 16>(
    c00 * scale0, c01 * scale1, c10 * scale0, c11 * scale1, c20 * scale0, c21 * scale1, c30 * scale0, c31 * scale1,
    c40 * scale0, c41 * scale1, c50 * scale0, c51 * scale1, c60 * scale0, c61 * scale1, c70 * scale0, c71 * scale1,
  );
  for (var r = 0u; r < tile.z; r++) {
    let at = args.y_at + slot_of(tile, r) * args.y_row + n0;
    for (var c = 0u; c <= min(last, 7u); c++) { y[at + c] = sums[2u * r + c / 4u][c % 4u]; }
  }
}

fn part(raw: Raw, upper: bool) -> vec4f { return select(low(raw), high(raw), upper); }
