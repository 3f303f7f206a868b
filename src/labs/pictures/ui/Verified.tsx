import VerifiedNote from '../../../frame/ui/contenders/VerifiedNote.tsx';
import { useExperiment } from './hooks.ts';

/** Which of the contenders’ samplers are verified on this device. */
export default function Verified() {
  const contenders = useExperiment((s) => s.experiment.contenders);
  return <VerifiedNote samplers={contenders.map((c) => c.sampler)} />;
}
