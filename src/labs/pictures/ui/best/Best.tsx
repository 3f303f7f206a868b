import { useState } from 'react';
import { useStore } from 'zustand';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';
import { HOW_IT_SEARCHES, SearchNews } from '../../../../frame/ui/search/SearchNews.tsx';
import { SearchTable } from '../../../../frame/ui/search/SearchTable.tsx';
import { guidanceOf } from '../../../../samplers/guidance/index.ts';
import { contenderNfe } from '../../../../samplers/contenders/contender.ts';
import {
  firstRungRuns,
  rankGroups,
  scheduleGroups,
  type RankGroup,
  type ScheduleGroup,
} from '../../../../samplers/contenders/groups.ts';
import { contenderTitle } from '../../config/naming.ts';
import { bestStore, cancelBest, compareFound, findBest, isOfAnother, saveFound } from '../../state/best.ts';
import { rangeOf } from '../../state/experimentStore.ts';
import { useExperiment } from '../hooks.ts';

const whole = (text: string, most: number) => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));
const MOST_RUNS = 5000;
const ERROR = { title: 'Error', unit: 'relative', better: 'lower' } as const;
/** Those whose ends are functions of their starts. */
const groups = rankGroups.filter((name) => name !== 'All samplers' && name !== 'Stochastic');

/** The best sampler, schedule and parameters for this prompt at a number of evaluations, as far as noise lets that be said. */
export function Best({ onClose }: { onClose(): void }) {
  const experiment = useExperiment((s) => s.experiment);
  const finding = useStore(bestStore);
  const { settings, experiment: searched } = finding;
  const first = experiment.contenders[0]!;
  const [nfe, setNfe] = useState(() => {
    const plain: typeof first & { guide?: unknown } = { ...first };
    delete plain.guide;
    return settings?.nfe ?? Math.min(1000, contenderNfe(plain, rangeOf(experiment), first.steps));
  });
  const [group, setGroup] = useState<RankGroup>(settings?.group ?? 'Multistep');
  const [schedules, setSchedules] = useState<ScheduleGroup>(settings?.schedules ?? 'Karras');
  const [typed, setRuns] = useState<number | null>(settings?.runs ?? null);
  const least = firstRungRuns(group, schedules);
  const runs = typed ?? 2 * least + 60;
  const { guide } = first;
  const method = guide && guidanceOf(guide.method);
  const stepwise = guide !== undefined && method?.stepwise?.(guide.params as never) === true;
  const running = finding.phase === 'running';
  return (
    <Panel title="Find the best at a budget" onClose={onClose}>
      <p className="fine">
        {HOW_IT_SEARCHES} All have the guidance of the first contender. The error of a run is the relative distance of
        its latents to a solution of many steps from the same noise, mean over the pictures; each seed’s solution is
        computed once, and costs more than a run.
      </p>
      <form
        className="rank-form"
        onSubmit={(e) => {
          e.preventDefault();
          void findBest({ nfe, group, schedules, runs });
        }}
      >
        <label>
          Evaluations
          <input type="number" min={1} max={1000} value={nfe} onChange={(e) => setNfe(whole(e.target.value, 1000))} />
        </label>
        <label>
          Samplers
          <select value={group} onChange={(e) => setGroup(e.target.value as RankGroup)}>
            {groups.map((name) => (
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
            onChange={(e) => setRuns(whole(e.target.value, MOST_RUNS))}
          />
        </label>
        {running ? (
          <button type="button" onClick={cancelBest}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary" data-testid="best-start" disabled={stepwise}>
            Search {least / 2} settings
          </button>
        )}
      </form>
      {stepwise && (
        <p className="remark" role="note">
          {method?.title}, the guidance of the first contender, acts once a step: more steps lead elsewhere, so there is
          no solution to be near to. Choose another method for it, or set APG’s momentum or the zero steps of CFG-Zero*
          to 0.
        </p>
      )}
      {runs < least && (
        <p className="remark" role="note">
          Two seeds of each setting take {least} runs: these come first, whatever the limit.
        </p>
      )}
      <SearchNews finding={finding} />
      {isOfAnother(searched, experiment) && (
        <p className="fine">
          This search was on an earlier setting of the model, the prompt, the guidance or the seed.
        </p>
      )}
      <SearchTable
        finding={finding}
        metric={settings ? ERROR : undefined}
        titleOf={({ contender }) => contenderTitle(contender)}
        onCompare={compareFound}
        onSave={saveFound}
      />
    </Panel>
  );
}
