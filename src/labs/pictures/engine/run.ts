// Every contender on the same noise and the same text, then the many-step solution that they are measured against.
import { attempts, assertSound } from '../../../engine/diffusion/attempts.ts';
import {
  compareFingerprint,
  formatFingerprint,
  printedSteps,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import { tileImages, type Tiles } from '../../../engine/diffusion/tiles.ts';
import { latentSize } from '../../../models/diffusers/pipeline.ts';
import { newContender } from '../../../samplers/contenders/contender.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import { asksByRole, guidanceKey } from '../config/guidance.ts';
import type { Bench } from './bench.ts';
import type { PairedErrors, PicturesEvent, Pixels } from './events.ts';
import { sidesOf } from './guiding.ts';
import { givenNumbers, givenRegisters, type StartLatents } from './noise.ts';
import { picturePlan, type PicturePlan } from './plan.ts';
import { seenOf } from './play.ts';
import type { Ran } from './problemTypes.ts';
import { textRead } from './words.ts';

/** Of a picture (3, height, width) in −1 … 1, or of several side by side. */
const tiled = (rgb: ArrayLike<number>, { height, width }: { readonly height: number; readonly width: number }): Tiles =>
  tileImages(rgb, { kind: 'image', channels: 3, height, width, dim: 3 * height * width }, 1);

/** A decoded picture, (3, height, width). */
export function picturePixels(
  picture: ArrayLike<number>,
  size: { readonly height: number; readonly width: number },
): Pixels {
  const { rgba, width, height } = tiled(picture, size);
  return { rgba, width, height };
}

/** The many-step solution of what a contender solves: same guidance, a second-order solver on even steps of log σ. */
export const referenceContender = (c: PictureContender, steps: number): PictureContender => ({
  ...c,
  ...newContender('dpmpp_2m', steps, 'exponential'),
});

/** Why a contender whose guidance acts once a step is measured against nothing. */
export const NO_SOLUTION = 'its guidance acts once a step, so that more steps lead elsewhere';

/** ‖x − r‖/‖r‖ of each sample. */
export function pairedErrors(x: Float32Array, reference: Float32Array, samples: number): PairedErrors {
  const dim = x.length / samples;
  return Array.from({ length: samples }, (_, s) => {
    let off = 0;
    let size = 0;
    for (let i = s * dim; i < (s + 1) * dim; i++) {
      off += (x[i]! - reference[i]!) ** 2;
      size += reference[i]! ** 2;
    }
    return Math.sqrt(off / size);
  });
}

/** Which passes contenders ask for at any number of steps; those that ask by sides have them apart. */
export function copiesOf(all: readonly PictureContender[], told: boolean): 'one' | 'two' | 'both' {
  const contenders = all.filter((c) => !asksByRole(c));
  const twice = !told && contenders.some((c) => c.guidance !== 1);
  const once = told || contenders.some((c) => c.guidance === 1 || c.guideAbove > 0 || c.guideUpTo < Infinity);
  if (twice && once) return 'both';
  return twice ? 'two' : 'one';
}

/** The states of a contender after its printed steps. */
class Prints {
  readonly kept: StepPrint[] = [];
  readonly #wanted: ReadonlySet<number>;
  constructor(steps: number) {
    this.#wanted = new Set(printedSteps(steps, 'image'));
  }
  add(step: number, sigma: number, x: Float32Array): void {
    if (this.#wanted.has(step)) this.kept.push({ step, sigma, value: projectState(x) });
  }
}

export interface RunTask {
  readonly experiment: PicturesExperiment;
  readonly fingerprint: string | null;
  readonly start: StartLatents | null;
  readonly remarks: readonly string[];
}

/**
 * Runs an experiment on a model. A contender that fails by itself is left out and named; one that has no solution to be
 * measured against keeps its result.
 */
export async function runPictures(
  bench: Bench,
  { experiment: e, fingerprint, start, remarks }: RunTask,
  emit: (event: PicturesEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly fingerprint: string; readonly reproduction: Reproduction | null }> {
  const trying = attempts(emit, alive);
  const model = bench.planFor;
  const size = bench.sizeOf(e);
  const small = latentSize(size, bench.made.model.vae);
  const from = e.start?.sigma ?? null;
  const plans = new Map<number, PicturePlan>();
  for (const [i, c] of e.contenders.entries())
    await trying.of(i, async () => {
      const plan = picturePlan(c, model, { conventions: e.conventions, from });
      assertSound(plan.ops, plan.sigmas.length - 1);
      plans.set(i, plan);
    });

  emit({ kind: 'status', part: 'text', text: 'Reading the prompt', fraction: null });
  const needs = {
    copies: copiesOf(e.contenders, model.told),
    sides: sidesOf(e.contenders, model.network),
    givenRegisters: givenRegisters(e, plans, start),
  };
  const preview = await bench.preview(signal);
  const { problem, prompts } = await bench.prepare(e, needs, signal);
  emit({
    kind: 'texts',
    prompt: prompts && textRead(e.prompt, prompts.prompt.text),
    negative: prompts && textRead(e.negative, prompts.negative.text),
    remarks,
    previewFit: bench.made.model.vae ? preview.fit : null,
  });

  const record: StepPrint[][] = [];
  const finished = new Map<number, Ran>();
  for (const [contender, c] of e.contenders.entries()) {
    const plan = plans.get(contender);
    const prints = new Prints(plan ? plan.sigmas.length - 1 : 0);
    record.push(prints.kept);
    if (!plan) continue;
    emit({
      kind: 'status',
      part: 'contender',
      contender,
      text: `Contender ${contender + 1} of ${e.contenders.length}`,
      fraction: contender / e.contenders.length,
    });
    const steps = plan.sigmas.length - 1;
    const ran = await trying.of(contender, () =>
      problem.run({
        plan,
        seed: e.seed,
        given: givenNumbers(e, c, start, problem),
        signal,
        onStep(state) {
          const { step, sigma, ms } = state;
          prints.add(step, sigma, state.x);
          const seen = seenOf(state);
          emit({
            kind: 'frame',
            contender,
            step,
            steps,
            sigma,
            ms,
            tiles: tiled(preview.rgb(seen, small), small),
            latents: bench.made.model.vae ? seen : null,
          });
        },
      }),
    );
    if (!ran) {
      prints.kept.length = 0;
      continue;
    }
    finished.set(contender, ran);
    await trying.of(contender, async () => {
      emit({ kind: 'status', part: 'decode', contender, text: 'Decoding', fraction: null });
      const began = performance.now();
      const decoder = await bench.decoder(size, signal);
      await decoder.decode(
        ran.x,
        (sample, picture) => {
          emit({ kind: 'picture', contender, sample, pixels: picturePixels(picture, size) });
        },
        signal,
      );
      const { gpuMs, wallMs } = ran;
      const { nfe, passes, stochastic } = plan;
      const cost = { nfe, passes, gpuMs, wallMs, decodeMs: performance.now() - began };
      emit({ kind: 'result', contender, cost, stochastic });
    });
  }
  bench.restDecoder();

  if (e.reference > 0) {
    const measuring = attempts((failed) => emit({ ...failed, kind: 'unmeasured' }), alive);
    const solved = new Map<string, Promise<Float32Array>>();
    for (const [contender, { x }] of finished) {
      const c = e.contenders[contender]!;
      if (trying.failed(contender) || plans.get(contender)!.stochastic) continue;
      await measuring.of(contender, async () => {
        if (plans.get(contender)!.stepwise) throw new Error(NO_SOLUTION);
        const key = guidanceKey(c);
        if (!solved.has(key)) {
          emit({ kind: 'status', part: 'reference', text: `Solution of ${e.reference} steps`, fraction: null });
          solved.set(key, solveReference(bench, e, c, start, problem, signal));
        }
        const reference = await solved.get(key)!;
        emit({ kind: 'errors', contender, errors: pairedErrors(x, reference, e.count), referenceSteps: e.reference });
      });
    }
  }
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}

/** The solution from the same noise under the exact conventions. */
export async function solveReference(
  bench: Bench,
  e: PicturesExperiment,
  c: PictureContender,
  start: StartLatents | null,
  problem: Awaited<ReturnType<Bench['prepare']>>['problem'],
  signal: AbortSignal,
): Promise<Float32Array> {
  const own = referenceContender(c, e.reference);
  const plan = picturePlan(own, bench.planFor, { conventions: 'exact', from: e.start?.sigma ?? null });
  const given = givenNumbers(e, own, start, problem);
  return (await problem.run({ plan, seed: e.seed, given, signal })).x;
}
