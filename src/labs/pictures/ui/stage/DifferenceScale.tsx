import { heatGradient } from '../../../../frame/ui/canvas/heat.ts';
import { short } from '../../../../frame/ui/format.ts';
import { setView } from '../../state/viewStore.ts';
import { useView } from '../hooks.ts';

const GAINS = [1, 2, 5, 10, 20, 50] as const;

/** How many times differences are enlarged, and what the colours then mean. */
export default function DifferenceScale() {
  const gain = useView((s) => s.gain);
  return (
    <div className="difference-scale" data-testid="difference-scale">
      <label className="check">
        Gain
        <select value={gain} onChange={(e) => setView({ gain: Number(e.target.value) })}>
          {GAINS.map((g) => (
            <option key={g} value={g}>
              ×{g}
            </option>
          ))}
        </select>
      </label>
      <span className="heat-scale">
        <span>0</span>
        <span className="heat-bar" style={{ background: heatGradient }} />
        <span>≥ {short(1 / gain)}</span>
      </span>
      <span className="fine">mean |difference| of the colours; pixels run from −1 to 1</span>
    </div>
  );
}
