// Figures for the README, measured on one software adapter: `npm run measure`. Not a test: it only reports what it saw.
//   quality: class accuracy and FD of the image models by sampler and evaluations; speed: milliseconds a step by model.
import { contenderPlan, newContender, stepsForBudget } from '../src/labs/diffusion/config/contender.ts';
import { defaultExperiment } from '../src/labs/diffusion/config/defaults.ts';
import { createGpuBackend } from '../src/engine/diffusion/gpuBackend.ts';
import { Judge } from '../src/engine/diffusion/quality.ts';
import { problemKey } from '../src/labs/diffusion/engine/session.ts';
import { diskWeights, never } from '../src/engine/diffusion/testing.ts';
import { nodeContext } from '../src/gpu/testing.ts';
import { modelIds, type ModelId } from '../src/models/index.ts';
import type { SamplerId } from '../src/samplers/diffusion/index.ts';

const flag = (name: string, fallback: string) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const what = process.argv[2] ?? 'speed';
const ctx = await nodeContext();
const backend = createGpuBackend(ctx, diskWeights);
console.log(`${ctx.info.description || ctx.info.architecture}, ${new Date().toISOString().slice(0, 10)}`);

if (what === 'speed') {
  const repeats = Number(flag('repeats', '5'));
  console.log('| model | samples | ms a step, median of runs (least) | clock |\n|---|---|---|---|');
  for (const model of modelIds) {
    const e = defaultExperiment(model);
    const problem = await backend.prepare(problemKey(e), never);
    const steps = 4;
    const { ops } = contenderPlan(newContender('euler', steps), model);
    const times: number[] = [];
    await problem.run(ops, { seed: 0, signal: never });
    for (let i = 0; i < repeats; i++) {
      const { gpuMs, wallMs } = await problem.run(ops, { seed: i, signal: never });
      times.push((gpuMs ?? wallMs) / steps);
    }
    times.sort((a, b) => a - b);
    console.log(
      `| ${model} | ${e.samples} | ${times[repeats >> 1]!.toFixed(2)} (${times[0]!.toFixed(2)}) | ${ctx.info.features.has('timestamp-query') ? 'GPU' : 'wall'} |`,
    );
    problem.destroy();
  }
} else {
  const n = Number(flag('n', '256'));
  const guidance = Number(flag('guidance', '1'));
  console.log('| model | sampler | guidance | NFE | n | class accuracy | FD |\n|---|---|---|---|---|---|---|');
  for (const model of flag('models', 'digits,avatars').split(',') as ModelId[]) {
    const problem = await backend.prepare(problemKey({ ...defaultExperiment(model), samples: n, guidance }), never);
    const judge = new Judge(problem);
    for (const sampler of flag('samplers', 'euler,heun,dpmpp_2m,unipc,ipndm').split(',') as SamplerId[]) {
      for (const budget of flag('nfe', '5,10,20').split(',').map(Number)) {
        const c = newContender(sampler, 1);
        const steps = stepsForBudget(c, model, budget);
        const { ops, nfe } = contenderPlan(c, model, steps);
        const { x } = await problem.run(ops, { seed: 1, signal: never });
        const { accuracy, fd } = await judge.measure(x, null);
        console.log(
          `| ${model} | ${sampler} | ${guidance} | ${nfe} | ${n} | ${((accuracy ?? NaN) * 100).toFixed(1)} % | ${(fd ?? NaN).toFixed(3)} |`,
        );
      }
    }
    problem.destroy();
  }
}
process.exit(0);
