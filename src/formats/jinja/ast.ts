/** Expressions and statements of a template. */
export type Expression =
  | { readonly type: 'const'; readonly value: string | boolean | null }
  | { readonly type: 'number'; readonly value: number; readonly float: boolean }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly type: 'dict'; readonly items: readonly (readonly [Expression, Expression])[] }
  | { readonly type: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly type: 'item'; readonly of: Expression; readonly index: Expression | Slice }
  | { readonly type: 'call'; readonly callee: Expression; readonly args: Arguments }
  | { readonly type: 'filter'; readonly of: Expression; readonly name: string; readonly args: Arguments }
  | { readonly type: 'test'; readonly of: Expression; readonly name: string; readonly args: Arguments }
  | { readonly type: 'unary'; readonly op: 'not' | '-' | '+'; readonly of: Expression }
  | { readonly type: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly type: 'compare';
      readonly left: Expression;
      readonly rest: readonly { readonly op: string; readonly right: Expression }[];
    }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | null;
    };
export interface Slice {
  readonly type: 'slice';
  readonly start: Expression | null;
  readonly stop: Expression | null;
  readonly step: Expression | null;
}
export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
  readonly star: Expression | null;
  readonly starStar: Expression | null;
}
export const noArguments: Arguments = { positional: [], named: [], star: null, starStar: null };

export type Target =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'attribute'; readonly name: string; readonly attribute: string }
  | { readonly type: 'tuple'; readonly items: readonly Target[] };
export interface Parameter {
  readonly name: string;
  readonly otherwise: Expression | null;
}
export type Body = readonly Statement[];
export type Statement =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly of: Expression }
  | {
      readonly type: 'if';
      readonly cases: readonly { readonly test: Expression; readonly body: Body }[];
      readonly otherwise: Body;
    }
  | {
      readonly type: 'for';
      readonly target: Target;
      readonly of: Expression;
      readonly test: Expression | null;
      readonly recursive: boolean;
      readonly body: Body;
      readonly otherwise: Body;
    }
  | { readonly type: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly type: 'setBlock';
      readonly target: Target;
      readonly body: Body;
      readonly filters: readonly (Expression & { type: 'filter' })[];
    }
  | { readonly type: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Body }
  | {
      readonly type: 'callBlock';
      readonly parameters: readonly Parameter[];
      readonly call: Expression;
      readonly body: Body;
    }
  | {
      readonly type: 'filterBlock';
      readonly filters: readonly (Expression & { type: 'filter' })[];
      readonly body: Body;
    }
  | {
      readonly type: 'with';
      readonly values: readonly (readonly [Target, Expression])[];
      readonly body: Body;
    }
  | { readonly type: 'group'; readonly body: Body }
  | { readonly type: 'break' | 'continue' };
