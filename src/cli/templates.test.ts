// The templates of deploy/: against the schemas of what reads them, and what they make of a task's number.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf } from '../experiments/grid/cells.ts';
import { readArgs, type RunCommand } from './args.ts';
import { askedOf } from './source.ts';
import { faultsOf, JOB } from './templatesTesting.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');

let folder: string;
beforeAll(() => {
  // A node that says what it was started with, an argument a line.
  folder = mkdtempSync(join(tmpdir(), 'stepscope-templates-'));
  writeFileSync(join(folder, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  chmodSync(join(folder, 'node'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a script starts the program with, read as the program reads it. */
function started(command: string, args: readonly string[], env: Record<string, string>): RunCommand {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: path('.'),
    env: { PATH: `${folder}:/usr/bin:/bin`, ...env } as unknown as NodeJS.ProcessEnv,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const [program, ...rest] = stdout.trimEnd().split('\n');
  expect(program).toBe('bin/stepscope.mjs');
  return readArgs(rest) as RunCommand;
}

interface Job {
  readonly spec: {
    readonly completions: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly command: readonly string[];
          readonly env: readonly { readonly name: string; readonly value: string }[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

describe('the Kubernetes job', () => {
  const job = JSON.parse(read('deploy/kubernetes-job.json')) as Job;
  const [container] = job.spec.template.spec.containers;
  const env = Object.fromEntries(container!.env.map(({ name, value }) => [name, value]));

  test('is a Job of batch/v1, and the schema would see what is not', () => {
    expect(faultsOf(job, JOB)).toEqual([]);
    const { spec } = job;
    const without = { ...spec, template: undefined };
    expect(faultsOf({ ...job, kind: 'Jobs', metadata: {} }, JOB)).toEqual(["/kind: 'Jobs'", '/metadata/name: missing']);
    expect(faultsOf({ ...job, spec: without }, JOB)).toEqual(['/spec/template: no object']);
    expect(
      faultsOf({ ...job, spec: { ...spec, completion: 8, completionMode: 'indexed', parallelism: '8' } }, JOB),
    ).toEqual([
      "/spec/completionMode: 'indexed'",
      '/spec/parallelism: no whole number from 0 to 2147483647',
      '/spec/completion: unknown',
    ]);
  });
  test('keeps the rules that no schema says', () => {
    // Retries by index and a failure policy need indexed completions and pods that are not restarted.
    expect(job.spec).toMatchObject({ completionMode: 'Indexed', template: { spec: { restartPolicy: 'Never' } } });
    const volumes = job.spec.template.spec.volumes.map((v) => v.name);
    for (const { name } of container!.volumeMounts) expect(volumes).toContain(name);
    for (const [name] of read('deploy/kubernetes-job.json').matchAll(/(?<="containerName": ")[^"]+/g))
      expect(name).toBe(container!.name);
  });
  test('every index runs its shard of the grid', () => {
    expect(env['SHARDS']).toBe(String(job.spec.completions));
    const [command, ...args] = container!.command;
    for (const index of [0, job.spec.completions - 1]) {
      const run = started(command!, args, { ...env, JOB_COMPLETION_INDEX: String(index) });
      expect(run).toMatchObject({ command: 'run', source: env['LINK'], out: '/results' });
      expect(run.shard).toEqual({ part: index + 1, of: job.spec.completions });
    }
    const { spec } = askedOf(env['LINK']!);
    expect([...cellsOf(spec)]).toHaveLength(3 * 5 * 10);
  });
});

describe('the Slurm array', () => {
  const script = read('deploy/slurm.sh');
  const lines = script.split('\n');
  const directives = lines.filter((line) => line.startsWith('#SBATCH'));
  const array = /^#SBATCH --array=1-(\d+)$/m.exec(script)![1]!;

  test('is a shell script whose options are sbatch’s, all before the first command', () => {
    expect(spawnSync('bash', ['-n', path('deploy/slurm.sh')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(lines[0]).toBe('#!/bin/bash');
    // From the manual of sbatch.
    const OPTIONS: Readonly<Record<string, RegExp>> = {
      'job-name': /^[\w-]+$/,
      array: /^\d+-\d+(:\d+)?(%\d+)?$/,
      ntasks: /^\d+$/,
      'cpus-per-task': /^\d+$/,
      mem: /^\d+[KMGT]?$/,
      gres: /^\w+(:\w+)?:\d+$/,
      time: /^(\d+-)?\d+(:\d\d){0,2}$/,
      signal: /^([RB]:)?([A-Z]+\d*|\d+)(@\d+)?$/,
      requeue: /^$/,
      'open-mode': /^(append|truncate)$/,
      output: /^[\w.%-]+$/,
    };
    for (const directive of directives) {
      const match = /^#SBATCH --([a-z-]+)(?:=(\S+))?$/.exec(directive);
      expect(match, directive).not.toBeNull();
      const [, name, value = ''] = match!;
      expect(Object.keys(OPTIONS)).toContain(name);
      expect(value, directive).toMatch(OPTIONS[name!]!);
    }
    const first = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    expect(lines.slice(first).filter((line) => line.startsWith('#SBATCH'))).toEqual([]);
    expect(new Set(directives).size).toBe(directives.length);
  });
  test('every task runs its shard, and a variable that is not set is named', () => {
    const env = { LINK: 'model=ring8&axis=sampler~euler, heun', OUT: 'my results' };
    for (const task of ['1', array]) {
      const run = started('bash', [path('deploy/slurm.sh')], { ...env, SLURM_ARRAY_TASK_ID: task });
      expect(run).toMatchObject({ source: env.LINK, out: env.OUT, shard: { part: Number(task), of: Number(array) } });
    }
    const bare = { PATH: '/usr/bin:/bin', SLURM_ARRAY_TASK_ID: '1', LINK: 'x' } as unknown as NodeJS.ProcessEnv;
    const without = spawnSync('bash', [path('deploy/slurm.sh')], { env: bare, encoding: 'utf8' });
    expect(without.status).not.toBe(0);
    expect(without.stderr).toContain('set OUT to the directory of the results');
  });
});
