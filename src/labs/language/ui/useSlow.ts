import { useEffect, useState } from 'react';

/** A value that changes at most every `ms`: charts need not follow every token. */
export function useSlow<T>(value: T, ms: number): T {
  const [shown, setShown] = useState({ value, at: 0 });
  useEffect(() => {
    if (shown.value === value) return;
    const timer = setTimeout(() => setShown({ value, at: Date.now() }), Math.max(0, shown.at + ms - Date.now()));
    return () => clearTimeout(timer);
  }, [value, ms, shown]);
  return shown.value;
}
