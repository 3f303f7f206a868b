import { useState } from 'react';
import { useStore } from 'zustand';
import { usualBudget } from '../../config/contender.ts';
import { metricMenu, type MetricId } from '../../config/menus.ts';
import { rankGroups, type RankGroup } from '../../config/rankings.ts';
import { rankIsStale } from '../../state/rank.ts';
import {
  cancelSearch,
  firstRungRuns,
  scheduleGroups,
  search,
  searchStore,
  type ScheduleGroup,
} from '../../state/search.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { useExperiment } from '../hooks.ts';
import { SearchTable } from './SearchTable.tsx';

const clamp = (text: string, most: number) => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));
const MOST_RUNS = 20_000;
const STAGE = {
  halving: 'halving the field',
  moving: 'trying what is near the best',
  validating: 'the finalists on fresh seeds',
} as const;

/** The best sampler, schedule and parameters at a budget of evaluations, as far as noise lets that be said. */
export function Search({ onClose }: { onClose(): void }) {
  const experiment = useExperiment((s) => s.experiment);
  const { phase, progress, remainingMs, settings, experiment: searched } = useStore(searchStore);
  const first = experiment.contenders[0]!;
  const [nfe, setNfe] = useState(() => settings?.nfe ?? usualBudget(first, experiment.model));
  const [metric, setMetric] = useState<MetricId>(settings?.metric ?? 'paired_median');
  const [group, setGroup] = useState<RankGroup>(settings?.group ?? 'Deterministic');
  const [schedules, setSchedules] = useState<ScheduleGroup>(settings?.schedules ?? 'Karras');
  const [typed, setRuns] = useState<number | null>(settings?.runs ?? null);
  const least = firstRungRuns({ group, schedules });
  const runs = typed ?? 3 * least + 200;
  const running = phase === 'running';
  return (
    <Panel title="Find the best at a budget" onClose={onClose}>
      <p className="fine">
        All start on two seeds; the worse half goes, the seeds double. What is left tries its neighbours: one parameter
        moved, another schedule. The finalists and your first contender then meet on seeds that no decision has seen,
        and only that decides.
      </p>
      <form
        className="rank-form"
        onSubmit={(e) => {
          e.preventDefault();
          void search({ nfe, metric, group, schedules, runs });
        }}
      >
        <label>
          Evaluations
          <input type="number" min={1} max={1000} value={nfe} onChange={(e) => setNfe(clamp(e.target.value, 1000))} />
        </label>
        <label>
          Quality
          <select value={metric} onChange={(e) => setMetric(e.target.value as MetricId)}>
            {metricMenu
              .filter((m) => m.against !== 'flow')
              .map((m) => (
                <option key={m.id} value={m.id}>
                  {m.title}
                </option>
              ))}
          </select>
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
          Schedules
          <select value={schedules} onChange={(e) => setSchedules(e.target.value as ScheduleGroup)}>
            {scheduleGroups.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Runs at most
          <input
            type="number"
            min={1}
            max={MOST_RUNS}
            value={runs}
            onChange={(e) => setRuns(clamp(e.target.value, MOST_RUNS))}
          />
        </label>
        {running ? (
          <button type="button" onClick={cancelSearch}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary" data-testid="search-start">
            Search {least / 2} settings
          </button>
        )}
      </form>
      {runs < least && (
        <p className="remark" role="note">
          Two seeds of each setting take {least} runs: these come first, whatever the limit.
        </p>
      )}
      {running && (
        <p className="fine" role="status">
          <progress max={progress?.runs ?? 1} value={progress?.spent ?? 0} />{' '}
          {progress ? `${STAGE[progress.stage]}, ${progress.spent} runs` : 'the first seeds of all settings'}
          {remainingMs !== null && `; ${seconds(remainingMs)} left at most`}
        </p>
      )}
      {rankIsStale(searched, experiment) && (
        <p className="fine">This search was on an earlier setting of the model, the samples or the seed.</p>
      )}
      <SearchTable />
    </Panel>
  );
}
