// The command line: what a killed process leaves, and who computes what.
import { tested } from './fault.mjs';

export const commandLine = [
  tested(
    'cli/disk',
    'cli/shards',
    'a line that was cut short stays in the journal',
    'whole.length < there.length',
    'whole.length > there.length',
  ),
  tested('cli/run', 'cli/shards', 'cells that are there are computed again', 'new Set(rows.keys())', 'new Set()'),
];
