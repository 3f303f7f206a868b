import { samplerItems, withSchedule } from '../../config/pickers.ts';
import type { SamplerId } from '../../config/menus.ts';
import { setSampler, setSchedule } from '../../state/experimentStore.ts';
import { found } from '../../../../frame/ui/picker/search.ts';
import PickerDialog from '../../../../frame/ui/picker/PickerDialog.tsx';

interface Props {
  readonly index: number;
  readonly label: string;
  readonly value: SamplerId;
  readonly anchor: HTMLElement;
  onClose(): void;
}

const samplerPart = (text: string) => withSchedule(text)?.sampler ?? null;

/** The samplers to choose from; a name that ends in a schedule sets that too. */
export default function SamplerPicker({ index, ...rest }: Props) {
  return (
    <PickerDialog
      {...rest}
      items={samplerItems}
      reduce={samplerPart}
      onPick={(id, params, text) => {
        setSampler(index, id, params);
        const typed = found(samplerItems, text).length > 0 ? null : withSchedule(text);
        if (typed) setSchedule(index, typed.schedule, typed.params);
      }}
    />
  );
}
