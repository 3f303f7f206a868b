import { samplerItems } from '../../config/pickers.ts';
import type { SamplerId } from '../../config/menus.ts';
import { setSampler } from '../../state/experimentStore.ts';
import PickerDialog from '../../../../frame/ui/picker/PickerDialog.tsx';

interface Props {
  readonly index: number;
  readonly label: string;
  readonly value: SamplerId;
  readonly anchor: HTMLElement;
  onClose(): void;
}

/** The samplers to choose from. */
export default function SamplerPicker({ index, ...rest }: Props) {
  return <PickerDialog {...rest} items={samplerItems} onPick={(id, params) => setSampler(index, id, params)} />;
}
