import { scheduleItems } from './pickers.ts';
import type { ScheduleId } from '../../config/samplerMenus.ts';
import type { ContenderEdits } from './edits.ts';
import PickerDialog from '../picker/PickerDialog.tsx';

interface Props {
  readonly label: string;
  readonly value: ScheduleId | 'explicit';
  readonly anchor: HTMLElement;
  readonly edits: ContenderEdits;
  onClose(): void;
}

/** The noise schedules to choose from, and the reader's own levels. */
export default function SchedulePicker({ edits, ...rest }: Props) {
  return <PickerDialog {...rest} items={scheduleItems} onPick={(id, params) => edits.setSchedule(id, params)} />;
}
