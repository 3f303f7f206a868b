// npm run measure -- language: the language lab's figures on one software adapter, as tables and as JSON. Not a test:
// it only reports what it saw.
//   --parts=speed,speculation,accuracy  --models=sotu,sotu_draft,countdown,gpt2_124m  --formats=f32,f16,int8,int4
// --tokens=32 (decoded a place)  --repeats=3 (prompts)  --prompts=128,512  --seeds=5 (texts of speculation)
// --json=folder
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { goldenIds } from '../src/models/networks/golden.ts';
import { languageModelIds } from '../src/models/language.ts';
import type { Format } from '../src/engine/decoding/events.ts';
import { nodeContext } from '../src/gpu/testing.ts';
import { bundledAccuracy, checkpointError, type BundledAccuracy } from './language/accuracy.ts';
import { GPT2_124M, measuredIds, titleOf, type MeasuredId } from './language/shapes.ts';
import { measureSpeculation, type Speculation } from './language/speculation.ts';
import { measureSpeed, type Speed } from './language/speed.ts';
import { head, row, short } from './language/tables.ts';

const flag = (name: string, fallback: string) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const list = (name: string, known: readonly string[]) =>
  flag(name, known.join())
    .split(',')
    .map((v) => {
      if (!known.includes(v)) throw new Error(`--${name}=${v}: it must be some of ${known.join(', ')}`);
      return v;
    });
const numbers = (name: string, fallback: string) =>
  flag(name, fallback)
    .split(',')
    .map((v) => {
      if (!/^[1-9]\d*$/.test(v)) throw new Error(`--${name}=${v}: it must be a positive whole number`);
      return Number(v);
    });
const parts = list('parts', ['speed', 'speculation', 'accuracy']);
const models = list('models', measuredIds) as MeasuredId[];
const formats = list('formats', ['f32', 'f16', 'int8', 'int4']) as Format[];
const [tokens, repeats, seeds] = ['tokens', 'repeats', 'seeds'].map(
  (name, i) => numbers(name, ['32', '3', '5'][i]!)[0]!,
) as [number, number, number];
const prompts = numbers('prompts', '128,512');

const ctx = await nodeContext();
const adapter = process.env.GPU_ADAPTER ?? ctx.info.architecture;
const report: {
  adapter: string;
  device: string;
  date: string;
  cores: number;
  loadBefore: number;
  loadAfter: number;
  speed: Speed[];
  speculation: Speculation[];
  checkpoints: { id: string; nmse: Partial<Record<Format, number>> }[];
  bundled: BundledAccuracy[];
  failures: string[];
} = {
  adapter,
  device: ctx.info.description || ctx.info.architecture,
  date: new Date().toISOString().slice(0, 10),
  cores: cpus().length,
  loadBefore: loadavg()[0]!,
  loadAfter: 0,
  speed: [],
  speculation: [],
  checkpoints: [],
  bundled: [],
  failures: [],
};
console.log(
  `${report.device}, ${report.date}, ${report.cores} cores, load ${short(report.loadBefore)}${report.loadBefore > 0.5 ? ': the machine is busy, times mean little' : ''}`,
);

/** A model that does not fit is reported, and the others are measured. */
async function trying<T>(what: string, task: () => Promise<T>): Promise<T | null> {
  try {
    return await task();
  } catch (error) {
    report.failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    console.log(`\n${report.failures.at(-1)!}\n`);
    return null;
  }
}

if (parts.includes('speed')) {
  head(
    'model',
    'weights',
    'MB',
    'load ms',
    'warm-up ms',
    ...prompts.map((n) => `prefill ${n}, tokens/s`),
    'decode, tokens/s near',
    'and far',
    'far / near',
    'the same, same keys',
    'near: encode + submit + wait, ms',
    'dispatches',
  );
  for (const model of models)
    for (const format of formats) {
      const s = await trying(`${model} ${format}`, () =>
        measureSpeed(ctx, model, format, {
          tokens,
          repeats: model === GPT2_124M ? Math.min(repeats, 3) : repeats,
          prompts,
        }),
      );
      if (!s) continue;
      report.speed.push(s);
      row(
        titleOf(model),
        format,
        s.megabytes,
        s.loadMs,
        s.warmMs,
        ...prompts.map((n) => s.prefill[n] ?? null),
        `${short(1000 / s.nearMs)} (at ${s.near})`,
        `${short(1000 / s.farMs)} (at ${s.far})`,
        s.farMs / s.nearMs,
        s.windowMs / s.nearMs,
        s.split.map(short).join(' + '),
        String(s.dispatches),
      );
    }
  console.log(
    '\nMedians of single tokens with their draw on the GPU. "Same keys": far from the start, but attending to as many keys as near it; what exceeds 1 there is not attention.',
  );
}
if (parts.includes('speculation')) {
  const found = await trying('speculation', () => measureSpeculation(ctx, { seeds, tokens: 64 }));
  head('speculation', 'tokens ahead', 'accepted', 'tokens a target pass', 'plain, ms a token', 'with it', 'speed-up');
  for (const s of found ?? [])
    row(s.what, String(s.tokensAhead), s.acceptance, s.tokensPerPass, s.plainMs, s.ms, s.speedUp);
  report.speculation.push(...(found ?? []));
}
if (parts.includes('accuracy')) {
  head('golden checkpoint, NMSE of logits', ...formats);
  for (const id of goldenIds) {
    const errors: Partial<Record<Format, number>> = {};
    for (const format of formats)
      errors[format] = (await trying(`${id} ${format}`, () => checkpointError(ctx, id, format))) ?? NaN;
    report.checkpoints.push({ id, nmse: errors });
    row(id, ...formats.map((f) => errors[f]!.toExponential(1)));
  }
  head(
    'bundled model',
    'weights',
    'top-1 agreement',
    'widest margin lost',
    'largest logits: worst error',
    'RMS error',
    'log-loss of a fixed text, nats a token',
  );
  for (const id of languageModelIds.filter((m) => models.includes(m)))
    for (const format of formats) {
      const a = await trying(`${id} ${format}`, () => bundledAccuracy(ctx, id, format));
      if (!a) continue;
      report.bundled.push(a);
      row(
        titleOf(id),
        format,
        a.golden ? `${a.agreed}/${a.of}` : 'golden run of other weights',
        a.widestLoss,
        a.worst,
        a.rms,
        a.loss.toFixed(4),
      );
    }
}
report.loadAfter = loadavg()[0]!;
if (report.loadAfter > report.cores + 0.5)
  console.log(
    `\nLoad at the end ${short(report.loadAfter)} on ${report.cores} cores: something else was running, so times are no more than rough.`,
  );
const folder = flag('json', '');
if (folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `language-${adapter}.json`), `${JSON.stringify(report, null, 1)}\n`);
} else console.log(`\n${JSON.stringify(report)}`);
process.exit(report.failures.length > 0 ? 1 : 0);
