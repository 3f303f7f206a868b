import { useId, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly help: string;
  readonly value?: ReactNode;
  readonly className?: string;
  children(ids: { readonly id: string; readonly describedBy: string }): ReactNode;
}

/** A control with its label and its one sentence, which shows on hover and on keyboard focus. */
export function Labelled({ label, help, value, className, children }: Props) {
  const id = useId();
  return (
    <div className={`labelled ${className ?? ''}`}>
      <div className="labelled-head">
        <label htmlFor={id}>{label}</label>
        {value}
      </div>
      {children({ id, describedBy: `${id}h` })}
      <span className="help" role="tooltip" id={`${id}h`}>
        {help}
      </span>
    </div>
  );
}
