/**
 * WGSL without comments and blanks, for the build (vite.config.ts). A line stays a line; what was indented stays
 * indented by one space, since `specialise` tells module scope by the first column. WGSL has no strings, so whatever
 * looks like a comment is one; block comments nest.
 */
export function stripWgsl(source: string): string {
  const mark = /\/\/|\/\*|\*\//g;
  let code = '';
  let at = 0;
  let depth = 0;
  for (let found = mark.exec(source); found; found = mark.exec(source)) {
    const [text] = found;
    if (depth === 0) {
      if (text === '*/') continue; // not a comment's end, and no WGSL either: the compiler says so
      code += source.slice(at, found.index);
    }
    if (text === '/*') depth++;
    else if (text === '*/') depth--;
    else if (depth === 0) {
      const end = source.indexOf('\n', found.index);
      mark.lastIndex = end === -1 ? source.length : end;
    }
    if (depth > 0) continue;
    at = mark.lastIndex;
    if (text === '*/') code += ' '; // `a/* */b` is two words
  }
  if (depth > 0) throw new Error('a block comment of this WGSL never ends');
  return (code + source.slice(at))
    .split('\n')
    .map((line) => line.replace(/^\s+/, ' ').replace(/\s+/g, ' ').trimEnd())
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}
