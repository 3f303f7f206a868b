// How something of ours is called elsewhere.

export type Tool = 'ComfyUI' | 'A1111' | 'diffusers' | 'k-diffusion' | 'RES4LYF' | 'stable-diffusion.cpp' | 'papers';

export interface Alias {
  readonly tool: Tool;
  readonly name: string;
  /** What must be set besides to get what that tool runs under this name; absent where our defaults are it. */
  readonly params?: Readonly<Record<string, number | string | boolean>>;
}

/** `of('ComfyUI', 'a', 'b')`, and with settings `of('A1111', ['c', { eta: 0 }])`. */
export const of = (
  tool: Tool,
  ...names: readonly (string | readonly [name: string, params: NonNullable<Alias['params']>])[]
): readonly Alias[] =>
  names.map((n) => (typeof n === 'string' ? { tool, name: n } : { tool, name: n[0], params: n[1] }));
