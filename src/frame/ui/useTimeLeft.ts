import { useEffect, useState } from 'react';
import { timeLeft } from '../state/timeLeft.ts';
import { seconds } from './format.ts';

/** ", 12 s left" after the words of long work, '' while that cannot be said. It is told anew whenever the share grows. */
export function useTimeLeft(running: boolean, fraction: number | null): string {
  const [began, setBegan] = useState<number | null>(null);
  useEffect(() => setBegan(running ? performance.now() : null), [running]);
  const left = running && began !== null && fraction !== null ? timeLeft(performance.now() - began, fraction) : null;
  return left === null ? '' : `, ${seconds(left)} left`;
}
