/**
 * Set module-scope `const NAME = …;` and `alias NAME = …;` lines of a WGSL source. The file stays valid WGSL with
 * readable defaults; a name that is not there exactly once is an error, so a rename cannot go unnoticed. Plain `const`
 * rather than `override` where a value sizes an array: some browsers have mis-handled override-sized arrays.
 */
export function specialise(wgsl: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((code, [name, value]) => {
    const line = new RegExp(`^(const|alias) ${name}( *: *[\\w<>]+)? = [^;]*;`, 'gm');
    const found = code.match(line)?.length ?? 0;
    if (found !== 1) throw new Error(`expected one 'const ${name} = …;' or 'alias ${name} = …;' line, found ${found}`);
    return code.replace(line, (_, kind: string, type = '') => `${kind} ${name}${type} = ${value};`);
  }, wgsl);
}
