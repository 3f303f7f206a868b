// What the gallery's entries on the trained digits say, measured anew: npm run measure -- claims [--models=FOLDER].
// FOLDER stands for public/models: with other weights of the digits in it, this is what their entries would have to say, and
// the fits that their links would have to carry. Not a test: it reports what it saw, in a minute or two of a quiet machine.
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { countedCost } from '../../src/engine/diffusion/cost.ts';
import { weightsFrom } from '../../src/engine/diffusion/diskWeights.ts';
import { createGpuBackend } from '../../src/engine/diffusion/gpuBackend.ts';
import { never } from '../../src/engine/diffusion/testing.ts';
import { withHeads } from '../../src/engine/diffusion/withHeads.ts';
import { nodeContext } from '../../src/gpu/testing.ts';
import { parseExperiment } from '../../src/labs/diffusion/config/codec.ts';
import { contenderPlan } from '../../src/labs/diffusion/config/contender.ts';
import type { Contender, Experiment } from '../../src/labs/diffusion/config/experiment.ts';
import { presets, type Preset } from '../../src/labs/diffusion/config/presets.ts';
import { runExperiment, type RunEvent } from '../../src/labs/diffusion/engine/run.ts';
import { Session } from '../../src/labs/diffusion/engine/session.ts';
import { runWrapFit } from '../../src/labs/diffusion/engine/wrapFit.ts';
import { modelCard } from '../../src/models/index.ts';
import { formatContender } from '../../src/samplers/contenders/text.ts';
import { formatFitted } from '../../src/wrappers/fittedText.ts';
import { wrapperOf } from '../../src/samplers/contenders/wrapping.ts';

const folder = process.argv.find((a) => a.startsWith('--models='))?.slice(9) ?? 'public/models';
const weights = weightsFrom(pathToFileURL(`${resolve(folder)}/`));
const ctx = await nodeContext();
const session = new Session(withHeads(createGpuBackend(ctx, weights), weights));
const network = modelCard('digits').network!;
console.log(`${ctx.info.description || ctx.info.architecture}, ${new Date().toISOString().slice(0, 10)}`);

const read = (link: string): Experiment => {
  const { experiment, refusals } = parseExperiment(`model=digits&${link}`);
  if (refusals.length > 0) throw new Error(refusals.map(({ because }) => because).join('; '));
  return experiment;
};
/** The gallery's fits are of seed 0, whatever their entry's noise. */
const FIT_SEED = 0;
/** A contender, what its wrappers were fitted with made anew. */
async function refitted(e: Experiment, one: Contender, seed: number): Promise<Contender> {
  let c = one;
  for (const [wrap, { id, fitted: before }] of (one.wraps ?? []).entries()) {
    if (!wrapperOf(id)!.fit) continue;
    const ask = { experiment: { ...e, seed, contenders: [c] }, contender: 0, wrap };
    const fitted = await runWrapFit(session, ask, () => {}, never);
    c = { ...c, wraps: c.wraps!.map((w, i) => (i === wrap ? { ...w, fitted } : w)) };
    if (!before) continue;
    const [was, is] = [before, fitted].map(formatFitted);
    console.log(`  ${id}: ${was === is ? 'the fit of its link comes out again' : `the link needs ~${is}`}`);
  }
  return c;
}
async function end(e: Experiment, c: Contender) {
  const { problem } = await session.prepare(e, never);
  const { ops } = contenderPlan(c, 'digits');
  const { x } = await problem.run(ops, { seed: e.seed, signal: never });
  return { x, cost: countedCost(ops, { dim: problem.key.card.shape.dim, passes: 1, workOfPass: null, network }) };
}
const rms = (a: Float32Array, b: Float32Array) => Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]!) ** 2, 0) / a.length);
const brief = (c: Contender) => formatContender(c).replace(/~\d+\.\d+\.\w+\.[\w-]+/g, '');

/** How far contenders end from one of them left whole, on the same noise: rms of a pixel. */
async function distances(name: string, e: Experiment, whole: Contender, fitSeed = FIT_SEED): Promise<void> {
  console.log(`\n${name}, seed ${e.seed}: rms from ${formatContender(whole)}`);
  const untouched = await end(e, whole);
  for (const one of e.contenders) {
    const { x, cost } = await end(e, await refitted(e, one, fitSeed));
    const price = `${cost.nfe} evaluations, work of ${cost.work.toFixed(2)}`;
    console.log(`  ${rms(x, untouched.x).toFixed(4)}  ${price}  ${brief(one)}`);
  }
}
/** What the page's table says of an experiment. */
async function table(name: string, e: Experiment): Promise<void> {
  console.log(`\n${name}, seed ${e.seed}, ${e.samples} samples`);
  const contenders: Contender[] = [];
  for (const c of e.contenders) contenders.push(await refitted(e, c, FIT_SEED));
  const last = new Map<number, Extract<RunEvent, { kind: 'result' }>>();
  const keep = (event: RunEvent) => event.kind === 'result' && last.set(event.contender, event);
  await runExperiment(session, { ...e, contenders }, null, keep, never);
  for (const [i, { quality, cost }] of last) {
    const figures = Object.entries(quality).map(([metric, v]) => `${metric} ${v.toFixed(4)}`);
    console.log(`  ${[...figures, `${cost.passes} passes`, brief(contenders[i]!)].join('  ')}`);
  }
}

const twenty = read('c=euler:karras:20').contenders[0]!;
for (const [id, { experiment }] of Object.entries<Preset>(presets)) {
  if (experiment.model !== 'digits') continue;
  if (experiment.contenders.some((c) => c.wraps)) await distances(id, experiment, twenty);
  else await table(id, experiment);
}
// What entries say beside what they show.
await distances(
  'strips at fifty',
  read('seed=1&c=euler:karras:50:~strips(workers=7)'),
  read('c=euler:karras:50').contenders[0]!,
);
await distances(
  'fewer steps',
  read('seed=1&c=euler:karras:7&c=euler:karras:5&c=euler:karras:20:~sparse(correct=residual)'),
  twenty,
);
const flow = Array.from({ length: 30 }, (_, i) => 80 / 81 - (80 / 81) * (i / 30)).map((t) =>
  Number((t / (1 - t)).toPrecision(6)),
);
const thirty = `euler:explicit(${[...flow, 0].join('_')})`;
for (const seed of [1, 2, 3, 4]) {
  const kinds = ['', '(linear=0)', '(phi=printed)'].map((params) => `&c=${thirty}:~erta${params}`).join('');
  await distances('thirty flow steps', read(`seed=${seed}${kinds}`), read(`c=${thirty}`).contenders[0]!);
}
await table('core2', read('c=euler:karras:10:cfg(w=3)&c=euler:karras:10:cfg(w=3):~core2&c=euler:karras:5:cfg(w=3)'));
process.exit(0);
