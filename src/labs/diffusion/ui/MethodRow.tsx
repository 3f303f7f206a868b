import type { ReactNode } from 'react';
import type { AnyField, ParamValue } from '../../../core/field.ts';
import { Marker } from '../../../frame/ui/Marker.tsx';
import { FieldControl } from '../../../frame/ui/controls/FieldControl.tsx';

interface Props<T extends string> {
  /** "Method 2", for whoever hears the page. */
  readonly name: string;
  readonly className: string;
  readonly testId: string;
  readonly slot: number;
  readonly method: T;
  readonly choices: readonly T[];
  readonly title: (id: T) => string;
  readonly fields: readonly (readonly [key: string, field: AnyField])[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly summary: string;
  readonly paper: string;
  /** Whether there is no other, so that it stays. */
  readonly alone: boolean;
  /** Controls before the method's own. */
  readonly children?: ReactNode;
  onMethod(id: T): void;
  onParam(key: string, value: ParamValue): void;
  onRemove(): void;
}

/** A row of what is compared in a view: which method, its parameters, what it does and where that stands. */
export function MethodRow<T extends string>(props: Props<T>) {
  const { name, className, testId, slot, method, choices, title, fields, params, summary, paper, alone } = props;
  return (
    <div className={`contender ${className}`} data-testid={testId}>
      <div className="contender-head">
        <Marker slot={slot} />
        <select aria-label={name} value={method} onChange={(e) => props.onMethod(e.target.value as T)}>
          {choices.map((id) => (
            <option key={id} value={id}>
              {title(id)}
            </option>
          ))}
        </select>
        <span className="row-tools">
          <button type="button" disabled={alone} onClick={props.onRemove} aria-label={`Remove ${name}`} title="Remove">
            ×
          </button>
        </span>
      </div>
      <div className="fields">
        {props.children}
        {fields.map(([key, field]) => (
          <FieldControl
            key={key}
            field={field}
            name={name}
            value={params[key] ?? field.default}
            onChange={(value) => props.onParam(key, value)}
          />
        ))}
      </div>
      <p className="summary">
        {summary}{' '}
        <a href={paper} target="_blank" rel="noreferrer">
          Paper
        </a>
      </p>
    </div>
  );
}
