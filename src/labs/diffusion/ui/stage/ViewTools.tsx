import { lazy, Suspense } from 'react';
import { WHOLE } from '../../../../frame/state/camera.ts';
import { setView, type Background } from '../../state/viewStore.ts';
import { useView } from '../hooks.ts';

const DifferenceScale = lazy(() => import('./DifferenceScale.tsx'));

interface LayoutItem {
  readonly id: 'side' | 'overlay';
  readonly label: string;
  readonly help: string;
}
const SIDE: LayoutItem = { id: 'side', label: 'Side by side', help: 'One canvas for each contender' };
const LAYOUTS: Readonly<Record<'points' | 'image', readonly LayoutItem[]>> = {
  points: [SIDE, { id: 'overlay', label: 'Overlay', help: 'All contenders in one canvas' }],
  image: [SIDE, { id: 'overlay', label: 'By sample', help: 'The same samples of all contenders in rows' }],
};

/** How the pictures are shown. */
export function ViewTools({ image }: { image: boolean }) {
  const layout = useView((s) => s.layout);
  const trails = useView((s) => s.trails);
  const background = useView((s) => s.background);
  const difference = useView((s) => s.difference);
  const zoom = useView((s) => s.camera.zoom);
  return (
    <div className="view-tools" role="group" aria-label="View">
      <div className="segmented" role="radiogroup" aria-label="Layout">
        {LAYOUTS[image ? 'image' : 'points'].map(({ id, label, help }) => (
          <label key={id} title={help}>
            <input type="radio" name="layout" checked={layout === id} onChange={() => setView({ layout: id })} />
            {label}
          </label>
        ))}
      </div>
      {!image && (
        <label
          className="check"
          title="The path of each sample from noise to data; distances are shrunk with the noise, so that all of it fits"
        >
          <input type="checkbox" checked={trails} onChange={(e) => setView({ trails: e.target.checked })} />
          Trajectories
        </label>
      )}
      <label
        className="check"
        title={
          image
            ? 'Shows how far each picture is from the reference solution of the same noise'
            : 'A line from each sample to where the reference solution of the same noise ends'
        }
      >
        <input type="checkbox" checked={difference} onChange={(e) => setView({ difference: e.target.checked })} />
        Difference to reference
      </label>
      {difference && (
        <Suspense fallback={null}>
          <DifferenceScale image={image} />
        </Suspense>
      )}
      {zoom > 1 && (
        <button
          type="button"
          onClick={() => setView({ camera: WHOLE })}
          title="Ctrl and the wheel zoom, dragging moves"
        >
          {zoom.toFixed(1)}×, show all
        </button>
      )}
      {!image && (
        <label className="check" title="What the canvases show behind the samples">
          Target
          <select
            value={background}
            aria-label="Target"
            onChange={(e) => setView({ background: e.target.value as Background })}
          >
            <option value="density">density</option>
            <option value="points">points</option>
            <option value="none">hidden</option>
          </select>
        </label>
      )}
    </div>
  );
}
