import { Suspense, useRef, useState, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  /** What is chosen now. */
  readonly title: string;
  readonly summary: string | undefined;
  readonly className?: string;
  /** The list, loaded when it is first opened. */
  children(anchor: HTMLElement, close: () => void): ReactNode;
}

/** What is chosen from a long menu, in full; pressing it, or a down arrow, opens the menu to search. */
export function PickerButton({ label, title, summary, className = '', children }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`picker ${className}`}
        aria-label={`${label}, ${title}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={summary}
        onClick={() => setOpen(true)}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
          e.preventDefault();
          setOpen(true);
        }}
      >
        {title}
      </button>
      {open && <Suspense fallback={null}>{children(button.current!, close)}</Suspense>}
    </>
  );
}
