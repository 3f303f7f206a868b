import { useState } from 'react';
import { useStore } from 'zustand';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { columnFormat } from '../../../../frame/ui/columns.ts';
import { compact, seconds } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { modelCard } from '../../config/menus.ts';
import { cancelLikelihood, followFlows, likelihoodCost, likelihoodStore } from '../../state/likelihood.ts';
import {
  LIKELIHOOD_DEFAULTS,
  LIKELIHOOD_LIMITS,
  blurBits,
  halfOf,
  rowsOf,
  targetName,
} from '../../state/likelihoodRows.ts';
import { estimateMs } from '../../state/sweep.ts';
import { useRun } from '../hooks.ts';

const clamp = (text: string, [least, most]: readonly [number, number]) =>
  Math.min(most, Math.max(least, Math.round(Number(text)) || least));

/** How likely a model finds its own samples: dear, so it is asked for. */
export function Likelihood({ onClose }: { onClose(): void }) {
  const experiment = useRun((s) => s.experiment);
  const results = useRun((s) => s.results);
  const run = useRun((s) => s.run);
  const state = useStore(likelihoodStore);
  const kind = experiment ? modelCard(experiment.model).shape.kind : 'point';
  const [settings, setSettings] = useState(() => state.settings ?? LIKELIHOOD_DEFAULTS[kind]);
  if (!experiment) return null;
  const running = state.phase === 'running';
  const nfe = likelihoodCost(experiment, settings);
  const estimate = estimateMs(
    { ...experiment, budgets: [nfe], seeds: 1 },
    Object.values(results).map((r) => r.cost),
  );
  return (
    <Panel title="Log-likelihood under the flow" onClose={onClose}>
      <p className="fine">
        Each contender’s samples are taken up its own probability flow to the noise they would come from, and their log
        density is what the noise’s was, plus the flow’s divergence on the way
        {kind === 'point'
          ? ': exact in the plane, of the density blurred by the least noise level.'
          : `. The divergence is estimated with random signs (Hutchinson). Images are blurred by the least noise level first, and bits count steps of 0 to 255: 8 is knowing nothing, ${blurBits(experiment).toFixed(1)} is the blur alone.`}{' '}
        As <code>log_likelihood</code> in k-diffusion.{' '}
        <a href="https://arxiv.org/abs/2011.13456" target="_blank" rel="noreferrer">
          Paper
        </a>
      </p>
      <form
        className="rank-form"
        onSubmit={(e) => {
          e.preventDefault();
          void followFlows(settings);
        }}
      >
        <label>
          Steps
          <input
            type="number"
            min={LIKELIHOOD_LIMITS.steps[0]}
            max={LIKELIHOOD_LIMITS.steps[1]}
            value={settings.steps}
            onChange={(e) => setSettings({ ...settings, steps: clamp(e.target.value, LIKELIHOOD_LIMITS.steps) })}
          />
        </label>
        {kind === 'image' && (
          <label>
            Random signs
            <input
              type="number"
              min={LIKELIHOOD_LIMITS.probes[0]}
              max={LIKELIHOOD_LIMITS.probes[1]}
              value={settings.probes}
              onChange={(e) => setSettings({ ...settings, probes: clamp(e.target.value, LIKELIHOOD_LIMITS.probes) })}
            />
          </label>
        )}
        {running ? (
          <button type="button" onClick={cancelLikelihood}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary" data-testid="likelihood-start">
            Follow {nfe} evaluations each
            {estimate !== null && ` (${estimate < 950 ? '' : 'about '}${seconds(estimate)})`}
          </button>
        )}
      </form>
      {running && (
        <p className="fine" role="status">
          <progress max={1} value={state.fraction} /> {state.text}
          {state.remainingMs !== null && `, ${seconds(state.remainingMs)} left`}
        </p>
      )}
      {state.run >= 0 && state.run !== run && <p className="fine">These are of an earlier run.</p>}
      <Table kind={kind} />
      {state.leftOut.length > 0 && state.experiment && (
        <p className="fine" data-testid="likelihood-left-out">
          Left out:{' '}
          {state.leftOut
            .map(({ contender, because, hint }) => {
              const c = state.experiment!.contenders[contender];
              return `${c ? contenderTitle(c) : 'the target'}, as ${because}. ${hint}`;
            })
            .join(' ')}
        </p>
      )}
    </Panel>
  );
}

function Table({ kind }: { kind: 'point' | 'image' }) {
  const { rows, experiment, slots } = useStore(likelihoodStore);
  if (!experiment || rows.length === 0) return null;
  const metric = kind === 'point' ? 'log_likelihood' : 'bits_per_dim';
  const list = rowsOf(rows, metric);
  const format = columnFormat(list.flatMap((r) => [r.value, r.exact]));
  const exact = list.some((r) => r.exact !== null);
  const several = list.filter((r) => r.contender < 0).length > 1;
  const probed = list.some((r) => r.probes !== null);
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Log-likelihoods">
      <table className="ranking" data-testid="likelihoods">
        <thead>
          <tr>
            <th scope="col">Samples of</th>
            <th scope="col" className="n">
              {kind === 'point' ? 'log p' : 'Bits per dimension'}
              <span className="unit">{kind === 'point' ? 'nats' : 'bits'}</span>
            </th>
            {probed && (
              <th scope="col" className="n" title="The standard error that the random signs alone leave in the mean">
                ± signs
              </th>
            )}
            {exact && (
              <th scope="col" className="n" title="The target’s own log density at the same samples, in closed form">
                Exact log p<span className="unit">nats</span>
              </th>
            )}
            <th scope="col" className="n">
              NFE
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((r) => (
            <tr key={`${r.contender} ${r.flow}`} data-contender={r.contender}>
              <th scope="row">
                {r.contender >= 0 && <Marker slot={slots[r.contender]!} />}{' '}
                {r.contender >= 0
                  ? contenderTitle(experiment.contenders[r.contender]!)
                  : targetName(experiment) +
                    (several ? `, flow of ${contenderTitle(experiment.contenders[r.flow]!)}` : '')}
              </th>
              <td className="n">
                {format(r.value)}
                {halfOf(r) !== null && <span className="half"> ± {format(halfOf(r)!)}</span>}
              </td>
              {probed && <td className="n">{r.probes === null ? '–' : compact(r.probes, 2)}</td>}
              {exact && <td className="n">{r.exact === null ? '–' : format(r.exact)}</td>}
              <td className="n">{r.nfe}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="fine">
        ± is the 95 % interval over samples. Read a contender beside the last row: to pass that is not to be better, it
        is samples too much alike.
      </p>
    </div>
  );
}
