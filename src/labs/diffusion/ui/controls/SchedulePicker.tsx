import { scheduleItems } from '../../config/pickers.ts';
import type { ScheduleId } from '../../config/menus.ts';
import { setSchedule } from '../../state/experimentStore.ts';
import PickerDialog from '../../../../frame/ui/picker/PickerDialog.tsx';

interface Props {
  readonly index: number;
  readonly label: string;
  readonly value: ScheduleId | 'explicit';
  readonly anchor: HTMLElement;
  onClose(): void;
}

/** The noise schedules to choose from, and the reader's own levels. */
export default function SchedulePicker({ index, ...rest }: Props) {
  return <PickerDialog {...rest} items={scheduleItems} onPick={(id, params) => setSchedule(index, id, params)} />;
}
