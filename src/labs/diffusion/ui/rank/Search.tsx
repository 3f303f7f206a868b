import { useState } from 'react';
import { useStore } from 'zustand';
import { usualBudget } from '../../config/contender.ts';
import { metricMenu, type MetricId } from '../../config/menus.ts';
import { rankGroups, type RankGroup } from '../../config/rankings.ts';
import { compare, rankIsStale } from '../../state/rank.ts';
import { firstRungRuns, scheduleGroups, type ScheduleGroup } from '../../../../samplers/contenders/groups.ts';
import { contenderTitle } from '../../../../samplers/contenders/naming.ts';
import { cancelSearch, saveSearch, search, searchStore } from '../../state/search.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { HOW_IT_SEARCHES, SearchNews } from '../../../../frame/ui/search/SearchNews.tsx';
import { SearchTable } from '../../../../frame/ui/search/SearchTable.tsx';
import { useExperiment } from '../hooks.ts';

const clamp = (text: string, most: number) => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));
const MOST_RUNS = 20_000;
/** The best sampler, schedule and parameters at a budget of evaluations, as far as noise lets that be said. */
export function Search({ onClose }: { onClose(): void }) {
  const experiment = useExperiment((s) => s.experiment);
  const finding = useStore(searchStore);
  const { settings, experiment: searched } = finding;
  const first = experiment.contenders[0]!;
  const [nfe, setNfe] = useState(() => settings?.nfe ?? usualBudget(first, experiment.model));
  const [metric, setMetric] = useState<MetricId>(settings?.metric ?? 'paired_median');
  const [group, setGroup] = useState<RankGroup>(settings?.group ?? 'Deterministic');
  const [schedules, setSchedules] = useState<ScheduleGroup>(settings?.schedules ?? 'Karras');
  const [typed, setRuns] = useState<number | null>(settings?.runs ?? null);
  const least = firstRungRuns(group, schedules);
  const runs = typed ?? 3 * least + 200;
  const running = finding.phase === 'running';
  return (
    <Panel title="Find the best at a budget" onClose={onClose}>
      <p className="fine">{HOW_IT_SEARCHES}</p>
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
      <SearchNews finding={finding} />
      {rankIsStale(searched, experiment) && (
        <p className="fine">This search was on an earlier setting of the model, the samples or the seed.</p>
      )}
      <SearchTable
        finding={finding}
        metric={metricMenu.find((m) => m.id === settings?.metric)}
        titleOf={({ contender }) => contenderTitle(contender)}
        onCompare={(settings) => compare(settings.map((s) => s.contender))}
        onSave={saveSearch}
      />
    </Panel>
  );
}
