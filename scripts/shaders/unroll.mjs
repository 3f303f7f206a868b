// A small template language for shaders whose loops must be unrolled by hand, since compilers keep what is indexed by a
// loop's variable in memory. Lines of control begin with `//%`, so that a template reads as WGSL:
//
//   //% for i in 0..KEYS        whole numbers, the end excluded; `step 2` may follow
//   //% for q of a b            words
//   //% let c = 'xyzw'[i]       to the end of the block
//   //% if KEYS > 8 … //% else
//   //% end
//
// and ${…} is a JavaScript expression of these variables, the template's values, and:
//   list(n, f)      f(0), f(1), … with commas
//   sum(n, f)       f(0) + f(1) + …
//   pairs(n, f, o)  f(0) … f(n − 1) joined two by two by o, as a balanced tree
const helpers = {
  list: (n, f) => Array.from({ length: n }, (_, i) => f(i)).join(', '),
  sum: (n, f) => Array.from({ length: n }, (_, i) => f(i)).join(' + '),
  pairs: (n, f, join) => {
    let terms = Array.from({ length: n }, (_, i) => f(i));
    while (terms.length > 1)
      terms = Array.from({ length: terms.length / 2 }, (_, i) => join(terms[2 * i], terms[2 * i + 1]));
    return terms[0];
  },
};

const evaluate = (expression, scope) =>
  new Function(...Object.keys(scope), `'use strict'; return (${expression});`)(...Object.values(scope));

const fill = (line, scope) => line.replace(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g, (_, e) => String(evaluate(e, scope)));

/** What a loop's variable goes through. */
function rounds(head, scope) {
  const words = /^(\w+) of (.+)$/.exec(head);
  if (words) return { name: words[1], values: words[2].trim().split(/\s+/) };
  const [, name, first, end, step = '1'] = /^(\w+) in (.+)\.\.(.+?)(?: step (.+))?$/.exec(head) ?? [];
  if (name === undefined) throw new Error(`a loop is 'name in a..b' or 'name of words', not '${head}'`);
  const [from, to, by] = [first, end, step].map((e) => evaluate(e, scope));
  return { name, values: Array.from({ length: Math.ceil((to - from) / by) }, (_, i) => from + i * by) };
}

/** Reads up to the end of a block: a tree of lines, loops and branches. */
function parse(lines, inside) {
  const nodes = [];
  while (lines.length > 0) {
    const line = lines.shift();
    const [, word, rest = ''] = /^\s*\/\/% (\w+)(?: (.*))?$/.exec(line) ?? [];
    if (word === undefined) nodes.push({ line });
    else if (word === 'let') {
      const [, name, value] = /^(\w+) = (.+)$/.exec(rest) ?? [];
      if (name === undefined) throw new Error(`'${line.trim()}' is not 'let name = expression'`);
      const { nodes: body, last } = parse(lines, inside);
      return { nodes: [...nodes, { name, value, body }], last };
    } else if (word === 'for') nodes.push({ head: rest, body: parse(lines, true).nodes });
    else if (word === 'if') {
      const then = parse(lines, true);
      nodes.push({ test: rest, then: then.nodes, other: then.last === 'else' ? parse(lines, true).nodes : [] });
    } else if (inside && (word === 'end' || word === 'else')) return { nodes, last: word };
    else throw new Error(`'${line.trim()}' does not belong here`);
  }
  if (inside) throw new Error('a block never ends');
  return { nodes };
}

const write = (nodes, scope) =>
  nodes.flatMap((node) => {
    if (node.line !== undefined) return [fill(node.line, scope)];
    if (node.test !== undefined) return write(evaluate(node.test, scope) ? node.then : node.other, scope);
    if (node.name !== undefined) return write(node.body, { ...scope, [node.name]: evaluate(node.value, scope) });
    const { name, values } = rounds(node.head, scope);
    return values.flatMap((value) => write(node.body, { ...scope, [name]: value }));
  });

export const unroll = (template, values = {}) =>
  write(parse(template.split('\n'), false).nodes, { ...helpers, ...values }).join('\n');
