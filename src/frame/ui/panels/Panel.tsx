import { useEffect, useRef, type ReactNode } from 'react';

/** A modal sheet over the page; Escape, its button, or a press outside closes it. */
export function Panel({ title, children, onClose: close }: { title: string; children: ReactNode; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="panel"
      aria-label={title}
      onClose={close}
      onClick={(e) => e.target === dialog.current && close()}
    >
      <div className="panel-inner">
        <div className="section-head">
          <h2>{title}</h2>
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
