import { useStore } from 'zustand';
import type { LoadPhase } from '../../../engine/modelRequests.ts';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import { bytes, seconds } from '../format.ts';
import './model.css';

const WORDS: Readonly<Record<LoadPhase, string>> = {
  download: 'Downloading',
  read: 'Reading',
  upload: 'Moving to the GPU',
  compile: 'Compiling kernels',
  'warm up': 'Warming up',
};
/** Phases whose progress is in bytes. */
const COUNTED: readonly string[] = ['download', 'read', 'upload'] satisfies readonly LoadPhase[];

export interface LoadBarProps {
  readonly choice: ShownChoice;
  /** Of phases that only this kind of model has, or another word for one that all have. */
  readonly words?: Readonly<Record<string, string>>;
  /** What the parts of a model are called. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** One bar for everything that happens until a model is ready: bytes, speed, what is left, and a way out. */
export function LoadBar({ choice, words, parts }: LoadBarProps) {
  const phase = useStore(choice.store, (s) => s.phase);
  const p = useStore(choice.store, (s) => s.progress);
  if (phase !== 'loading') return null;
  const counted = p !== null && COUNTED.includes(p.phase);
  const named: Readonly<Record<string, string>> = { ...WORDS, ...words };
  return (
    <div className="load-bar" data-testid="load-bar" data-phase={p?.phase ?? 'asking'}>
      <progress
        max={1}
        aria-label="Loading the model"
        {...(p && p.total > 0 && { value: Math.min(1, p.done / p.total) })}
      />
      <span role="status">
        {p ? (
          <>
            <b>{p.model}</b> {named[p.phase] ?? p.phase}
            {p.part !== undefined && `, ${parts?.[p.part] ?? p.part}${counted ? ':' : ''}`}
          </>
        ) : (
          'Opening the model'
        )}
        {counted && (
          <>
            {' '}
            {bytes(p.done)} of {bytes(p.total)}
          </>
        )}
        {p?.speed != null && <>, {bytes(p.speed)}/s</>}
        {p?.remainingMs != null && p.remainingMs > 950 && <>, {seconds(p.remainingMs)} left</>}
        {p && p.fromStore > 0 && <span className="fine"> ({bytes(p.fromStore)} was on this machine)</span>}
      </span>
      <button type="button" onClick={() => choice.cancelLoad()}>
        Cancel
      </button>
    </div>
  );
}
