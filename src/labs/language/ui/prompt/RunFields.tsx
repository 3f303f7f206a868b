import type { LanguageExperiment } from '../../config/experiment.ts';
import type { languageFields } from '../../config/fields.ts';
import { editLanguage } from '../../state/experimentStore.ts';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { NumberControl } from '../../../../frame/ui/controls/NumberControl.tsx';
import { SeedControl } from '../../../../frame/ui/controls/SeedControl.tsx';
import { useLanguage } from '../hooks.ts';
import { StopStrings } from './StopStrings.tsx';

/** What all texts are written under, of a prompt or of a conversation; a conversation draws one of each contender. */
export function RunFields(props: {
  readonly fields: ReturnType<typeof languageFields>;
  /** Whether names of special tokens can make a difference. */
  readonly names: boolean;
  readonly samples: boolean;
}) {
  const { fields } = props;
  const e = useLanguage((s) => s.experiment);
  return (
    <>
      {props.names && (
        <FieldControl
          field={fields.names}
          value={e.names}
          onChange={(v) => editLanguage({ names: v as LanguageExperiment['names'] })}
        />
      )}
      <div className="pair">
        <NumberControl
          field={fields.maxTokens}
          value={e.maxTokens}
          onChange={(maxTokens) => editLanguage({ maxTokens })}
        />
        <SeedControl field={fields.seed} value={e.seed} onChange={(seed) => editLanguage({ seed })} />
        {props.samples && (
          <NumberControl field={fields.samples} value={e.samples} onChange={(samples) => editLanguage({ samples })} />
        )}
        <FieldControl
          field={fields.overflow}
          value={e.overflow}
          onChange={(v) => editLanguage({ overflow: v as LanguageExperiment['overflow'] })}
        />
        {e.overflow === 'shift' && (
          <NumberControl field={fields.keep} value={e.keep} onChange={(keep) => editLanguage({ keep })} />
        )}
      </div>
      <details>
        <summary>Stop strings{e.stop.length > 0 && ` (${e.stop.length})`}</summary>
        <StopStrings />
      </details>
    </>
  );
}
