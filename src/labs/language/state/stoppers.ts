/** What views that are loaded later have under way: ended when the reader leaves the lab or the comparison runs. */
export const stoppers = new Set<() => void>();
