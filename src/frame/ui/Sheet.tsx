import { useState, type ReactNode } from 'react';

/** The controls: a column where there is room, else a sheet over the lower half, so that what they change stays in view. */
export function Sheet({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const toggle = () => {
    setOpen(!open);
    if (!open) document.querySelector('.stage-bar')?.scrollIntoView();
  };
  return (
    <div className={`controls sheet${open ? ' open' : ''}`}>
      <button type="button" className="sheet-handle" aria-expanded={open} onClick={toggle}>
        {open ? 'Close the controls' : 'Change the experiment'}
      </button>
      {children}
    </div>
  );
}
