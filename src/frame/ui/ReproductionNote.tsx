import type { ReactNode } from 'react';

interface Props {
  /** What came of comparing; null while there is nothing to compare yet. */
  readonly verdict: string | null;
  /** A run that will tell is under way. */
  readonly pending: boolean;
  /** How it looks: as good, as different, or as not known. */
  readonly tone: 'reproduced' | 'differs' | 'unreadable';
  readonly children: ReactNode;
}

/** Whether the run of a link that carries a record came out the same here. */
export function ReproductionNote({ verdict, pending, tone, children }: Props) {
  if (verdict === null)
    return pending ? (
      <p className="reproduction" data-testid="reproduction" data-verdict="pending">
        This link carries the record of a run. Running it here to compare…
      </p>
    ) : null;
  return (
    <p className={`reproduction ${tone}`} data-testid="reproduction" data-verdict={verdict} role="status">
      {children}
    </p>
  );
}

/** A record that could not be read. */
export const NotCompared = ({ because }: { because: string }) => (
  <>
    <b>Not compared</b>: {because}. The experiment itself is as the link says.
  </>
);
