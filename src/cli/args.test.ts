import { describe, expect, test } from 'vitest';
import { metricIds } from '../metrics/samples/facts.ts';
import { HELP, readArgs } from './args.ts';

const link = 'model=ring8&axis=steps~4, 8';
const plain = {
  command: 'run',
  source: link,
  out: 'out',
  shard: { part: 1, of: 1 },
  backend: 'webgpu',
  adapter: null,
  metrics: null,
  model: null,
  pictures: true,
};

describe('arguments', () => {
  test.each<[string[], object]>([
    [['run', link, '--out', 'out'], plain],
    [['run', '--out=out', link], plain],
    [['run', '--out', 'out', '--', '--a file'], { ...plain, source: '--a file' }],
    [['run', link, '--out', 'out', '--shard', '2/3'], { ...plain, shard: { part: 2, of: 3 } }],
    [['run', link, '--out', 'out', '--backend', 'cpu'], { ...plain, backend: 'cpu' }],
    [
      ['run', link, '--out', 'out', '--adapter', 'H200', '--no-pictures'],
      { ...plain, adapter: 'H200', pictures: false },
    ],
    [['run', link, '--out', 'out', '--metrics', 'sw1, nll,sw1'], { ...plain, metrics: ['sw1', 'nll'] }],
    [
      ['run', link, '--out', 'out', '--metrics', 'error', '--model', 'sd'],
      { ...plain, metrics: ['error'], model: 'sd' },
    ],
    [['merge', 'a', 'b', 'a', '--out', 'c'], { command: 'merge', from: ['a', 'b'], out: 'c' }],
    [['show', '#lab=diffusion'], { command: 'show', source: '#lab=diffusion' }],
    [['run', link, '--help'], { command: 'help' }],
    [[], { command: 'help' }],
    [['--version'], { command: 'version' }],
    [
      ['api', 'sotu', '--port=0', '--weights', 'int8', '--cache-type-v=q4_0'],
      {
        command: 'api',
        model: 'sotu',
        port: 0,
        weights: 'int8',
        cache: { keys: 'f32', values: 'q4_0' },
        backend: 'webgpu',
        adapter: null,
      },
    ],
  ])('%j', (args, command) => {
    expect(readArgs(args)).toEqual(command);
  });
  test.each<[string[], string]>([
    [['ran'], "There is no command 'ran'; there are run, merge, show, api."],
    [['run', link], 'run needs --out DIR'],
    [['run', '--out', 'o'], 'run needs a link or a file'],
    [['run', 'model=ring8', 'heun', '--out', 'o'], "'heun' is another. Put the link in quotes."],
    [['run', link, '--out', 'o', '--shards', '1/2'], 'run has no option --shards; there are --out, --shard'],
    [['show', link, '--out', 'o'], 'show has no option --out; there are none.'],
    [['run', link, '--out', '--no-pictures'], '--out needs a directory behind it'],
    [['run', link, '--out='], '--out needs a directory behind it'],
    [['run', link, '--out', 'a', '--out', 'b'], '--out is given twice'],
    [['run', link, '--out', 'a', '--no-pictures=1'], '--no-pictures takes no value'],
    [['run', link, '--out', 'o', '--shard', '3/2'], '--shard 3/2: it must be i/n with i from 1 to n'],
    [['run', link, '--out', 'o', '--backend', 'gpu'], '--backend gpu: it must be webgpu or cpu'],
    [['run', link, '--out', 'o', '--backend', 'cpu', '--adapter', 'x'], '--backend cpu uses none'],
    [['run', link, '--out', 'o', '--metrics', 'sw1,fid'], "There is no metric 'fid'; there are paired_median"],
    [['run', link, '--out', 'o', '--metrics', ','], 'at least one name'],
    [['merge', '--out', 'o'], 'merge needs the directories'],
    [['merge', 'a'], 'merge needs --out DIR'],
    [['api'], 'api needs a model: sotu, '],
    [['api', 'sotu', 'b'], "'b' is another"],
    [['api', 'sotu', '--port', '70000'], '--port 70000: it must be a whole number from 0 to 65535'],
    [['api', 'sotu', '--cache-type-k', 'q5_1'], '--cache-type-k q5_1: it must be one of f32, f16, q8_0, q4_0'],
    [['api', 'sotu', '--cache-type-v='], '--cache-type-v'],
    [['api', 'sotu', '--weights', 'q4'], '--weights q4: it must be one of auto, stored'],
  ])('%j is refused: %s', (args, words) => {
    expect(() => readArgs(args)).toThrow(
      expect.objectContaining({ name: 'Refused', message: expect.stringContaining(words) }),
    );
  });
  test('the help names every option, metric and exit status', () => {
    const run = ['--out', '--shard', '--backend', '--adapter', '--model', '--metrics', '--no-pictures'];
    const api = ['--port', '--weights', '--cache-type-k', '--cache-type-v'];
    const options = [...run, ...api, 'merge', 'show', 'api'];
    for (const word of [...options, ...metricIds, 'error, baseline', '0 done', '1 done', '2 refused', '3 ended', '130'])
      expect(HELP).toContain(word);
    for (const line of HELP.split('\n').filter((l) => l.startsWith('      --'))) {
      const [option] = /--[a-z-]+/.exec(line)!;
      expect(options).toContain(option);
    }
  });
});
