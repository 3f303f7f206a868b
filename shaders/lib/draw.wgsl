// The draw of a token from the sorted candidates of a row: temperature, top-k, top-p, min-p, then the inverse CDF in
// descending order. The same decisions as src/math/reference/draw.ts. The including file declares `params`, `stats`,
// `candidates`, `out` and `args`.
struct Args { rows: u32, vocab: u32, candidates: u32, per_chunk: u32 } // per_chunk: logits that share an entry of stats

// max, Σe^(x−max), Σ(x−max)·e^(x−max), Σe^((x−max)/temperature)
struct Stats { top: f32, sum: f32, weighted: f32, tempered: f32 }

fn blocks_of(count: u32) -> u32 { return (count + 31u) / 32u; }

// Entries from `first` on, every `step`-th, as one.
fn merge_stats(row: u32, first: u32, step: u32, temperature: f32) -> Stats {
  let chunks = (args.vocab + args.per_chunk - 1u) / args.per_chunk;
  var all = Stats(-3.4e38, 0.0, 0.0, 0.0);
  for (var c = first; c < chunks; c += step) {
    let s = stats[row * chunks + c];
    all = join_stats(all, Stats(s.x, s.y, s.z, s.w), temperature);
  }
  return all;
}

fn join_stats(a: Stats, b: Stats, temperature: f32) -> Stats {
  let top = max(a.top, b.top);
  let da = max(a.top - top, -1e30);
  let db = max(b.top - top, -1e30);
  let ea = exp(da);
  let eb = exp(db);
  return Stats(top, ea * a.sum + eb * b.sum, ea * (a.weighted + da * a.sum) + eb * (b.weighted + db * b.sum),
    tempered(da, temperature) * a.tempered + tempered(db, temperature) * b.tempered);
}

// e^(d / temperature) for d ≤ 0.
fn tempered(d: f32, temperature: f32) -> f32 { return exp(max(d / temperature, -87.0)); }

// Writes the 12 words of a row. `all` has the statistics of the whole row; candidates are in place.
fn draw(row: u32, all: Stats) {
  let shape = params[2u * row];
  let u = f32(params[2u * row + 1u].x >> 8u) / 16777216.0;
  let temperature = bitcast<f32>(shape.x);
  let top_p = bitcast<f32>(shape.z);
  let min_p = bitcast<f32>(shape.w);
  let count = min(args.candidates, args.vocab);
  let at = row * args.candidates;
  let top = bitcast<f32>(candidates[at].x);

  var margin = 1.0;
  var kept = 1u;      // survivors so far; those past `count` are not seen
  var total = 1.0;    // Σ tempered weights of the survivors
  var enough = true;  // false when the answer lies past the candidates
  var chosen = 0u;
  var chosen_weight = 1.0;
  if (temperature > 0.0) {
    kept = args.vocab;
    total = all.tempered;
    if (shape.y > 0u && shape.y < args.vocab) {
      kept = shape.y;
      enough = kept <= count;
      total = 0.0;
      for (var i = 0u; i < min(kept, count); i++) {
        total += tempered(bitcast<f32>(candidates[at + i].x) - top, temperature);
      }
    }
    if (enough && top_p < 1.0) {
      var sum = 0.0;
      var found = false;
      for (var i = 0u; i < min(kept, count) && !found; i++) {
        let before = sum;
        sum += tempered(bitcast<f32>(candidates[at + i].x) - top, temperature);
        if (i > 0u) { margin = min(margin, abs(before / total - top_p)); }
        if (sum >= top_p * total) {
          found = true;
          if (i + 1u < kept) { margin = min(margin, abs(sum / total - top_p)); }
          kept = i + 1u;
          total = sum;
        }
      }
      enough = found || kept <= count;
    }
    if (enough && min_p > 0.0) {
      var sum = 0.0;
      var n = 0u;
      for (var i = 0u; i < min(kept, count); i++) {
        let weight = tempered(bitcast<f32>(candidates[at + i].x) - top, temperature);
        if (i > 0u) { margin = min(margin, abs(weight / min_p - 1.0)); }
        if (i > 0u && weight < min_p) { break; }
        sum += weight;
        n++;
      }
      if (n < kept) {
        enough = n < count; // the cut was seen
        kept = n;
        total = sum;
      }
    }
    if (enough) {
      var sum = 0.0;
      var found = false;
      for (var i = 0u; i < min(kept, count) && !found; i++) {
        let before = sum;
        let weight = tempered(bitcast<f32>(candidates[at + i].x) - top, temperature);
        sum += weight;
        found = u * total < sum || i + 1u == kept;
        if (found) {
          chosen = i;
          chosen_weight = weight;
          if (i > 0u) { margin = min(margin, abs(u - before / total)); }
          if (i + 1u < kept) { margin = min(margin, abs(sum / total - u)); }
        }
      }
      enough = found;
    }
    if (!enough) { margin = 0.0; }
  }
  var mass = 0.0;
  for (var i = 0u; i < min(kept, count); i++) { mass += exp(max(bitcast<f32>(candidates[at + i].x) - top, -87.0)); }
  let log_sum = log(all.sum);
  let o = 12u * row;
  out[o] = candidates[at + chosen].y;
  out[o + 1u] = bitcast<u32>(margin);
  out[o + 2u] = bitcast<u32>(bitcast<f32>(candidates[at + chosen].x) - top - log_sum);
  out[o + 3u] = bitcast<u32>(max(0.0, log_sum - all.weighted / all.sum));
  out[o + 4u] = bitcast<u32>(top);
  out[o + 5u] = kept;
  out[o + 6u] = bitcast<u32>(select(min(1.0, mass / all.sum), 1.0, kept == args.vocab));
  out[o + 7u] = chosen;
  out[o + 8u] = bitcast<u32>(log(chosen_weight / total));
  out[o + 9u] = bitcast<u32>(top + log_sum);
  out[o + 10u] = 0u;
  out[o + 11u] = 0u;
}
