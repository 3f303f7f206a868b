// What is typed after `stepscope`, read: a command with its options, or why it is none.
import { readShard, WHOLE, type Shard } from '../experiments/grid/cells.ts';
import { picturesMetrics } from '../labs/pictures/config/gridMetrics.ts';
import { cacheFormats, type CacheTypes } from '../core/cacheFormat.ts';
import { weightFormats, type FormatChoice } from '../labs/language/config/experiment.ts';
import { languageModels } from '../models/language.ts';
import { metricIds } from '../metrics/samples/facts.ts';
import { Refused } from './refused.ts';

export type BackendName = 'webgpu' | 'cpu';

export interface RunCommand {
  readonly command: 'run';
  readonly source: string;
  readonly out: string;
  readonly shard: Shard;
  readonly backend: BackendName;
  /** Part of an adapter's name; null takes the one that the system prefers. */
  readonly adapter: string | null;
  /** Null: every metric that the cells can have. */
  readonly metrics: readonly string[] | null;
  /** A folder with the model that the link names, where that is none that comes with the program. */
  readonly model: string | null;
  readonly pictures: boolean;
}
export interface MergeCommand {
  readonly command: 'merge';
  readonly from: readonly string[];
  readonly out: string;
}
export interface ShowCommand {
  readonly command: 'show';
  readonly source: string;
}
export interface ApiCommand {
  readonly command: 'api';
  /** A model that comes with the program, a folder, or a GGUF file. */
  readonly model: string;
  readonly port: number;
  readonly backend: BackendName;
  readonly adapter: string | null;
  readonly weights: FormatChoice;
  readonly cache: CacheTypes;
}
export type Command = RunCommand | MergeCommand | ShowCommand | ApiCommand | { readonly command: 'help' | 'version' };

const pictureMetricIds = picturesMetrics.map(({ id }) => id);
const METRICS: readonly string[] = [...metricIds, ...pictureMetricIds];

export const HELP = `Stepscope without a page: runs an experiment of the Diffusion or the Pictures lab, or a grid of them, and writes the
numbers and pictures.

  stepscope run LINK --out DIR   runs it; started again on the same DIR it goes on where it stopped
      --shard i/n                one part of n, for n machines; merge joins them
      --backend webgpu|cpu       the GPU, which is the default, or float64 on the processor (Diffusion)
      --adapter NAME             the GPU whose name holds NAME
      --model DIR                Pictures: the folder, in diffusers' layout, of the model that the link names
      --metrics a,b              Diffusion: some of ${metricIds.join(', ')};
                                 Pictures: of ${pictureMetricIds.join(', ')}
      --no-pictures              numbers only
  stepscope merge DIR... --out DIR   joins the shards, byte for byte as one process writes
  stepscope show LINK                says what would be run, and runs nothing
  stepscope api MODEL            answers OpenAI's chat-completions and completions requests on this machine alone
      --port N                   where; 8321 by default, 0 any free one
      --backend webgpu|cpu, --adapter NAME
      --weights FORMAT           ${weightFormats.join(', ')}
      --cache-type-k FORMAT      what keys are kept in: ${cacheFormats.join(', ')}
      --cache-type-v FORMAT      what values are kept in
  stepscope --help, --version

LINK is the page's address, the part of it behind #, a JSON or PNG file that the page exported, or a text file that holds
a link. MODEL is ${Object.keys(languageModels).join(', ')}, a folder with config.json, tokenizer.json and safetensors, or a GGUF file. A grid is crossed by axes in it: 'model=ring8&axis=sampler~euler, heun&axis=steps~4, 8, ..*, 64&skip=nfe > 100'.

DIR gets results.json, results.csv, times.csv, sheet.png and cells/; a shard gets its journal, and merge writes the rest.
Exit status: 0 done, 1 done but some cells failed, 2 refused and nothing was run, 3 ended early (a full disk, a lost GPU:
the same command goes on), 130 or 143 after a signal (the same command goes on).
`;

/** Options by command; a text stands for what follows. */
const OPTIONS = {
  run: {
    '--out': 'a directory',
    '--shard': 'i/n',
    '--backend': 'webgpu or cpu',
    '--adapter': 'a name',
    '--model': 'a directory',
    '--metrics': 'names joined by commas',
    '--no-pictures': null,
  },
  merge: { '--out': 'a directory' },
  show: {},
  api: {
    '--port': 'a number',
    '--backend': 'webgpu or cpu',
    '--adapter': 'a name',
    '--weights': 'a format',
    '--cache-type-k': 'a format',
    '--cache-type-v': 'a format',
  },
} as const satisfies Record<string, Readonly<Record<string, string | null>>>;
type Name = keyof typeof OPTIONS;
const NAMES = Object.keys(OPTIONS) as Name[];

interface Sorted {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Words, and options with their values, written `--out DIR` or `--out=DIR`; behind `--` everything is a word. */
function sorted(name: Name, rest: readonly string[]): Sorted {
  const known: Readonly<Record<string, string | null>> = OPTIONS[name];
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let i = 0; i < rest.length; i++) {
    const text = rest[i]!;
    if (text === '--') {
      words.push(...rest.slice(i + 1));
      break;
    }
    if (!text.startsWith('--')) {
      words.push(text);
      continue;
    }
    const cut = text.indexOf('=');
    const option = cut < 0 ? text : text.slice(0, cut);
    const takes = Object.hasOwn(known, option) ? known[option] : undefined;
    if (takes === undefined)
      throw new Refused(`${name} has no option ${option}; there are ${Object.keys(known).join(', ') || 'none'}.`);
    if (options.has(option)) throw new Refused(`${option} is given twice.`);
    if (takes === null && cut >= 0) throw new Refused(`${option} takes no value.`);
    const value = cut >= 0 ? text.slice(cut + 1) : rest[i + 1];
    if (takes === null) options.set(option, '');
    else if (value === undefined || value === '' || (cut < 0 && value.startsWith('--')))
      throw new Refused(`${option} needs ${takes} behind it.`);
    else {
      options.set(option, value);
      if (cut < 0) i++;
    }
  }
  return { words, options };
}

function outOf(name: Name, { options }: Sorted): string {
  const out = options.get('--out');
  if (out === undefined) throw new Refused(`${name} needs --out DIR: where its results go.`);
  return out;
}

function sourceOf(name: Name, { words }: Sorted): string {
  const [source, extra] = words;
  if (source === undefined) throw new Refused(`${name} needs a link or a file.`);
  if (extra !== undefined)
    throw new Refused(`${name} takes one link or file; '${extra.slice(0, 60)}' is another. Put the link in quotes.`);
  return source;
}

function readMetrics(text: string): string[] {
  const names = text
    .split(',')
    .map((t) => t.trim())
    .filter((t) => t !== '');
  const bad = names.find((n) => !METRICS.includes(n));
  if (bad !== undefined)
    throw new Refused(`There is no metric '${bad.slice(0, 40)}'; there are ${METRICS.join(', ')}.`);
  if (names.length === 0) throw new Refused('--metrics needs at least one name.');
  return [...new Set(names)];
}

type On = Pick<RunCommand, 'backend' | 'adapter'>;
function readOn({ options }: Sorted): On {
  const backend = options.get('--backend') ?? 'webgpu';
  if (backend !== 'webgpu' && backend !== 'cpu') throw new Refused(`--backend ${backend}: it must be webgpu or cpu.`);
  const adapter = options.get('--adapter') ?? null;
  if (adapter !== null && backend === 'cpu') throw new Refused('--adapter names a GPU; --backend cpu uses none.');
  return { backend, adapter };
}

function readApi(given: Sorted): ApiCommand {
  const [model, extra] = given.words;
  if (model === undefined)
    throw new Refused(`api needs a model: ${Object.keys(languageModels).join(', ')}, a folder, or a GGUF file.`);
  if (extra !== undefined) throw new Refused(`api takes one model; '${extra.slice(0, 60)}' is another.`);
  const portText = given.options.get('--port') ?? '8321';
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : NaN;
  if (!(port <= 65535)) throw new Refused(`--port ${portText}: it must be a whole number from 0 to 65535.`);
  const wanted = given.options.get('--weights') ?? 'auto';
  const weights = weightFormats.find((format) => format === wanted);
  if (!weights) throw new Refused(`--weights ${wanted}: it must be one of ${weightFormats.join(', ')}.`);
  const cached = (option: string) => {
    const text = given.options.get(option) ?? 'f32';
    const found = cacheFormats.find((format) => format === text);
    if (!found) throw new Refused(`${option} ${text}: it must be one of ${cacheFormats.join(', ')}.`);
    return found;
  };
  const cache = { keys: cached('--cache-type-k'), values: cached('--cache-type-v') };
  return { command: 'api', model, port, weights, cache, ...readOn(given) };
}

function readRun(given: Sorted): RunCommand {
  const { options } = given;
  const shardText = options.get('--shard');
  const shard = shardText === undefined ? WHOLE : readShard(shardText);
  if (!shard) throw new Refused(`--shard ${shardText}: it must be i/n with i from 1 to n, as in 2/3.`);
  const metrics = options.get('--metrics');
  return {
    command: 'run',
    source: sourceOf('run', given),
    out: outOf('run', given),
    shard,
    ...readOn(given),
    metrics: metrics === undefined ? null : readMetrics(metrics),
    model: options.get('--model') ?? null,
    pictures: !options.has('--no-pictures'),
  };
}

/** Reads the arguments; throws a Refused that says what to write instead. */
export function readArgs(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h'))
    return { command: 'help' };
  if (name === '--version' || name === '-v') return { command: 'version' };
  if (!NAMES.includes(name as Name))
    throw new Refused(
      `There is no command '${name.slice(0, 60)}'; there are ${NAMES.join(', ')}. See stepscope --help.`,
    );
  const given = sorted(name as Name, rest);
  switch (name as Name) {
    case 'run':
      return readRun(given);
    case 'merge':
      if (given.words.length === 0) throw new Refused('merge needs the directories of the shards.');
      return { command: 'merge', from: [...new Set(given.words)], out: outOf('merge', given) };
    case 'api':
      return readApi(given);
    case 'show':
      return { command: 'show', source: sourceOf('show', given) };
    default:
      return name as never;
  }
}
