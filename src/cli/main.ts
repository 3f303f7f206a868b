// The command line: arguments in, an exit status out. bin/stepscope.mjs starts it.
import { readFileSync } from 'node:fs';
import { api } from './api/command.ts';
import { HELP, readArgs } from './args.ts';
import type { Place } from './lab.ts';
import { merge } from './merge.ts';
import { Refused, Stopped } from './refused.ts';
import { DONE, run } from './run.ts';
import { described } from './show.ts';
import { readSource } from './source.ts';

const REFUSED = 2;
const STOPPED = 3;
/** As shells say that a signal ended a program. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNALS;

/** Runs a command; `root` is the folder that holds package.json and public/models. */
export async function main(args: readonly string[], root: URL): Promise<number> {
  const stop = new AbortController();
  let caught: Signal | null = null;
  for (const signal of Object.keys(SIGNALS) as Signal[])
    process.on(signal, () => {
      if (caught) process.exit(SIGNALS[signal]); // asked twice: at once
      caught = signal;
      stop.abort();
    });
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  const place: Place = {
    root,
    version,
    out: process.stdout,
    err: process.stderr,
    signal: stop.signal,
  };
  try {
    const command = readArgs(args);
    switch (command.command) {
      case 'help':
        process.stdout.write(HELP);
        return DONE;
      case 'version':
        process.stdout.write(`stepscope ${version}\n`);
        return DONE;
      case 'show':
        process.stdout.write(`${described(readSource(command.source)).join('\n')}\n`);
        return DONE;
      case 'merge':
        return merge(command, place);
      case 'api':
        return await api(command, place);
      case 'run':
        return await run(command, place);
      default:
        return command satisfies never;
    }
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof Stopped)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (error instanceof Refused) return REFUSED;
    return caught ? SIGNALS[caught as Signal] : STOPPED;
  }
}
