// Tokens by expert: a counting sort of (token, choice) pairs, called slots, by the expert they chose, stable, without
// atomics, so that the order is always the same. Beside it the tiles of a product that takes up to TILE slots of one
// expert at once: as many as there can be, those that are not needed with no slots. One workgroup.
const TILE = 8u;
struct Args { slots: u32, experts: u32, tiles: u32 }

@group(0) @binding(0) var<storage, read>       chosen: array<u32>;   // (slots), the expert of each
@group(0) @binding(1) var<storage, read_write> order:  array<u32>;   // (slots), slots by expert
@group(0) @binding(2) var<storage, read_write> tiles:  array<vec4u>; // (tiles): expert, first place in order, slots, 0
@group(0) @binding(3) var<uniform>             args:   Args;

const WG = 256u;
const MOST = 512u;
var<workgroup> block: array<u32, WG>;
var<workgroup> places: array<u32, MOST>; // slots of an expert, then where its next one goes
var<workgroup> firsts: array<u32, MOST>; // an expert's first tile
var<workgroup> total: u32;

@compute @workgroup_size(WG)
fn group_experts(@builtin(local_invocation_index) t: u32) {
  for (var e = t; e < args.experts; e += WG) { places[e] = 0u; }
  for (var base = 0u; base < args.slots; base += WG) {
    workgroupBarrier();
    if (base + t < args.slots) { block[t] = chosen[base + t]; }
    workgroupBarrier();
    let count = min(WG, args.slots - base);
    for (var e = t; e < args.experts; e += WG) {
      var found = 0u;
      for (var i = 0u; i < count; i++) { found += select(0u, 1u, block[i] == e); }
      places[e] += found;
    }
  }
  workgroupBarrier();
  if (t == 0u) {
    var at = 0u;
    var tile = 0u;
    for (var e = 0u; e < args.experts; e++) {
      let count = places[e];
      places[e] = at;
      firsts[e] = tile;
      at += count;
      tile += (count + TILE - 1u) / TILE;
    }
    total = tile;
  }
  workgroupBarrier();
  for (var e = t; e < args.experts; e += WG) {
    let start = places[e];
    var to = args.slots;
    if (e + 1u < args.experts) { to = places[e + 1u]; }
    for (var at = start; at < to; at += TILE) {
      tiles[firsts[e] + (at - start) / TILE] = vec4u(e, at, min(TILE, to - at), 0u);
    }
  }
  for (var i = total + t; i < args.tiles; i += WG) { tiles[i] = vec4u(0u); }
  // Everybody has read where the next expert begins.
  workgroupBarrier();
  for (var base = 0u; base < args.slots; base += WG) {
    workgroupBarrier();
    if (base + t < args.slots) { block[t] = chosen[base + t]; }
    workgroupBarrier();
    let count = min(WG, args.slots - base);
    for (var e = t; e < args.experts; e += WG) {
      var at = places[e];
      for (var i = 0u; i < count; i++) {
        if (block[i] == e) {
          order[at] = base + i;
          at++;
        }
      }
      places[e] = at;
    }
  }
}
