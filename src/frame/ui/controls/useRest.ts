import { useEffect, useRef } from 'react';

/** Between the keys of one number there is less; a run of each of its first digits would only be in the way. */
const REST_MS = 350;

/** Does `act` when `typed` has not changed for a moment; never while there is nothing (null). */
export function useRest(typed: unknown, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (typed === null) return;
    const rest = setTimeout(() => latest.current(), REST_MS);
    return () => clearTimeout(rest);
  }, [typed]);
}
