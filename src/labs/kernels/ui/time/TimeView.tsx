import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { batchField, defaultWorkload, workloadModels } from '../../config/fields.ts';
import { editKernels } from '../../state/experimentStore.ts';
import { timeParts } from '../../state/parts.ts';
import { KEPT, profileStore, startProfile, stopProfile } from '../../state/profile.ts';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { useGpu, useKernels } from '../hooks.ts';
import { counted, duration, percent, workText } from '../text.ts';
import { Work } from '../Work.tsx';
import { colours, StepBar } from './StepBar.tsx';
import { StepOutput } from './StepOutput.tsx';

const KINDS = [
  ['diffusion', 'Diffusion step'],
  ['token', 'Token'],
] as const;
const WHO = { processor: 'processor', gpu: 'GPU', page: 'page' } as const;

/** One step or one token, taken apart while it runs. */
export function TimeView() {
  const workload = useKernels((e) => e.workload);
  const { phase, steps, count, text, fraction, workload: shown } = useStore(profileStore);
  const gpu = useGpu();
  const [known] = useState(() => new Map<string, number>());
  const split = useMemo(() => timeParts(steps), [steps]);
  const { parts, totalMs, plainMs } = split;
  const last = steps.at(-1);
  const colour = colours(parts, known);
  const field = useMemo(() => batchField(workload.kind), [workload.kind]);
  const stale =
    shown !== null &&
    (shown.kind !== workload.kind || shown.model !== workload.model || shown.batch !== workload.batch);
  const title = shown && workloadModels[shown.kind].find((m) => m.id === shown.model)?.title;
  return (
    <>
      <div className="controls">
        <div className="segmented" role="radiogroup" aria-label="What is taken apart">
          {KINDS.map(([kind, label]) => (
            <label key={kind}>
              <input
                type="radio"
                name="workload"
                checked={workload.kind === kind}
                onChange={() => editKernels({ workload: defaultWorkload(kind) })}
              />
              {label}
            </label>
          ))}
        </div>
        <label className="stack">
          Model
          <select
            value={workload.model}
            onChange={(e) => editKernels({ workload: { ...workload, model: e.target.value } })}
          >
            {workloadModels[workload.kind].map((m) => (
              <option key={m.id} value={m.id}>
                {m.title}
              </option>
            ))}
          </select>
        </label>
        <NumberControl
          field={field}
          value={workload.batch}
          onChange={(batch) => editKernels({ workload: { ...workload, batch } })}
        />
        <Work
          id="profile"
          phase={phase}
          start="Start"
          again={stale ? 'Start with this' : 'Start again'}
          fraction={fraction}
          disabled={!gpu}
          text={workText(phase, gpu, {
            running: text || counted(count, workload.kind === 'token' ? 'token' : 'step'),
            stopped: count > 0 ? `${counted(count, workload.kind === 'token' ? 'token' : 'step')} taken apart` : '',
          })}
          onStart={() => void startProfile()}
          onStop={stopProfile}
        />
        <p className="summary">
          Each step also runs plainly, in one pass and without timestamps, so that the cost of looking is seen. Figures
          are the mean of the middle half of the last {KEPT} steps: as steady as a median, and not stuck on the clock’s
          own step.
        </p>
      </div>
      <div className="bench">
        <section aria-label="Where the time goes" data-testid="profile" data-phase={phase} data-steps={count}>
          <div className="section-head">
            <h2>
              {shown
                ? `${shown.kind === 'token' ? 'One token of' : 'One step of'} ${title ?? shown.model}, ${counted(shown.batch, shown.kind === 'token' ? 'sequence' : 'sample')}`
                : 'Where a step’s time goes'}
            </h2>
          </div>
          {steps.length === 0 ? (
            <p className="empty">
              {phase === 'running'
                ? text || 'The first step is on its way.'
                : 'The step’s parts appear here: recording, submitting, each kernel on the GPU, reading back, and drawing. The first steps are taken apart by themselves when the device is free.'}
            </p>
          ) : (
            <>
              <p className="step-total">
                <b>{duration(totalMs)}</b> with timestamps; <b>{duration(plainMs)}</b> unprofiled
                {last && (
                  <span className="fine">
                    {' '}
                    · GPU clock:{' '}
                    {last.source === 'timestamp'
                      ? `timestamps in steps of ${duration(last.resolutionMs)}`
                      : 'none here; wall time around each pass'}
                  </span>
                )}
              </p>
              <StepBar parts={split} colour={colour} />
              <div className="scroll-x" tabIndex={0} role="region" aria-label="Parts of a step">
                <table className="step-parts">
                  <thead>
                    <tr>
                      <th scope="col">Part</th>
                      <th scope="col" className="n">
                        Time
                      </th>
                      <th scope="col" className="n">
                        Share
                      </th>
                      <th scope="col" className="n">
                        Dispatches
                      </th>
                      <th scope="col">Where</th>
                    </tr>
                  </thead>
                  <tbody>
                    {parts.map((p) => (
                      <tr key={p.id} data-part={p.id}>
                        <th scope="row" title={p.help}>
                          <span className={`swatch ${p.kind}`} style={{ background: colour(p) }} />
                          {p.label}
                        </th>
                        <td className="n">{duration(p.ms)}</td>
                        <td className="n">{percent(p.ms / totalMs)}</td>
                        <td className="n">{p.dispatches ?? ''}</td>
                        <td>{WHO[p.kind]}</td>
                      </tr>
                    ))}
                    <tr className="sum">
                      <th scope="row">All of it</th>
                      <td className="n">{duration(totalMs)}</td>
                      <td />
                      <td />
                      <td />
                    </tr>
                    <tr>
                      <th scope="row" title="The same step in one pass without timestamps; without drawing">
                        Unprofiled step
                      </th>
                      <td className="n">{duration(plainMs)}</td>
                      <td />
                      <td />
                      <td />
                    </tr>
                  </tbody>
                </table>
              </div>
            </>
          )}
          <StepOutput />
        </section>
      </div>
    </>
  );
}
