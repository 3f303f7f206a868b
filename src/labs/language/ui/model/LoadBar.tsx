import { cancelLoad } from '../../state/model.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { useModel } from '../hooks.ts';
import { bytes } from '../../../../frame/ui/format.ts';

const WORDS = {
  download: 'Downloading',
  read: 'Reading',
  upload: 'Moving to the GPU',
  compile: 'Compiling kernels',
  'warm up': 'Warming up',
} as const;

/** One bar for everything that happens until a model can write: bytes, speed, what is left, and a way out. */
export function LoadBar() {
  const phase = useModel((s) => s.phase);
  const p = useModel((s) => s.progress);
  if (phase !== 'loading') return null;
  const counted = p && (p.phase === 'download' || p.phase === 'read' || p.phase === 'upload');
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
            <b>{p.model}</b> {WORDS[p.phase]}
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
      <button type="button" onClick={cancelLoad}>
        Cancel
      </button>
    </div>
  );
}
