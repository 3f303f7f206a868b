// Small wrong edits of WGSL, found on its tokens: no parser of WGSL is at hand, and Dawn says afterwards which edits
// do not compile. Comments, attributes, types, declarations of bindings and structs, and the step of a `for` stay.
import { distinct } from './edit.mjs';
import { otherNumbers } from './numbers.mjs';

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_]\w*|0[xX][\da-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[iufh]?|<<=|>>=|[-+*/%&|^<>=!]=|&&|\|\||<<|>>|\+\+|--|->|\S/g;

const operators = {
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '/'],
  '<<': ['arithmetic', '>>'],
  '>>': ['arithmetic', '<<'],
  '&': ['arithmetic', '|'],
  '|': ['arithmetic', '&'],
  '^': ['arithmetic', '|'],
  '+=': ['arithmetic', '-=', '='],
  '-=': ['arithmetic', '+=', '='],
  '*=': ['arithmetic', '/=', '='],
  '/=': ['arithmetic', '*='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '<': ['comparison', '<=', '>'],
  '<=': ['comparison', '<', '>='],
  '>': ['comparison', '>=', '<'],
  '>=': ['comparison', '>', '<='],
  '==': ['comparison', '!='],
  '!=': ['comparison', '=='],
};
const functions = {
  max: 'min',
  min: 'max',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  sin: 'cos',
  cos: 'sin',
  any: 'all',
  all: 'any',
  subgroupMax: 'subgroupMin',
  subgroupMin: 'subgroupMax',
};
const symmetric = new Set(['max', 'min', 'dot', 'distance', 'dot4I8Packed']);
const barriers = new Set(['workgroupBarrier', 'storageBarrier', 'subgroupBarrier']);
const templated = /^(array|atomic|bitcast|ptr|vec[234]|mat[234]x[234]|var|subgroup_matrix_\w+|subgroupMatrix\w+)$/;
/** What ends the left or right side of a sum. */
const looser = new Set([...'+-)]};,?=', '{', '<', '>', '<=', '>=', '==', '!=', '&&', '||', '&', '|', '^', '<<', '>>']);
const word = (t) => t !== undefined && /^[A-Za-z_]/.test(t.text);
const number = (t) => /^\.?\d/.test(t.text);
const opens = { '(': ')', '[': ']', '{': '}' };

function tokensOf(source) {
  return [...source.matchAll(TOKEN)]
    .filter(([text]) => !text.startsWith('//') && !text.startsWith('/*'))
    .map((m) => ({ text: m[0], start: m.index, end: m.index + m[0].length }));
}

/** Index of the bracket that closes the one at `i`. */
function closing(tokens, i) {
  let depth = 0;
  for (let j = i; j < tokens.length; j++) {
    if (tokens[j].text in opens) depth++;
    if (')]}'.includes(tokens[j].text) && --depth === 0) return j;
  }
  return tokens.length - 1;
}

/** Index of the `>` that ends the template list whose `<` is at `i`; `>>` ends two of them. */
function templateEnd(tokens, i) {
  let depth = 0;
  for (let j = i; j < tokens.length; j++) {
    if (tokens[j].text === '<') depth++;
    if (/^>+$/.test(tokens[j].text) && (depth -= tokens[j].text.length) <= 0) return j;
  }
  return i;
}

/** Which tokens may be edited: not types, attributes, module declarations, or constants that the wrapper sets. */
function editable(tokens, setElsewhere) {
  const free = tokens.map(() => true);
  const freeze = (from, to) => free.fill(false, from, to + 1);
  const end = (i) => tokens.findIndex((t, j) => j > i && t.text === ';');
  let depth = 0;
  tokens.forEach(({ text }, i) => {
    if (text === '{') depth++;
    if (text === '}') depth--;
    if (templated.test(text) && tokens[i + 1]?.text === '<') freeze(i, templateEnd(tokens, i + 1));
    if (text === '@') freeze(i, tokens[i + 2]?.text === '(' ? closing(tokens, i + 2) : i + 1);
    if (text === ':' || text === '->') freeze(i, i + 1);
    if (text === 'struct') freeze(i, closing(tokens, i + 2));
    if (depth > 0) return;
    if (['enable', 'requires', 'diagnostic', 'alias', 'var', 'override'].includes(text)) freeze(i, end(i));
    if (text === 'const' && setElsewhere.has(tokens[i + 1].text)) freeze(i, end(i));
  });
  return free;
}

/** Parts of a list in brackets from `open` to `close`, as [first, last] tokens. */
function partsOf(tokens, open, close) {
  const parts = [];
  let first = open + 1;
  for (let i = first; i <= close; i++) {
    if (i === close || tokens[i].text === ',') {
      if (i > first) parts.push([first, i - 1]);
      first = i + 1;
    } else if (tokens[i].text in opens) i = closing(tokens, i);
    else if (templated.test(tokens[i].text) && tokens[i + 1]?.text === '<') i = templateEnd(tokens, i + 1);
  }
  return parts;
}

/**
 * @param setElsewhere names of module constants whose value in the file is never used
 * @returns {import('./edit.mjs').Edit[]} in the order of the text
 */
export function wgslEdits(source, setElsewhere = new Set()) {
  const tokens = tokensOf(source);
  const free = editable(tokens, setElsewhere);
  const edits = [];
  const add = (kind, from, to, text) => edits.push({ kind, start: tokens[from].start, end: tokens[to].end, text });
  const slice = (from, to) => source.slice(tokens[from].start, tokens[to].end);
  const at = (i) => tokens[i]?.text;
  const steps = forSteps(tokens);

  function operator(i) {
    const [kind, ...others] = operators[at(i)];
    const before = tokens[i - 1];
    const binary = before && (word(before) || number(before) || before.text === ')' || before.text === ']');
    if (!binary || at(i - 1) === 'return') {
      if (at(i) === '-') add('left out', i, i, '');
      return;
    }
    for (const other of others) add(kind, i, i, other);
    if (['+', '-', '*', '/'].includes(at(i))) add('left out', i, termEnd(i), '');
    if (['&&', '||'].includes(at(i))) {
      const last = sideEnd(i);
      add('left out', i, last, '');
    }
  }
  /** Last token of what a sum or a product has to the right of the operator at `i`. */
  function termEnd(i) {
    const product = '*/'.includes(at(i));
    let j = i + 1;
    while (j < tokens.length - 1) {
      if (at(j) in opens) j = closing(tokens, j);
      else if (templated.test(at(j)) && at(j + 1) === '<') j = templateEnd(tokens, j + 1);
      const next = at(j + 1);
      if ((looser.has(next) || (product && '*/%'.includes(next))) && !(j === i && next === '-')) break;
      j++;
    }
    return j;
  }
  function sideEnd(i) {
    let j = i + 1;
    while (j < tokens.length - 1 && ![')', ';', ',', '&&', '||', '{', '}', ']'].includes(at(j))) {
      if (at(j) in opens) j = closing(tokens, j);
      j++;
    }
    return j - 1;
  }

  function call(i) {
    const open = i + 1;
    const close = closing(tokens, open);
    if (barriers.has(at(i)) && at(close + 1) === ';') return add('barrier', i, close + 1, '');
    if (Object.hasOwn(functions, at(i))) add('function', i, i, functions[at(i)]);
    if (symmetric.has(at(i)) || at(i - 1) === 'fn') return;
    const parts = partsOf(tokens, open, close);
    for (let p = 0; p + 1 < parts.length; p++) {
      const [[a, b], [c, d]] = [parts[p], parts[p + 1]];
      add('exchange', a, d, `${slice(c, d)}${source.slice(tokens[b].end, tokens[c].start)}${slice(a, b)}`);
    }
  }

  function member(i) {
    const name = at(i);
    if (/^[xyzw]$/.test(name)) add('swizzle', i, i, { x: 'y', y: 'x', z: 'y', w: 'z' }[name]);
    else if (/^[xyzw]{2,4}$/.test(name)) {
      const turned = name[1] + name[0] + name.slice(2);
      add('swizzle', i, i, turned === name ? [...name].reverse().join('') : turned);
    }
  }

  function statement(i) {
    const before = at(i - 1);
    if (before !== ';' && before !== '{' && before !== '}') return;
    if (at(i) === 'if' && at(i + 1) === '(') {
      const body = closing(tokens, i + 1) + 1;
      const close = closing(tokens, body);
      add('logic', i + 1, body - 1, `(!${slice(i + 1, body - 1)})`);
      if (at(body) === '{' && at(close - 1) === ';' && at(close + 1) !== 'else' && close - body < 6)
        add('left out', i, close, '');
      return;
    }
    if (
      !word(tokens[i]) ||
      ['let', 'var', 'const', 'for', 'return', 'while', 'break', 'continue', 'fn'].includes(at(i))
    )
      return;
    let j = i;
    while (at(j) !== ';' && at(j) !== '{' && j < tokens.length - 1) j = at(j) in opens ? closing(tokens, j) + 1 : j + 1;
    const assigns = tokens.slice(i, j).some((t) => /^([-+*/%&|^]?=|<<=|>>=|\+\+|--)$/.test(t.text));
    if (at(j) === ';' && assigns) add('left out', i, j, ';');
  }

  tokens.forEach((token, i) => {
    if (!free[i] || steps[i]) return;
    if (Object.hasOwn(operators, token.text)) operator(i);
    else if (number(token)) for (const other of otherNumbers(token.text)) add('constant', i, i, other);
    else if (token.text === '!') add('logic', i, i, '');
    else if (token.text === 'true' || token.text === 'false') add('logic', i, i, String(token.text === 'false'));
    else if (token.text === '[') for (const by of ['+ 1', '- 1']) index(i, by);
    else if (word(token) && at(i - 1) === '.') member(i);
    else if (word(token) && at(i + 1) === '(' && !['if', 'for', 'while', 'switch'].includes(token.text)) call(i);
    if (word(token)) statement(i);
  });
  function index(i, by) {
    const close = closing(tokens, i);
    const inner = slice(i + 1, close - 1);
    if (close === i + 2 && number(tokens[i + 1])) return;
    add('index', i + 1, close - 1, `${/^\w+$/.test(inner) ? inner : `(${inner})`} ${by}`);
  }
  return distinct(source, edits).sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Which tokens are the step of a `for`: changed, it would only make the loop endless. */
function forSteps(tokens) {
  const steps = tokens.map(() => false);
  tokens.forEach(({ text }, i) => {
    if (text !== 'for') return;
    const close = closing(tokens, i + 1);
    let semicolons = 0;
    for (let j = i + 2; j < close; j++) {
      if (semicolons === 2) steps[j] = true;
      if (tokens[j].text === ';') semicolons++;
    }
  });
  return steps;
}
