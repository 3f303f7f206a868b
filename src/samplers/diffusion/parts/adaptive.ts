const digits = (v: number): string => String(Number(v.toPrecision(3)));

/** An adaptive plan that has spent what it may. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError';
  readonly hint =
    'Raise its tolerances, or let it spend more. Where an error is asked for below what 32-bit numbers can show, no step is ever short enough.';
  constructor(
    id: string,
    {
      spent,
      most,
      sigma,
      goal,
    }: { readonly spent: number; readonly most: number; readonly sigma: number; readonly goal: number },
  ) {
    super(
      `${id} stands at σ ${digits(sigma)} after ${spent} of the ${most} evaluations that it may spend, and would go on to ${digits(goal)}`,
    );
  }
}

/** An adaptive plan whose measure gives nothing to decide by. */
export class NoNumberError extends Error {
  override readonly name = 'NoNumberError';
  readonly hint: string;
  constructor(id: string, sigma: number, hint = 'Lower its first step or its tolerances, or take less guidance.') {
    super(`what ${id} measures at σ ${digits(sigma)} is no finite number`);
    this.hint = hint;
  }
}
