// Ends of long work that is loaded only when it is asked for: whoever leaves the lab calls them.
export const stoppers = new Set<() => void>();
