// What the versions of cross_attention share: arguments, bindings, and which keys a query sees. The including file says
// what an Element is; dimensions, offsets and rows count in it.
struct Args {
  samples: u32, queries: u32, heads: u32, dim: u32,    // dim: of a head
  keys: u32, kv_samples: u32, causal: u32, scale: f32, // samples of q share those of k and v in blocks
  first: u32, count: u32,                              // of the queries of each sample
  q_at: u32, q_row: u32, k_at: u32, k_row: u32, v_at: u32, v_row: u32, y_at: u32, y_row: u32,
}

@group(0) @binding(0) var<storage, read>       q:    array<Element>; // (samples·queries, q_row)
@group(0) @binding(1) var<storage, read>       k:    array<Element>; // (kv_samples·keys, k_row)
@group(0) @binding(2) var<storage, read>       v:    array<Element>; // (kv_samples·keys, v_row)
@group(0) @binding(3) var<storage, read_write> y:    array<Element>; // (samples·queries, y_row)
@group(0) @binding(4) var<uniform>             args: Args;

fn seen_by(query: u32) -> u32 { return select(args.keys, min(args.keys, query + 1u), args.causal != 0u); }
// The first key's number, over all samples.
fn keys_of(sample: u32) -> u32 { return sample * args.kv_samples / args.samples * args.keys; }
