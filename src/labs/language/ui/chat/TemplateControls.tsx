import { useId } from 'react';
import type { LoadedModel } from '../../state/types.ts';
import type { LanguageExperiment } from '../../config/experiment.ts';
import { editLanguage } from '../../state/experimentStore.ts';

type Values = LanguageExperiment['variables'];
type Variable = LoadedModel['templateVariables'][number];
const told = (name: string, value: Values[string] | undefined, values: Values) => {
  const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
  editLanguage({ variables: value === undefined ? rest : { ...rest, [name]: value } });
};
const TRUTHS = { '': undefined, true: true, false: false } as const;

/** What the template of the model in use reads besides the conversation, each with a control; none where it reads nothing. */
export function TemplateControls({ variables, values }: { variables: readonly Variable[]; values: Values }) {
  const shown = variables.filter((v) => v.kind !== 'other');
  const others = variables.filter((v) => v.kind === 'other');
  const idle = Object.keys(values).filter((name) => !variables.some((v) => v.name === name));
  if (shown.length + others.length + idle.length === 0) return null;
  return (
    <fieldset className="template-controls" data-testid="template-controls">
      <legend>Template</legend>
      {shown.map((v) => (
        <Control key={v.name} variable={v} value={values[v.name]} onChange={(value) => told(v.name, value, values)} />
      ))}
      {idle.map((name) => (
        <p key={name} className="fine">
          <code>{name}</code> is set, and this model’s template does not read it.{' '}
          <button type="button" className="plain" onClick={() => told(name, undefined, values)}>
            Unset
          </button>
        </p>
      ))}
      {others.length > 0 && (
        <p className="fine">
          It also reads {others.map((v) => v.name).join(', ')}: lists or objects, which stay unset.
        </p>
      )}
    </fieldset>
  );
}

interface ControlProps {
  readonly variable: Variable;
  readonly value: Values[string] | undefined;
  onChange(value: Values[string] | undefined): void;
}
function Control({ variable: { name, kind, options }, value, onChange }: ControlProps) {
  const id = useId();
  if (kind === 'boolean')
    return (
      <label>
        <code>{name}</code>
        <select
          value={value === undefined ? '' : String(value)}
          onChange={(e) => onChange(TRUTHS[e.target.value as keyof typeof TRUTHS])}
        >
          <option value="">as the template has it</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      </label>
    );
  const read = (text: string) => {
    if (text === '') return onChange(undefined);
    const number = Number(text);
    if (kind === 'text' || Number.isFinite(number)) onChange(kind === 'text' ? text : number);
  };
  return (
    <label>
      <code>{name}</code>
      <input
        type={kind === 'text' ? 'text' : 'number'}
        value={value === undefined ? '' : String(value)}
        maxLength={200}
        placeholder="as the template has it"
        list={options.length > 0 ? id : undefined}
        onChange={(e) => read(e.target.value)}
      />
      {options.length > 0 && (
        <datalist id={id}>
          {options.map((o) => (
            <option key={o} value={o} />
          ))}
        </datalist>
      )}
    </label>
  );
}
