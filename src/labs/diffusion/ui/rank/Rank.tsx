import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { modelCard } from '../../config/menus.ts';
import { likelihoodCost } from '../../state/likelihood.ts';
import { LIKELIHOOD_DEFAULTS } from '../../state/likelihoodRows.ts';
import { usualBudget } from '../../config/contender.ts';
import { entrants, rankGroups, type RankGroup } from '../../config/rankings.ts';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { cancelRank, rank, rankIsStale, rankStore } from '../../state/rank.ts';
import { estimateMs } from '../../state/sweep.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { useExperiment, useRun } from '../hooks.ts';
import { RankTable } from './RankTable.tsx';

const MOST_BUDGET = 1000;
const clamp = (text: string, most: number) => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));

/** Every sampler at one budget of evaluations: the question that comparisons are made for. */
export function Rank({ onClose }: { onClose(): void }) {
  const experiment = useExperiment((s) => s.experiment);
  const results = useRun((s) => s.results);
  const { phase, fraction, remainingMs, settings, experiment: ranked, leftOut } = useStore(rankStore);
  const [like, setLike] = useState(settings?.like ?? 0);
  const [budget, setBudget] = useState(
    () => settings?.budget ?? usualBudget(experiment.contenders[0]!, experiment.model),
  );
  const [seeds, setSeeds] = useState(settings?.seeds ?? 5);
  const [group, setGroup] = useState<RankGroup>(settings?.group ?? 'All samplers');
  const [followed, setFollowed] = useState(settings?.follow !== undefined);
  const kind = modelCard(experiment.model).shape.kind;
  const follow = LIKELIHOOD_DEFAULTS[kind];
  const more = likelihoodCost(experiment, follow);
  const running = phase === 'running';
  const wanted = useMemo(
    () => entrants(experiment, experiment.contenders[like] ?? experiment.contenders[0]!, group, budget).contenders,
    [experiment, like, group, budget],
  );
  const estimate = estimateMs(
    { ...experiment, contenders: wanted, budgets: [followed ? budget + more : budget], seeds },
    Object.values(results).map((r) => r.cost),
  );
  return (
    <Panel title="Rank samplers at a budget" onClose={onClose}>
      <p className="fine">
        Each runs on the same noise with as many steps as the evaluations buy it, all on one schedule, over several
        seeds.
      </p>
      <form
        className="rank-form"
        onSubmit={(e) => {
          e.preventDefault();
          void rank({ budget, seeds, group, like, ...(followed && { follow }) });
        }}
      >
        <label>
          Evaluations
          <input
            type="number"
            min={1}
            max={MOST_BUDGET}
            value={budget}
            onChange={(e) => setBudget(clamp(e.target.value, MOST_BUDGET))}
          />
        </label>
        <label>
          Seeds
          <input type="number" min={1} max={20} value={seeds} onChange={(e) => setSeeds(clamp(e.target.value, 20))} />
        </label>
        <label>
          Samplers
          <select value={group} onChange={(e) => setGroup(e.target.value as RankGroup)}>
            {rankGroups.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Schedule of
          <select value={like} onChange={(e) => setLike(Number(e.target.value))}>
            {experiment.contenders.map((c, i) => (
              <option key={i} value={i}>
                {contenderTitle(c)}
              </option>
            ))}
          </select>
        </label>
        <label className="check" title={`Follows the samples up their own flow: ${more} evaluations more each run`}>
          <input type="checkbox" checked={followed} onChange={(e) => setFollowed(e.target.checked)} />
          Log-likelihood too (+{more})
        </label>
        {running ? (
          <button type="button" onClick={cancelRank}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary" data-testid="rank-start">
            Rank {wanted.length}
            {estimate !== null && ` (${estimate < 950 ? '' : 'about '}${seconds(estimate)})`}
          </button>
        )}
      </form>
      {running && (
        <p className="fine" role="status">
          <progress max={1} value={fraction} /> {Math.round(fraction * 100)} %
          {remainingMs !== null && `, ${seconds(remainingMs)} left`}; the table sorts itself as seeds come in
        </p>
      )}
      {rankIsStale(ranked, experiment) && (
        <p className="fine">This ranking is of an earlier setting of the model, the samples or the seed.</p>
      )}
      <RankTable />
      {leftOut.length > 0 && (
        <p className="fine" data-testid="rank-left-out">
          Left out: {leftOut.map(({ sampler, because }) => `${sampler} (${because})`).join('; ')}.
        </p>
      )}
    </Panel>
  );
}
