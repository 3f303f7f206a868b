// How far a run is, on the terminal's error stream: one line that is written over, or a line now and then in a log.

export interface Lines {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}
export interface Progress {
  ended(): void;
  left(ms: number | null): void;
  close(): void;
}

/** Between two lines of a log. */
const EVERY_MS = 10_000;

/** Time left, as coarse as it is known. */
export function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

export function progressOn(to: Lines, cells: number, before: number, now = () => performance.now()): Progress {
  let done = before;
  let left: number | null = null;
  let written = '';
  let at = -Infinity;
  const line = () => `${done} of ${cells} cells${left === null || done >= cells ? '' : `, ${inWords(left)}`}`;
  const show = (last: boolean) => {
    const text = line();
    if (text === written) return;
    if (to.isTTY) to.write(`\r${text.padEnd(written.length)}`);
    else if (last || now() - at >= EVERY_MS) {
      to.write(`${text}\n`);
      at = now();
    } else return;
    written = text;
  };
  return {
    ended() {
      done++;
      show(false);
    },
    left(ms) {
      left = ms;
      show(false);
    },
    close() {
      left = null;
      show(true);
      if (to.isTTY) to.write('\n');
    },
  };
}
