// A reporter of Vitest for a program: one line a test as it ends, so that the first failure is heard at once and
// silence means that a test is still at work.
import { relative } from 'node:path';

const path = (module) => relative(process.cwd(), module.moduleId).replaceAll('\\', '/');
const line = (word, file, name, error) =>
  process.stdout.write(`${word}\t${file}\t${name}\t${String(error?.message ?? '').split('\n')[0]}\n`);

export default class Reporter {
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    line(state === 'failed' ? 'FAIL' : 'pass', path(test.module), test.fullName, errors?.[0]);
  }
  onTestModuleEnd(module) {
    const errors = module.errors();
    if (errors.length > 0) line('FAIL', path(module), 'does not load', errors[0]);
    else line('done', path(module), '', null);
  }
  onTestRunEnd(modules, unhandled) {
    for (const error of unhandled) line('CRASH', '', 'error outside of tests', error);
    line('end', '', `${modules.length} files`, null);
  }
}
