// Small wrong edits of TypeScript, found on the syntax tree. Types, imports, string literals, prose (labels, help,
// error messages) and what a `throw` says stay as they are.
import ts from 'typescript';
import { distinct } from './edit.mjs';
import { otherNumbers } from './numbers.mjs';

const K = ts.SyntaxKind;
/** Operators and what is mistaken for them: [kind of fault, replacements]. */
const operators = {
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*', '/'],
  '**': ['arithmetic', '*'],
  '<<': ['arithmetic', '>>'],
  '>>': ['arithmetic', '<<', '>>>'],
  '>>>': ['arithmetic', '<<', '>>'],
  '&': ['arithmetic', '|'],
  '|': ['arithmetic', '&'],
  '^': ['arithmetic', '|'],
  '+=': ['arithmetic', '-=', '='],
  '-=': ['arithmetic', '+=', '='],
  '*=': ['arithmetic', '/=', '='],
  '/=': ['arithmetic', '*='],
  '|=': ['arithmetic', '&=', '='],
  '&=': ['arithmetic', '|='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '??': ['logic', '||'],
  '??=': ['logic', '||='],
  '<': ['comparison', '<=', '>'],
  '<=': ['comparison', '<', '>='],
  '>': ['comparison', '>=', '<'],
  '>=': ['comparison', '>', '<='],
  '===': ['comparison', '!=='],
  '!==': ['comparison', '==='],
};
/** Methods and functions by their last name. */
const functions = {
  max: ['min'],
  min: ['max'],
  floor: ['ceil', 'round'],
  ceil: ['floor'],
  round: ['floor'],
  trunc: ['ceil'],
  log1p: ['log'],
  expm1: ['exp'],
  sin: ['cos'],
  cos: ['sin'],
  some: ['every'],
  every: ['some'],
  push: ['unshift'],
  startsWith: ['endsWith'],
  endsWith: ['startsWith'],
  indexOf: ['lastIndexOf'],
  lastIndexOf: ['indexOf'],
};
/** Functions of one argument that may be forgotten around it. */
const wrappers = new Set(['abs', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'exp', 'log', 'cbrt', 'sign']);
const symmetric = new Set(['max', 'min', 'hypot', 'imul', 'add']);
/** Properties that hold words for a reader. */
const prose = new Set(
  'label help title summary paper url description unit claim because hint note group placeholder'.split(' '),
);

const callee = (call) =>
  ts.isPropertyAccessExpression(call.expression)
    ? call.expression.name
    : ts.isIdentifier(call.expression) && call.expression;
const isNot = (node) => ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken;
const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
/** A template with a word and a space; one without is a name, a number or a link. */
const isSentence = (parts) => /[A-Za-z]{2}/.test(parts.map((p) => p.text)) && parts.some((p) => p.text.includes(' '));
const isProse = (node) =>
  (ts.isPropertyAssignment(node) && prose.has(node.name.getText())) ||
  (ts.isTemplateExpression(node) && isSentence([node.head, ...node.templateSpans.map((s) => s.literal)]));
const skipped = (node) =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isThrowStatement(node) ||
  isProse(node);
const leaves = (statement) => {
  const only = ts.isBlock(statement) && statement.statements.length === 1 ? statement.statements[0] : statement;
  return [K.ReturnStatement, K.ContinueStatement, K.BreakStatement, K.ThrowStatement].includes(only.kind);
};

/** @returns {import('./edit.mjs').Edit[]} in the order of the text. */
export function typescriptEdits(source) {
  const file = ts.createSourceFile('mutated.ts', source, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
  const edits = [];
  const add = (kind, node, text) => edits.push({ start: node.getStart(file), end: node.end, text, kind });
  const text = (node) => node.getText(file);
  const exchange = (list) => {
    for (let i = 0; i + 1 < list.length; i++) {
      const [a, b] = [list[i], list[i + 1]];
      const between = source.slice(a.end, b.getStart(file));
      edits.push({ kind: 'exchange', start: a.getStart(file), end: b.end, text: `${text(b)}${between}${text(a)}` });
    }
  };

  function binary(node) {
    const { left, right, operatorToken } = node;
    const symbol = text(operatorToken);
    const [kind, ...others] = operators[symbol] ?? [];
    if (!kind || isText(left) || (isText(right) && symbol === '+')) return;
    const mixed = (n) => ts.isBinaryExpression(n) && ['??', '&&', '||'].includes(text(n.operatorToken));
    const clash = symbol === '??' && [left, right, node.parent].some(mixed);
    // A step backwards would only make a loop endless.
    const step = ts.isForStatement(node.parent) && node.parent.incrementor === node;
    if (!clash && !step) for (const other of others) add(kind, operatorToken, other);
    const chain = ts.isBinaryExpression(left) && text(left.operatorToken) === symbol;
    if (['+', '-', '*', '/', '&&', '||', '??'].includes(symbol)) {
      add('left out', node, text(left));
      if (symbol !== '-' && symbol !== '/' && !chain) add('left out', node, text(right));
    }
  }

  function call(node) {
    const name = callee(node);
    const list = node.arguments ?? [];
    if (name) {
      for (const other of Object.hasOwn(functions, name.text) ? functions[name.text] : []) add('function', name, other);
      if (list.length === 1 && wrappers.has(name.text) && text(node.expression).startsWith('Math.'))
        add('left out', node, `(${text(list[0])})`);
    }
    if (!(name && symmetric.has(name.text))) exchange(list);
  }

  function index(node) {
    if (isText(node) || ts.isNumericLiteral(node)) return;
    const inner = ts.isIdentifier(node) ? text(node) : `(${text(node)})`;
    for (const by of ['+ 1', '- 1']) add('index', node, `${inner} ${by}`);
  }

  function literal(node, inDefault) {
    if (node.parent.name === node) return;
    for (const other of otherNumbers(text(node))) add(inDefault ? 'default' : 'constant', node, other);
  }

  function statement(node) {
    if (ts.isExpressionStatement(node)) add('left out', node, ';');
    if (!ts.isIfStatement(node)) return;
    if (isNot(node.expression)) add('logic', node.expression, text(node.expression.operand));
    else add('logic', node.expression, `!(${text(node.expression)})`);
    if (!node.elseStatement && leaves(node.thenStatement)) add('left out', node, ';');
  }

  function visit(node, inDefault) {
    if (skipped(node)) return;
    const within =
      inDefault ||
      (ts.isPropertyAssignment(node) && node.name.getText(file) === 'default') ||
      (ts.isParameter(node) && node.initializer !== undefined);
    if (ts.isBinaryExpression(node)) binary(node);
    else if (ts.isCallExpression(node) || ts.isNewExpression(node)) call(node);
    else if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) literal(node, within);
    else if (node.kind === K.TrueKeyword) add(within ? 'default' : 'logic', node, 'false');
    else if (node.kind === K.FalseKeyword) add(within ? 'default' : 'logic', node, 'true');
    else if (isNot(node) && !ts.isIfStatement(node.parent)) add('logic', node, text(node.operand));
    else if (ts.isPrefixUnaryExpression(node) && node.operator === K.MinusToken)
      add('left out', node, text(node.operand));
    else if (ts.isConditionalExpression(node)) exchange([node.whenTrue, node.whenFalse]);
    else if (ts.isElementAccessExpression(node)) index(node.argumentExpression);
    else if (ts.isObjectLiteralExpression(node)) spreads(node.properties, ts.isSpreadAssignment);
    else if (ts.isArrayLiteralExpression(node)) spreads(node.elements, ts.isSpreadElement);
    statement(node);
    ts.forEachChild(node, (child) => visit(child, within));
  }
  /** What is spread first gives way to what comes later. */
  function spreads(list, isSpread) {
    for (let i = 0; i + 1 < list.length; i++)
      if (isSpread(list[i]) || isSpread(list[i + 1])) exchange([list[i], list[i + 1]]);
  }

  visit(file, false);
  return distinct(source, edits).sort((a, b) => a.start - b.start || a.end - b.end);
}
