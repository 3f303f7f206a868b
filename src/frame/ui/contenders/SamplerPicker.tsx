import { samplerItems, withSchedule } from './pickers.ts';
import type { SamplerId } from '../../config/samplerMenus.ts';
import type { ContenderEdits } from './edits.ts';
import { found } from '../picker/search.ts';
import PickerDialog from '../picker/PickerDialog.tsx';

interface Props {
  readonly label: string;
  readonly value: SamplerId;
  readonly anchor: HTMLElement;
  readonly edits: ContenderEdits;
  onClose(): void;
}

const samplerPart = (text: string) => withSchedule(text)?.sampler ?? null;

/** The samplers to choose from; a name that ends in a schedule sets that too. */
export default function SamplerPicker({ edits, ...rest }: Props) {
  return (
    <PickerDialog
      {...rest}
      items={samplerItems}
      reduce={samplerPart}
      onPick={(id, params, text) => {
        edits.setSampler(id, params);
        const typed = found(samplerItems, text).length > 0 ? null : withSchedule(text);
        if (typed) edits.setSchedule(typed.schedule, typed.params);
      }}
    />
  );
}
