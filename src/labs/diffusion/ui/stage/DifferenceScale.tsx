import { COLOUR_UNITS, DifferenceScale as Scale } from '../../../../frame/ui/DifferenceScale.tsx';
import { GAINS } from '../../config/view.ts';
import { setView } from '../../state/viewStore.ts';
import { useView } from '../hooks.ts';

export default function DifferenceScale({ image }: { image: boolean }) {
  const gain = useView((s) => s.gain);
  const units = image ? COLOUR_UNITS : 'distance in data units';
  return <Scale gain={gain} gains={GAINS} units={units} onGain={(g) => setView({ gain: g })} />;
}
