/** Names of the files that each lab counts, the first view's first. */
export function countedFiles(): readonly { readonly lab: string; readonly counted: readonly string[] }[];
export const atRest: RegExp;
