// The colours of the style sheet as canvas colours, read once and again when the page switches between light and
// dark.
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly reference: string;
  readonly soft: string;
  readonly warn: string;
  /** What canvases are drawn on, and the page around them. */
  readonly paper: string;
  readonly page: string;
  readonly contenders: readonly string[];
}

let cached: Palette | null = null;
const listeners = new Set<() => void>();

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: value('--ink'),
    faint: value('--rule'),
    reference: value('--reference'),
    soft: value('--soft'),
    warn: value('--warn'),
    paper: value('--well'),
    page: value('--paper'),
    contenders: Array.from({ length: 8 }, (_, i) => value(`--c${i}`)),
  };
}
export const palette = (): Palette => (cached ??= read());
export function onPaletteChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
new MutationObserver(() => {
  cached = null;
  for (const listener of listeners) listener();
}).observe(document.documentElement, { attributeFilter: ['data-theme'] });
