import type { ParamValue } from '../../../core/field.ts';
import { guidanceFieldsOf } from '../../../samplers/contenders/contender.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';
import { guidanceMenu, type GuidanceId } from '../../config/samplerMenus.ts';
import { FieldControl } from '../controls/FieldControl.tsx';
import { Labelled } from '../controls/Labelled.tsx';

interface Props {
  readonly name: string;
  readonly index: number;
  readonly contender: Contender;
  /** What no method of its own means. */
  readonly none: string;
  readonly remarks: readonly string[];
  onMethod(method: GuidanceId | null): void;
  onParam(key: string, value: ParamValue): void;
}

/** How a contender is guided: the method, its weight beside it, and the rest of its fields folded away. */
export function GuidanceSettings({ name, index, contender, none, remarks, onMethod, onParam }: Props) {
  const { guide } = contender;
  const method = guidanceMenu.find((m) => m.id === guide?.method);
  const [weight, ...fields] = Object.entries(guidanceFieldsOf(contender));
  const control = ([key, field]: (typeof fields)[number]) => (
    <FieldControl
      key={key}
      field={field}
      name={`${name} guidance`}
      value={guide?.params[key] ?? field.default}
      onChange={(v) => onParam(key, v)}
    />
  );
  return (
    <div className="guidance">
      <div className="timing">
        <Labelled className="choice" label="Guidance" help={method?.summary ?? none}>
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-label={`${name}: guidance`}
              aria-describedby={describedBy}
              value={guide?.method ?? ''}
              onChange={(e) => onMethod((e.target.value || null) as GuidanceId | null)}
            >
              <option value="">{none}</option>
              {guidanceMenu.map((m) => (
                <option key={m.id} value={m.id}>
                  {m.title}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {weight && control(weight)}
      </div>
      {remarks.map((remark) => (
        <p key={remark} className="remark" role="note" data-testid={`guidance-remark-${index}`}>
          {remark}
        </p>
      ))}
      {method && (
        <details className="params">
          <summary>
            <span>Settings of {method.title}</span>
            <span className="params-brief">
              {fields
                .filter(([key, f]) => guide!.params[key] !== f.default)
                .map(([key, f]) => `${f.label} ${f.format(guide!.params[key] as never)}`)
                .join(' · ')}
            </span>
          </summary>
          <div className="fields">
            {fields.map(control)}
            <p className="summary">
              {method.summary}{' '}
              {method.paper && (
                <a href={method.paper.url} target="_blank" rel="noreferrer">
                  Paper
                </a>
              )}
            </p>
          </div>
        </details>
      )}
    </div>
  );
}
