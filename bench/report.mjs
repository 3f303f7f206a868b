// The report of a run: ratios, goals and tables. Pure functions of the JSON that run.mjs writes.

/** Engines that count as GPU peers: the WASM provider is the comparison with the processor. */
export const PEERS = ['ort', 'ort-nosub', 'ort-composed', 'tfjs', 'jax', 'transformers'];
const ok = (outcome) => outcome?.status === 'ok';
/**
 * The two clocks: wall time, which a waiting reader sees, and processor time over the cores, which other programs do
 * not disturb.
 */
export const wall = (outcome) => outcome.ms.median;
const processor = (cores) => (outcome) => (outcome.cpuMs ? outcome.cpuMs.median / cores : NaN);

/** Fastest right peer of a case by a clock, or undefined. */
export function bestPeer({ engines }, clock = wall) {
  const right = PEERS.filter((id) => ok(engines[id]) && clock(engines[id]) > 0);
  return right.sort((a, b) => clock(engines[a]) - clock(engines[b]))[0];
}
/** How many times ours is as fast as the best right peer; undefined when either has no time. */
export function ratio(result, clock = wall) {
  const peer = bestPeer(result, clock);
  const { ours } = result.engines;
  const value = peer && ok(ours) ? clock(result.engines[peer]) / clock(ours) : undefined;
  return Number.isFinite(value) ? value : undefined;
}

export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
const percent = (value) => `${(100 * value).toFixed(0)} %`;
const times = (value) => `${value.toFixed(value < 9.95 ? 2 : 1)}×`;

function summary(cases, clock) {
  const all = cases.map((c) => ({ id: c.id, ratio: ratio(c, clock) })).filter((r) => r.ratio !== undefined);
  if (all.length === 0) return undefined;
  const least = all.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  return { count: all.length, mean: Math.exp(all.reduce((sum, r) => sum + Math.log(r.ratio), 0) / all.length), least };
}

/** Shares of the measured limits: by processor time where there is one (a software adapter), else by the wall. */
export function fractions({ cases, roofline, cores }) {
  const byCpu = roofline.fmaMatmul.cpu !== undefined;
  const clock = byCpu ? processor(cores) : wall;
  const key = byCpu ? 'cpu' : 'wall';
  const of = (c, work, limit) => ({
    id: c.id,
    rate: c[work] / clock(c.engines.ours) / 1e6,
    limit,
    share: c[work] / clock(c.engines.ours) / 1e6 / limit,
  });
  const timed = cases.filter((c) => ok(c.engines.ours) && Number.isFinite(clock(c.engines.ours)));
  const squares = timed.filter((c) => /^matmul-\d+$/.test(c.id)).sort((a, b) => b.flops - a.flops);
  return {
    clock: byCpu ? 'processor time' : 'wall time',
    matmul: squares.slice(0, 2).map((c) => of(c, 'flops', roofline.fmaMatmul[key])),
    matvec: timed.filter((c) => /^matvec-\d+x\d+$/.test(c.id)).map((c) => of(c, 'bytes', roofline.readStream[key])),
  };
}

/** Ratios and goals in words, and whether ours was right wherever it ran. */
export function judge(file) {
  const { cases, adapter, cores } = file;
  const sentences = [];
  const software = adapter.software;
  const goal = (what, value, wanted, show) =>
    sentences.push(
      `${what}: ${show(value)}; the goal of ${show(wanted)} is ${value >= wanted ? 'met' : `missed by ${show(wanted - value)}`}.`,
    );
  const s = summary(cases, wall);
  const p = summary(cases, processor(cores));
  if (s) {
    goal(`Against the best right GPU peer, geometric mean of ${s.count} cases`, s.mean, software ? 3 : 1.5, times);
    goal(`Least of them (${s.least.id})`, s.least.ratio, 1, times);
    if (p)
      sentences.push(
        `By processor time instead of the wall: geometric mean ${times(p.mean)}, least ${times(p.least.ratio)} (${p.least.id}).`,
      );
  }
  const f = fractions(file);
  for (const { id, share, rate, limit } of f.matmul)
    goal(
      `${id}: ${figure(rate)} of ${figure(limit)} GFLOP/s that a matmul-shaped loop reaches, by ${f.clock}`,
      share,
      0.7,
      percent,
    );
  for (const { id, share, rate, limit } of f.matvec)
    goal(
      `${id}: ${figure(rate)} of ${figure(limit)} GB/s that a kernel reads, by ${f.clock}`,
      share,
      software ? 0.8 : 0.7,
      percent,
    );
  if (!software) for (const c of cases) if (c.group === 'whole' && ratio(c)) goal(c.title, ratio(c), 1.5, times);
  const wrong = cases.filter((c) => ['wrong', 'failed'].includes(c.engines.ours?.status));
  for (const c of wrong)
    sentences.push(`OURS IS ${c.engines.ours.status.toUpperCase()} in ${c.id}: ${c.engines.ours.reason}`);
  return { sentences, oursRight: wrong.length === 0 };
}

function cell(outcome) {
  if (!outcome) return '–';
  return ok(outcome) ? figure(wall(outcome)) : outcome.status;
}
/** The line printed when a case has ended. */
export function line(result) {
  const parts = Object.entries(result.engines).map(([id, o]) => {
    if (!ok(o)) return `${id} ${o.status}: ${o.reason}`;
    const cpu = o.cpuMs ? `, cpu ${figure(o.cpuMs.median)}` : '';
    return `${id} ${figure(wall(o))} ms (${figure(o.ms.q1)}–${figure(o.ms.q3)}, ${o.ms.samples}×${o.batch}${cpu})`;
  });
  const r = ratio(result);
  return `${result.id}${r === undefined ? '' : ` ${times(r)}`}\n  ${parts.join('\n  ')}`;
}

/** All cases, a column an engine: medians in ms. */
export function table({ cases, engines }) {
  const ids = engines.filter((e) => !e.refused).map((e) => e.id);
  const rows = [
    ['case', ...ids, 'best peer / ours'],
    ...cases.map((c) => [
      c.id,
      ...ids.map((id) => cell(c.engines[id])),
      ratio(c) === undefined ? '–' : times(ratio(c)),
    ]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => r[i].length)));
  return rows
    .map((r) => r.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  '))
    .join('\n');
}

const COLUMNS = [
  ['Stepscope', ['ours']],
  ['ONNX Runtime', ['ort', 'ort-nosub', 'ort-composed']],
  ['TensorFlow.js', ['tfjs']],
  ['jax-js', ['jax']],
  ['Transformers.js', ['transformers']],
  ['processor (WASM)', ['wasm']],
];
const LIMITS = [
  ['multiply-adds', 'fmaPeak', 'GFLOP/s'],
  ['matmul-shaped', 'fmaMatmul', 'GFLOP/s'],
  ['reading', 'readStream', 'GB/s'],
  ['copying', 'copy', 'GB/s'],
];
/**
 * Fastest right time of the engines `ids`; why one of them has none becomes one of the `notes`, which the cell marks.
 */
function tableCell(c, ids, nameOf, notes) {
  const [best] = ids.filter((id) => ok(c.engines[id])).sort((a, b) => wall(c.engines[a]) - wall(c.engines[b]));
  const faults = ids.filter((id) => ['wrong', 'failed', 'skipped'].includes(c.engines[id]?.status));
  const shown = cell(c.engines[best ?? faults[0]]);
  if (faults.length === 0) return shown;
  const note = faults.map((id) => `${nameOf(id)} ${c.engines[id].status}: ${c.engines[id].reason}`).join('; ');
  if (!notes.includes(note)) notes.push(note);
  return `${shown} [${notes.indexOf(note) + 1}]`;
}

/** The mark of a case that has fewer samples than the rest, and its note. */
function fewMark({ engines }, least, notes) {
  const counts = Object.values(engines)
    .filter(ok)
    .map(({ ms }) => ms.samples);
  const few = Math.min(...counts);
  if (!(few < least)) return '';
  const note = `medians of ${few} samples: a run of the peers takes too long for more`;
  if (!notes.includes(note)) notes.push(note);
  return ` [${notes.indexOf(note) + 1}]`;
}

/** A README section for one file: markdown, without a heading of its own level. */
export function markdown(file) {
  const { cases, adapter, runtime, date, versions, settings, cores, roofline } = file;
  const notes = [];
  const used = COLUMNS.filter(([, ids]) => cases.some((c) => ids.some((id) => c.engines[id])));
  const nameOf = (id, title) => file.engines.find((e) => e.id === id)?.title ?? title;
  const body = cases.map((c) => {
    const cells = used.map(([title, ids]) => tableCell(c, ids, (id) => nameOf(id, title), notes));
    const r = ratio(c);
    const few = fewMark(c, settings.leastSamples, notes);
    return `| ${c.title} | ${c.shape}${few} | ${cells.join(' | ')} | ${r === undefined ? '–' : times(r)} |`;
  });
  const byProcessor = roofline.fmaMatmul.cpu === undefined ? '' : ' (by processor time over the cores)';
  const rates = LIMITS.map(([what, key, unit]) => `${what} ${figure(roofline[key].cpu ?? roofline[key].wall)} ${unit}`);
  const limits = `Limits measured in the same run${byProcessor}: ${rates.join(', ')}.`;
  const refused = file.engines.filter((e) => e.refused).map((e) => `${e.title} does not run here: ${e.refused}.`);
  return [
    `**${adapter.description || adapter.architecture}**${adapter.software ? ', a software adapter' : ''}, ${runtime}, ${cores} cores, ${date}. onnxruntime-web ${versions['onnxruntime-web']}, tfjs ${versions['@tensorflow/tfjs-core']}, jax-js ${versions['@jax-js/jax']}, Transformers.js ${versions['@huggingface/transformers']}. Milliseconds a run, medians of ${settings.samples} samples (slow engines at least ${settings.leastSamples}); the last column is the best right GPU peer over ours.`,
    '',
    `| operation | shape | ${used.map(([title]) => title).join(' | ')} | ratio |`,
    `|---|---|${used.map(() => '--:|').join('')}--:|`,
    ...body,
    '',
    [...notes.map((text, i) => `[${i + 1}] ${text.replace(/\|/g, '\\|')}.`), ...refused].join(' '),
    '',
    [...judge(file).sentences, limits].join(' '),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}
