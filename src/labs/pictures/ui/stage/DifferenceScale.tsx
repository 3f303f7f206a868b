import { COLOUR_UNITS, DifferenceScale as Scale } from '../../../../frame/ui/DifferenceScale.tsx';
import { setView } from '../../state/viewStore.ts';
import { useView } from '../hooks.ts';

const GAINS = [1, 2, 5, 10, 20, 50] as const;

export default function DifferenceScale() {
  const gain = useView((s) => s.gain);
  return <Scale gain={gain} gains={GAINS} units={COLOUR_UNITS} onGain={(g) => setView({ gain: g })} />;
}
