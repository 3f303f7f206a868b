import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import type { Evidence } from '../../../../optimisers/types.ts';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { contenderSigmas } from '../../config/contender.ts';
import { fitSamples, optimiserOf } from '../../config/fitPlan.ts';
import { modelCard } from '../../config/menus.ts';
import { fitStore, foundSoFar } from '../../state/fit.ts';
import { BespokePath } from './BespokePath.tsx';
import { CostMatrix } from './CostMatrix.tsx';
import { FitResult } from './FitResult.tsx';
import { LevelsStrip } from './LevelsStrip.tsx';
import { SweepBars } from './SweepBars.tsx';
import { TermBars } from './TermBars.tsx';
import { Tiles } from './Tiles.tsx';
import { spentWords } from './words.ts';

const FitCurve = lazy(() => import('./FitCurve.tsx'));

/** How a fit goes, and what came of it. */
export function FitBench() {
  const state = useStore(fitStore);
  const { of, phase, progress, done } = state;
  if (!of)
    return (
      <section className="fit-idle">
        <p>
          A schedule is made for all models; these methods make one for the model at hand, and for one sampler and one
          number of steps. They train on starts that no comparison uses, keep what is best on others, and are judged on
          yet others: beside what there was before, with an interval.
        </p>
        <p className="fine">
          The result is a list of levels or of numbers. It becomes a contender of its own, and the link carries it with
          the recipe by which it can be found again.
        </p>
      </section>
    );
  const found = foundSoFar(state);
  const before = contenderSigmas(of.contender, of.experiment.model);
  const after = found ? contenderSigmas(found, of.experiment.model) : null;
  const running = phase === 'running';
  return (
    <>
      <section className="fit-head" data-testid="fit" data-phase={phase}>
        <h2>
          {optimiserOf(of.optimiser).title} for {contenderTitle(of.contender)}, on{' '}
          {modelCard(of.experiment.model).title}
        </h2>
        {running && (
          <p className="fine" role="status">
            <progress max={1} value={progress?.fraction ?? 0} /> {Math.round(100 * (progress?.fraction ?? 0))} %,{' '}
            {spentWords(progress?.spent ?? 0, fitSamples(of.experiment))}
            {progress?.remainingMs != null && `, ${seconds(progress.remainingMs)} left`}
          </p>
        )}
        {phase === 'cancelled' && (
          <p className="remark" role="note">
            {found
              ? 'Ended before it was judged. The best so far is kept.'
              : 'Ended before anything better was found. Nothing was changed.'}
          </p>
        )}
        {phase === 'failed' && (
          <p className="remark" role="note">
            {found
              ? 'It failed on the way; the best by then is kept, and has not been judged.'
              : 'It failed; nothing was changed.'}
          </p>
        )}
      </section>
      {(done || (!running && found)) && <FitResult />}
      <LevelsStrip before={before} after={after} told={found?.asked ?? null} />
      {found && <Tiles contender={found} sigmas={after!} />}
      {found?.sampler === 'bespoke' && <BespokePath contender={found} sigmas={after!} />}
      {optimiserOf(of.optimiser).needsEnds && (
        <Suspense fallback={<section className="charts loading" aria-label="Charts" />}>
          <FitCurve />
        </Suspense>
      )}
      <div className="fit-evidence">
        {(done?.evidence ?? []).map((e) => (
          <Shown key={e.title} evidence={e} />
        ))}
      </div>
    </>
  );
}

function Shown({ evidence }: { readonly evidence: Evidence }) {
  switch (evidence.kind) {
    case 'path':
      return <CostMatrix evidence={evidence} />;
    case 'terms':
      return <TermBars evidence={evidence} />;
    case 'sweeps':
      return <SweepBars evidence={evidence} />;
    default:
      return evidence satisfies never;
  }
}
