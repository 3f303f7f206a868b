import { useStore } from 'zustand';
import { cancelCheck, checkSamplers, conformanceStore } from '../../state/sweep.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { useTimeLeft } from '../../../../frame/ui/useTimeLeft.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';

/** Every stage and algorithm against its definition, on the reader's own machine. */
export function Conformance() {
  const { phase, results, of } = useStore(conformanceStore);
  const left = useTimeLeft(phase === 'running', of > 0 ? results.length / of : null);
  const groups = [...new Set(results.map((r) => r.group))];
  const failed = results.filter((r) => !r.passed).length;
  return (
    <Panel title="Check the samplers" onClose={() => setLanguageView({ panel: 'none' })}>
      <p className="summary">
        Each stage is compared with its definition, on cases of four tokens that can be done by hand and on random ones;
        what draws is tested by a G-test of many draws against the exact distribution. The details give the numbers.
      </p>
      <div className="check-bar">
        {phase === 'running' ? (
          <button type="button" onClick={cancelCheck}>
            Stop
          </button>
        ) : (
          <button type="button" className="primary" onClick={() => void checkSamplers()}>
            {results.length > 0 ? 'Check again' : 'Check the samplers'}
          </button>
        )}
        <span role="status" data-testid="conformance" data-phase={phase}>
          {results.length > 0 && (
            <>
              <b>{results.length - failed} passed</b>, <b className={failed > 0 ? 'bad' : ''}>{failed} failed</b>
              {phase === 'running' && ` of ${of}${left}`}
              {phase === 'cancelled' && ', stopped'}
            </>
          )}
        </span>
      </div>
      <div className="check-groups">
        {groups.map((group) => (
          <CheckGroup key={group} title={group} cases={results.filter((r) => r.group === group)} />
        ))}
      </div>
    </Panel>
  );
}

type Case = ReturnType<typeof conformanceStore.getState>['results'][number];

/** The cases of one stage or algorithm, open when one of them failed. */
function CheckGroup({ title, cases }: { title: string; cases: readonly Case[] }) {
  const bad = cases.filter((r) => !r.passed).length;
  return (
    <details open={bad > 0 || undefined}>
      <summary>
        <span className={bad > 0 ? 'bad' : 'good'}>{bad > 0 ? '✗' : '✓'}</span> {title}{' '}
        <span className="fine">
          {cases.length - bad} of {cases.length}
        </span>
      </summary>
      <ul>
        {cases.map((r) => (
          <li key={r.id}>
            <span className={r.passed ? 'good' : 'bad'}>{r.passed ? '✓' : '✗'}</span> <b>{r.title}</b>
            <p className="fine">{r.details}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}
