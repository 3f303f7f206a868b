import { lazy, Suspense, useMemo } from 'react';
import { isListed } from '../../../samplers/diffusion/index.ts';
import { contenderPlan } from '../config/contender.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { seek } from '../state/playback.ts';
import { setView } from '../state/viewStore.ts';
import { sigmaText, short } from '../../../frame/ui/format.ts';
import { useExperiment, useRun, useView } from './hooks.ts';
import { planSteps } from './inspector.ts';
import { InspectorOps } from './InspectorOps.tsx';
import SamplerFacts from '../../../frame/ui/contenders/SamplerFacts.tsx';
import Bars from './wraps/Bars.tsx';
import { Marker } from '../../../frame/ui/Marker.tsx';

const Lanes = lazy(() => import('./lanes/Lanes.tsx'));
const Stability = lazy(() => import('./stability/Stability.tsx'));
/** Adams-Bashforth with momentum or without: their region of stability can be drawn. */
const DRAWN_STABLE = ['ghvb', 'heavy_ball', 'ipndm', 'lms'];

/** The very instructions of one step: what is evaluated, and with which coefficients it is combined. */
export function Inspector() {
  const { model, contenders } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const chosen = useView((s) => s.inspected);
  const position = useView((s) => s.position);
  const index = Math.max(0, slots.indexOf(chosen ?? -1));
  const contender = contenders[index]!;
  const slot = slots[index]!;
  const result = useRun((s) => s.results[slot]);
  const run = useRun((s) => s.run);
  const took = !isListed(contender.sampler) && result?.run === run ? result.took : undefined;
  const { steps, ops, sigmas } = useMemo(() => {
    const plan = contenderPlan(contender, model);
    const list = took ?? plan.ops;
    return { steps: planSteps({ ...plan, ops: list }), ops: list, sigmas: plan.sigmas };
  }, [contender, model, took]);
  const parallel = ops.some((op) => op.op === 'evalBatch' || (op.op === 'eval' && (op.worker ?? 0) > 0));
  const n = steps.length;
  const at = Math.min(n, Math.max(1, position === null ? n : Math.floor(position * n + 1e-9)));
  const shown = steps[at - 1];
  const go = (step: number) => {
    setView({ inspected: slot });
    seek(step / n);
  };
  if (!shown) return null;
  const lambda = (s: number) => -Math.log(s);
  return (
    <section className="inspector" aria-label="Step inspector">
      <div className="section-head">
        <h2>Step inspector</h2>
        <Marker slot={slot} />
        <select
          aria-label="Contender to inspect"
          value={slot}
          onChange={(e) => setView({ inspected: Number(e.target.value) })}
        >
          {slots.map((s, i) => (
            <option key={s} value={s}>
              {contenderTitle(contenders[i]!)}
            </option>
          ))}
        </select>
        <div className="stepper">
          <button type="button" aria-label="Previous step" disabled={at <= 1} onClick={() => go(at - 1)}>
            −
          </button>
          <output>
            step {at} / {n}
          </output>
          <button type="button" aria-label="Next step" disabled={at >= n} onClick={() => go(at + 1)}>
            +
          </button>
        </div>
      </div>
      <SamplerFacts id={contender.sampler} />
      {contender.wraps && <Bars contender={contender} model={model} />}
      {parallel && (
        <Suspense>
          <Lanes ops={ops} />
        </Suspense>
      )}
      <dl className="step-facts">
        <div>
          <dt>σ</dt>
          <dd>
            {sigmaText(shown.from)} → {sigmaText(shown.to)}
          </dd>
        </div>
        <div>
          <dt title="λ = −log σ, the half log signal-to-noise ratio">λ</dt>
          <dd>
            {short(lambda(shown.from), 4)} → {shown.to === 0 ? '∞' : short(lambda(shown.to), 4)}
          </dd>
        </div>
        <div>
          <dt title="Step length in λ">h</dt>
          <dd>{shown.to === 0 ? '∞' : short(lambda(shown.to) - lambda(shown.from), 4)}</dd>
        </div>
        <div>
          <dt>NFE</dt>
          <dd>{shown.evaluations}</dd>
        </div>
      </dl>
      <InspectorOps ops={shown.ops} />
      {DRAWN_STABLE.includes(contender.sampler) && (
        <Suspense>
          <Stability contender={contender} sigmas={sigmas} />
        </Suspense>
      )}
      <p className="fine">
        x is the state x₀ + σ·noise, D the denoiser, z numbered unit normals. These are the plan’s own coefficients, in
        float64: the same list runs on the GPU.
      </p>
    </section>
  );
}
