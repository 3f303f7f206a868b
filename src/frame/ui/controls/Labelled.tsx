import { useId, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly help: string;
  readonly value?: ReactNode;
  readonly className?: string;
  /** What is wrong with what was typed. */
  readonly problem?: string | null;
  children(ids: { readonly id: string; readonly describedBy: string }): ReactNode;
}

/**
 * A control with its label and its one sentence, which helpTip.ts shows on hover and on keyboard focus; and, where it was
 * typed, what is wrong.
 */
export function Labelled({ label, help, value, className, problem, children }: Props) {
  const id = useId();
  return (
    <div className={`labelled ${className ?? ''}`}>
      <div className="labelled-head">
        <label htmlFor={id}>{label}</label>
        {value}
      </div>
      {children({ id, describedBy: problem ? `${id}h ${id}p` : `${id}h` })}
      {problem && (
        <p className="refusal" role="alert" id={`${id}p`}>
          {problem}
        </p>
      )}
      <span className="help" role="tooltip" id={`${id}h`}>
        {help}
      </span>
    </div>
  );
}
