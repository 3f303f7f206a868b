import { spawn, spawnSync } from 'node:child_process';

const running = new Set();
process.on('exit', () => {
  for (const child of running) end(child);
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    console.error(`ended by ${signal}`);
    process.exit(1);
  });

function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Seconds of processor time that a process group has used. */
function processorTime(group) {
  const rows = spawnSync('ps', ['-A', '-o', 'pgid=,time='], { encoding: 'utf8' }).stdout ?? '';
  let sum = 0;
  for (const row of rows.split('\n')) {
    const [id, time = ''] = row.trim().split(/\s+/);
    if (Number(id) !== group) continue;
    const [clock, days = '0'] = time.split('-').reverse();
    sum += clock.split(':').reduce((total, part) => 60 * total + Number(part), 0) + 86_400 * Number(days);
  }
  return sum;
}

/**
 * Runs a command until it ends, until `onLine` returns true (heard enough), or until it has been silent for too long:
 * then `hung` is 'busy' (it works without an end) or 'idle' (it waits without an end).
 * @param options.silence milliseconds
 */
export function watch(command, args, { cwd, env, onLine, silence }) {
  return new Promise((resolve) => {
    // A group of its own: workers of workers end with it.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let hung = null;
    let enough = false;
    let tail = '';
    let rest = '';
    let timers = [];
    const heard = () => {
      for (const timer of timers) clearTimeout(timer);
      let before = 0;
      const half = setTimeout(() => (before = processorTime(child.pid)), silence / 2);
      const full = setTimeout(() => {
        // A quarter of a core: the machine may have others to serve.
        hung = processorTime(child.pid) - before > silence / 8000 ? 'busy' : 'idle';
        end(child);
      }, silence);
      timers = [half, full];
    };
    heard();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        heard();
        tail = (tail + chunk).slice(-4000);
        if (stream !== child.stdout) return;
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        if (!enough && lines.some((line) => onLine(line))) {
          enough = true;
          end(child);
        }
      });
    child.on('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      running.delete(child);
      resolve({ code: enough ? 0 : (code ?? 1), hung, tail });
    });
  });
}
