// One adapter's run of the verification suite, in Node; verify.mjs starts it with the driver chosen.
import { readFileSync, writeFileSync } from 'node:fs';
import { bundledFiles } from '../src/hub/testing.ts';
import { diskWeights } from '../src/engine/diffusion/testing.ts';
import { runVerify } from '../src/verify/index.ts';
import { nodeContext } from '../src/gpu/testing.ts';

const known = ['sections', 'first', 'bail', 'quiet', 'json'];
const flags = new Map(
  process.argv
    .slice(2)
    .filter((a) => a.startsWith('--'))
    .map((a) => {
      const [name, value = ''] = a.slice(2).split(/=(.*)/s) as [string, string?];
      if (!known.includes(name))
        throw new Error(`--${name} is not known; there are ${known.map((k) => `--${k}`).join(', ')}`);
      return [name, value] as const;
    }),
);
const list = (name: string) =>
  flags
    .get(name)
    ?.split(',')
    .filter((v) => v !== '') ?? [];
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

const ctx = await nodeContext();
const quiet = flags.has('quiet');
const adapter = process.env.GPU_ADAPTER ?? '';
const log = (line: string) => {
  if (!quiet) console.log(line);
};
const ran = new Map<string, { cases: number; failed: number; ms: number }>();
const report = await runVerify(
  ctx,
  {
    version,
    userAgent: `Node ${process.version}, Dawn`,
    load: diskWeights,
    open: (id) => Promise.resolve(bundledFiles({ from: 'bundled', id })),
  },
  {
    sections: list('sections'),
    first: list('first'),
    bail: flags.has('bail'),
    signal: new AbortController().signal,
    onProgress(p) {
      if (p.kind === 'plan')
        return log(`\n${adapter}: ${p.sections.map((s) => `${s.id} ${s.cases}`).join(', ')} cases`);
      const { section, name, pass, detail, ms } = p.result;
      const sum = ran.get(section) ?? { cases: 0, failed: 0, ms: 0 };
      ran.set(section, { cases: sum.cases + 1, failed: sum.failed + Number(!pass), ms: sum.ms + ms });
      const line = `${pass ? 'pass' : 'FAIL'}  ${section}  ${name}  (${seconds(ms)})\n      ${detail}`;
      if (pass) log(line);
      else console.log(line);
    },
  },
);
for (const { name, because } of report.notRun) log(`not run  ${name}: ${because}`);
console.log(`\n${report.adapter.name}, Stepscope ${report.stepscope}, ${report.at.slice(0, 10)}`);
for (const [id, { cases, failed, ms }] of ran)
  console.log(`  ${id}: ${cases - failed} of ${cases} passed in ${seconds(ms)}`);
console.log(
  `  ${report.failed === 0 ? 'PASSED' : 'FAILED'}: ${report.passed} passed, ${report.failed} failed, ${report.notRun.length} not run, ${seconds(report.ms)}`,
);
const json = flags.get('json');
if (json) writeFileSync(json.replace('{adapter}', adapter), `${JSON.stringify(report, null, 1)}\n`);
process.exit(report.failed > 0 || report.cases.length === 0 ? 1 : 0);
