import { useEffect } from 'react';
import { useStore } from 'zustand';
import { readVerdicts, verdicts } from '../../state/verdicts.ts';
import { verdictOf } from './facts.ts';
import { absentSampler, samplerItems, withSchedule } from './pickers.ts';
import type { SamplerId } from '../../config/samplerMenus.ts';
import type { ContenderEdits } from './edits.ts';
import { found } from '../picker/search.ts';
import PickerDialog, { type Mark } from '../picker/PickerDialog.tsx';
import { SIGNS, VerdictLine } from './SamplerFacts.tsx';

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
  const known = useStore(verdicts, (s) => s.known);
  useEffect(() => void readVerdicts(), []);
  const markOf = (id: SamplerId): Mark | null => {
    const { state, text } = verdictOf(id, known);
    // A bare tick would be that of what is chosen.
    return SIGNS[state] === '' ? null : { sign: `${SIGNS[state]} here`, className: `verdict-${state}`, text };
  };
  return (
    <PickerDialog
      {...rest}
      items={samplerItems}
      reduce={samplerPart}
      missing={absentSampler}
      markOf={markOf}
      more={(id) => <VerdictLine id={id} />}
      onPick={(id, params, text) => {
        edits.setSampler(id, params);
        const typed = found(samplerItems, text).length > 0 ? null : withSchedule(text);
        if (typed) edits.setSchedule(typed.schedule, typed.params);
      }}
    />
  );
}
