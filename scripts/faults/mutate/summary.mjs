import { wilson } from './draw.mjs';

const label = {
  caught: 'caught',
  timeout: 'caught',
  crash: 'caught',
  missed: 'MISSED',
  stuck: 'MISSED',
  invalid: 'void',
};
const how = {
  timeout: 'a loop without an end',
  crash: 'the tests end red without one that says so',
  stuck: 'waits for ever',
  invalid: 'does not compile',
};

/** A mutant and its fate, for the terminal: where, the edit, who caught it. */
export function told({ outcome, file, line, kind, find, replace, by, seconds }) {
  const [from, to] = changed(find, replace);
  const why = by ?? how[outcome];
  return `${label[outcome].padEnd(7)} ${file}:${line} (${kind}, ${seconds} s)${why ? `, by ${why}` : ''}\n        - ${from}\n        + ${to}`;
}

/** The lines in which two texts differ, trimmed. */
function changed(find, replace) {
  const [a, b] = [find.split('\n'), replace.split('\n')];
  while (a.length > 1 && b.length > 1 && a[0] === b[0]) [a.shift(), b.shift()];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) [a.pop(), b.pop()];
  return [a, b].map((lines) => lines.map((l) => l.trim()).join(' '));
}

/** What is caught: by a test, by a loop without an end, by a crash. Missed: the rest. Void and equivalent ones do not count. */
export function summary(names, results, tallies) {
  return [...names, 'all'].map((name) => {
    const own = results.filter((r) => name === 'all' || r.area === name);
    const of = (outcome) => own.filter((r) => r.outcome === outcome).length;
    const tally = (key) =>
      Object.entries(tallies).reduce((n, [area, t]) => n + (name === 'all' || area === name ? t[key] : 0), 0);
    const caught = of('caught') + of('timeout') + of('crash');
    return {
      area: name,
      planted: own.length,
      caught,
      byTest: of('caught'),
      byTimeout: of('timeout'),
      byCrash: of('crash'),
      missed: of('missed') + of('stuck'),
      share: own.length > 0 ? caught / own.length : null,
      interval: wilson(caught, own.length),
      possible: tally('possible'),
      doesNotCompile: tally('invalid'),
      equivalent: tally('equivalent'),
    };
  });
}

export function table(rows) {
  const percent = (v) => (v === null ? '–' : `${(100 * v).toFixed(0)} %`);
  const cells = rows.map((r) => [
    r.area,
    r.planted,
    r.byTest,
    r.byTimeout,
    r.byCrash,
    r.missed,
    percent(r.share),
    `${percent(r.interval[0])} to ${percent(r.interval[1])}`,
    r.doesNotCompile,
    r.equivalent,
  ]);
  const heads = [
    'area',
    'planted',
    'caught by a test',
    'by an endless loop',
    'by a crash',
    'missed',
    'share',
    '95 %',
    'do not compile',
    'equivalent',
  ];
  const widths = heads.map((h, i) => Math.max(h.length, ...cells.map((c) => String(c[i]).length)));
  const row = (list) =>
    list.map((c, i) => (i === 0 ? String(c).padEnd(widths[i]) : String(c).padStart(widths[i]))).join('  ');
  return [heads, ...cells].map(row).join('\n');
}
