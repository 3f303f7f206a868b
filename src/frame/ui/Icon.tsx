const PATHS = {
  up: 'M6 10V2.5M2.8 5.7 6 2.5l3.2 3.2',
  copy: 'M4 4V1.5h6.5V8H8M1.5 4H8v6.5H1.5z',
  remove: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
  shown: 'M1 6c2.5-4 7.5-4 10 0-2.5 4-7.5 4-10 0M6 4.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6',
  hidden: 'M1 6c2.5 4 7.5 4 10 0M3 8.2 2.2 9.5M6 9v1.5M9 8.2l.8 1.3',
  undo: 'M4.5 2 1.8 4.7l2.7 2.7M2 4.7h5a3 3 0 0 1 0 6H5',
  redo: 'M7.5 2l2.7 2.7-2.7 2.7M10 4.7H5a3 3 0 0 0 0 6h2',
  half: 'M6 1.5a4.5 4.5 0 0 0 0 9zv9a4.5 4.5 0 0 0 0-9M4 3v6',
} as const;

/** A small line drawing in the colour of the text. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
