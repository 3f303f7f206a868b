// The scripts of all contenders as one file. Pure.
import type { PicturesExperiment } from '../../config/experiment.ts';
import { contenderTitles } from '../../config/naming.ts';
import { pythonScript, type ScriptContext } from '../../config/python.ts';

/** One script after the other, each with its own names of files; why some have none stands in their place. */
export function scriptsOf(
  e: PicturesExperiment,
  context: ScriptContext,
): { readonly text: string } | { readonly because: readonly string[] } {
  const titles = contenderTitles(e.contenders);
  const written = e.contenders.map((c, i) =>
    pythonScript(e, c, { ...context, ...(e.contenders.length > 1 && { picture: `contender-${i + 1}-picture` }) }),
  );
  if (!written.some((w) => 'text' in w))
    return { because: written.flatMap((w, i) => ('because' in w ? [`${titles[i]}: ${w.because}`] : [])) };
  let before = false;
  const parts = written.map((w, i) => {
    const head = `# %% Contender ${i + 1}: ${titles[i]}\n`;
    if ('because' in w) return `${head}# No script: ${w.because}\n`;
    // The pipeline before is let go of: two may be more than a GPU holds.
    const free = before ? 'del pipe, images\n' : '';
    before = true;
    return `${head}${free}${w.text}`;
  });
  return { text: parts.join('\n') };
}
