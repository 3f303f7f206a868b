// Four neighbouring numbers of a row of a token embedding, whatever format it is stored in. The including file declares
// the const FORMAT: 0 f32, 1 f16, 2 int8 with a scale per row, 3 int4 with a scale per 32 columns. GGUF's blocks:
// embedding.blocks.wgsl.
@group(0) @binding(0) var<storage, read> w:      array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;

// Elements 4i … 4i + 3 of row `row` of a table of 4·count columns.
fn embedding(row: u32, i: u32, count: u32) -> vec4f {
  let quad = row * count + i;
  if (FORMAT == 0u) {
    return bitcast<vec4f>(vec4u(w[4u * quad], w[4u * quad + 1u], w[4u * quad + 2u], w[4u * quad + 3u]));
  }
  if (FORMAT == 1u) { return vec4f(unpack2x16float(w[2u * quad]), unpack2x16float(w[2u * quad + 1u])); }
  if (FORMAT == 2u) {
    let q = vec4i(vec4u(w[quad]) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
    return vec4f(q) * bitcast<f32>(scales[row]);
  }
  let word = w[quad / 2u] >> (16u * (quad & 1u));
  let q = vec4i((vec4u(word) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u)) - vec4i(8);
  let group = quad / 8u;
  let pair = unpack2x16float(scales[group / 2u]);
  return vec4f(q) * select(pair.x, pair.y, (group & 1u) == 1u);
}
