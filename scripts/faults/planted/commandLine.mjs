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
  tested('cli/api/written', 'cli/api/written', 'part of a stop string leaves', 'n > most; n--', 'n > most + 1; n--'),
  tested(
    'cli/api/writer',
    'cli/api/writer.gpu',
    'a prompt is said to be read before by who read it just now',
    'cached: target.reused > 0 ? reused : 0,',
    'cached: target.reused,',
  ),
  tested(
    'cli/api/answer',
    'cli/api/server',
    'tokens that were read before are told as read again',
    'prompt_n: promptTokens - cachedTokens,',
    'prompt_n: promptTokens,',
  ),
  tested(
    'cli/api/server',
    'cli/api/server',
    'pages of other hosts are answered',
    'origin !== undefined && !LOOPBACK',
    'false && !LOOPBACK',
  ),
  tested(
    'cli/api/alternatives',
    'cli/api/written',
    'likeliest tokens share out more than 1',
    'top + Math.log(sum)',
    'Math.log(sum)',
  ),
  tested(
    'cli/api/sampler',
    'cli/api/ask',
    'a response format is not kept beside a contender of one’s own',
    '[...format, ...contender!.chain]',
    'contender!.chain',
  ),
];
