// A template as statements.
import type { Body, Expression, Parameter, Statement, Target } from './ast.ts';
import { JinjaError } from './error.ts';
import { ExpressionParser } from './expressions.ts';
import { tokenize } from './lexer.ts';

const DEEPEST = 200;

/** `known` says which filters and tests there are: what is not known is refused by name before anything is rendered. */
export function parse(source: string, known: { filter(name: string): boolean; test(name: string): boolean }): Body {
  const p = new ExpressionParser(tokenize(source), known);
  let depth = 0;
  let loops = 0;

  const atEnd = () => p.is('endBlock');
  const endOfTag = () => p.need('endBlock');
  function target(withAttribute: boolean): Target {
    const one = (): Target => {
      if (p.take('op', '(')) {
        const inner = target(withAttribute);
        p.need('op', ')');
        return inner;
      }
      const name = p.need('name').text;
      if (withAttribute && p.take('op', '.')) return { type: 'attribute', name, attribute: p.need('name').text };
      return { type: 'name', name };
    };
    const items = [one()];
    while (p.take('op', ',')) {
      if (!p.is('name') && !p.is('op', '(')) break;
      if (p.is('name', 'in')) break;
      items.push(one());
    }
    return items.length === 1 ? items[0]! : { type: 'tuple', items };
  }
  function parameters(): readonly Parameter[] {
    const out: Parameter[] = [];
    p.need('op', '(');
    while (!p.take('op', ')')) {
      if (out.length > 0) p.need('op', ',');
      const name = p.need('name').text;
      out.push({ name, otherwise: p.take('op', '=') ? p.expression() : null });
    }
    return out;
  }

  /** Statements up to one of the tags that may end them; the tag's name is read, and its line is left. */
  function body(...ends: readonly string[]): { readonly body: Body; readonly end: string } {
    if (++depth > DEEPEST) throw new JinjaError(`it nests more than ${DEEPEST} deep`, p.now?.line);
    const out: Statement[] = [];
    for (;;) {
      const { now } = p;
      if (!now) {
        if (ends.length > 0) throw new JinjaError(`the template ends without ${ends.at(-1)!}`);
        depth--;
        return { body: out, end: '' };
      }
      if (p.take('text')) out.push({ type: 'text', text: now.text });
      else if (p.take('print')) {
        out.push({ type: 'print', of: p.tuple(() => p.is('endPrint')) });
        p.need('endPrint');
      } else {
        p.need('block');
        const { text: name, line } = p.need('name');
        if (ends.includes(name)) {
          depth--;
          return { body: out, end: name };
        }
        out.push(statement(name, line));
      }
    }
  }
  const closed = (end: string): Body => {
    endOfTag();
    const inner = body(end).body;
    endOfTag();
    return inner;
  };

  function statement(name: string, line: number): Statement {
    switch (name) {
      case 'if':
        return ifStatement();
      case 'for':
        return forStatement();
      case 'set':
        return setStatement();
      case 'macro': {
        const called = p.need('name').text;
        return { type: 'macro', name: called, parameters: parameters(), body: closed('endmacro') };
      }
      case 'call': {
        const given = p.is('op', '(') ? parameters() : [];
        const call = p.expression();
        return { type: 'callBlock', parameters: given, call, body: closed('endcall') };
      }
      case 'filter': {
        const filters = p.blockFilters(true);
        return { type: 'filterBlock', filters, body: closed('endfilter') };
      }
      case 'with': {
        const values: [Target, Expression][] = [];
        while (!atEnd()) {
          if (values.length > 0) p.need('op', ',');
          const to = target(false);
          p.need('op', '=');
          values.push([to, p.expression()]);
        }
        return { type: 'with', values, body: closed('endwith') };
      }
      // transformers marks the model's own turns with it, to train on them; their text is what stands between.
      case 'generation':
        return { type: 'group', body: closed('endgeneration') };
      case 'break':
      case 'continue':
        if (loops === 0) throw new JinjaError(`'${name}' stands outside a loop`, line);
        endOfTag();
        return { type: name };
      default:
        throw new JinjaError(`it uses the tag '${name}', which is not known here`, line);
    }
  }

  function ifStatement(): Statement {
    const cases: { test: Expression; body: Body }[] = [];
    for (let end = 'elif'; end === 'elif';) {
      const test = p.tuple(atEnd, false);
      endOfTag();
      const inner = body('elif', 'else', 'endif');
      cases.push({ test, body: inner.body });
      end = inner.end;
      if (end !== 'elif') {
        const otherwise = end === 'else' ? (endOfTag(), body('endif').body) : [];
        endOfTag();
        return { type: 'if', cases, otherwise };
      }
    }
    throw new JinjaError('an if is not closed');
  }

  function forStatement(): Statement {
    const to = target(false);
    p.need('name', 'in');
    const of = p.tuple(() => atEnd() || p.is('name', 'if') || p.is('name', 'recursive'), false);
    const test = p.take('name', 'if') ? p.expression() : null;
    const recursive = p.take('name', 'recursive');
    endOfTag();
    loops++;
    const inner = body('else', 'endfor');
    loops--;
    const otherwise = inner.end === 'else' ? (endOfTag(), body('endfor').body) : [];
    endOfTag();
    return { type: 'for', target: to, of, test, recursive, body: inner.body, otherwise };
  }

  function setStatement(): Statement {
    const to = target(true);
    if (p.take('op', '=')) {
      const value = p.tuple(atEnd);
      endOfTag();
      return { type: 'set', target: to, value };
    }
    const filters = p.blockFilters(false);
    return { type: 'setBlock', target: to, filters, body: closed('endset') };
  }

  return body().body;
}
