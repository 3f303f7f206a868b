import { lazy } from 'react';
import type { Contender } from '../../../samplers/contenders/types.ts';
import { samplerMenu } from '../../config/samplerMenus.ts';
import { PickerButton } from '../picker/PickerButton.tsx';
import type { ContenderEdits } from './edits.ts';

const SamplerPicker = lazy(() => import('./SamplerPicker.tsx'));

/** The sampler of a contender, and the menu to take another one. */
export function SamplerHead(props: {
  readonly name: string;
  readonly contender: Contender;
  readonly edits: ContenderEdits;
}) {
  const { name, contender: c, edits } = props;
  const sampler = samplerMenu.find((m) => m.id === c.sampler);
  const label = `${name}: sampler`;
  return (
    <PickerButton
      className="sampler-select"
      label={label}
      title={sampler?.title ?? c.sampler}
      summary={sampler?.summary}
    >
      {(anchor, close) => (
        <SamplerPicker label={label} value={c.sampler} anchor={anchor} edits={edits} onClose={close} />
      )}
    </PickerButton>
  );
}
