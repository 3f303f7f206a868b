import { useMemo } from 'react';
import { lines, type Line, type PlanStep } from './inspector.ts';
import { foldsOf, MOST_LINES } from './inspectorRounds.ts';

/** The instructions of a step; of a long one folded by rounds, the first of them open where it is short. */
export function InspectorOps({ ops }: { readonly ops: PlanStep['ops'] }) {
  const folds = useMemo(() => foldsOf(ops), [ops]);
  return (
    <div data-testid="inspector-ops">
      {folds === null ? (
        <Lines list={ops.flatMap(lines)} />
      ) : (
        folds.map(({ title, lines: list }, i) => (
          <details key={i} className="ops-fold" open={i === 0 && list.length <= MOST_LINES}>
            <summary>{title}</summary>
            <Lines list={list} />
          </details>
        ))
      )}
    </div>
  );
}

function Lines({ list }: { readonly list: readonly Line[] }) {
  return (
    <ol className="ops">
      {list.map((l, i) => (
        <li
          key={i}
          className={[l.evaluation ? 'evaluation' : '', l.side ? `side ${l.side}` : ''].join(' ').trim()}
          title={l.side && 'Side by side with the others of this bracket'}
        >
          <var>{l.out}</var>
          <span>←</span>
          <code>{l.text}</code>
        </li>
      ))}
    </ol>
  );
}
