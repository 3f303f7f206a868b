import { useStore } from 'zustand';
import { contenderName } from '../../../../frame/ui/ContenderShell.tsx';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { seconds } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { contenderTitles } from '../../../../samplers/contenders/naming.ts';
import { fitEvaluations, fitParams, fitSamples, fitStart, onProcessor, optimiserOf } from '../../config/fitPlan.ts';
import { modelCard } from '../../config/menus.ts';
import { optimisers, type OptimiserId } from '../../config/optimisers.ts';
import type { AnyField } from '../../../../core/field.ts';
import { endFit, fittedIndex, fitStore, setFit, startFit } from '../../state/fit.ts';
import { useExperiment, useRun } from '../hooks.ts';
import { costWords } from './words.ts';

const ids = Object.keys(optimisers) as OptimiserId[];

/** Who is fitted, by what, how long, and what that will cost. */
export function FitForm() {
  const experiment = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const { setup, phase, ending } = useStore(fitStore);
  const results = useRun((s) => s.results);
  const index = fittedIndex();
  const slot = slots[index]!;
  const contender = experiment.contenders[index]!;
  const names = contenderTitles(experiment.contenders);
  const { optimiser } = setup;
  const method = optimiserOf(optimiser);
  const given = setup.params[optimiser] ?? {};
  const params = fitParams(optimiser, experiment.model, given);
  const from = fitStart(contender, optimiser, experiment.model);
  const refused = 'refused' in from ? from.refused : null;
  const evaluations = fitEvaluations(experiment, contender, optimiser, given);
  const samples = fitSamples(experiment);
  // A network's time for an evaluation is known from the run; the processor's is not, and is told as soon as it runs.
  const cost = results[slot]?.cost;
  const each = cost && cost.nfe > 0 && !onProcessor(experiment) ? cost.wallMs / cost.nfe : null;
  const running = phase === 'running';
  return (
    <form
      className="fit-form"
      data-testid="fit-form"
      onSubmit={(e) => {
        e.preventDefault();
        void startFit();
      }}
    >
      <h2>Fit a contender to {modelCard(experiment.model).title}</h2>
      <div className="fields">
        <Labelled className="choice wide" label="Contender" help="What is there before: the result stands beside it.">
          {({ id, describedBy }) => (
            <span className="fit-who">
              <Marker slot={slot} />
              <select
                id={id}
                aria-describedby={describedBy}
                value={slot}
                onChange={(e) => setFit({ slot: Number(e.target.value) })}
              >
                {experiment.contenders.map((_, i) => (
                  <option key={slots[i]} value={slots[i]}>
                    {contenderName(i)}: {names[i]}
                  </option>
                ))}
              </select>
            </span>
          )}
        </Labelled>
        <Labelled className="choice wide" label="Method" help="Each is a paper’s; what differs here is said below.">
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              value={optimiser}
              onChange={(e) => setFit({ optimiser: e.target.value as OptimiserId })}
            >
              {ids.map((o) => (
                <option key={o} value={o}>
                  {optimisers[o].title}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        <p className="summary">
          {method.summary}{' '}
          <a href={method.paper.url} target="_blank" rel="noreferrer">
            Paper
          </a>
        </p>
        {Object.entries<AnyField>(method.params).map(([key, field]) => (
          <FieldControl
            key={`${optimiser} ${key}`}
            field={field}
            name={method.title}
            value={params[key] ?? field.default}
            onChange={(value) => setFit({ params: { ...setup.params, [optimiser]: { ...given, [key]: value } } })}
          />
        ))}
      </div>
      {refused ? (
        <p className="remark" role="note" data-testid="fit-refused">
          {refused}
        </p>
      ) : (
        <p className="fine" data-testid="fit-cost">
          Costs {costWords(evaluations, samples)}
          {each !== null && `, ${seconds(each * evaluations)} at the pace of the last run`}, judging on fresh starts
          included. The seeds are none that a comparison uses.
        </p>
      )}
      {method.sampler && contender.sampler !== method.sampler && !('refused' in from) && (
        <p className="fine">
          It tunes a sampler of its own, with the {from.steps} {from.steps === 1 ? 'step' : 'steps'} that the same
          evaluations buy.
        </p>
      )}
      {running ? (
        <button type="button" onClick={endFit} disabled={ending} data-testid="fit-end">
          {ending ? 'Judging the best so far…' : 'Stop and keep the best so far'}
        </button>
      ) : (
        <button type="submit" className="primary" disabled={refused !== null} data-testid="fit-start">
          Fit {from && 'steps' in from ? `${from.steps} ${from.steps === 1 ? 'step' : 'steps'}` : ''}
        </button>
      )}
    </form>
  );
}
