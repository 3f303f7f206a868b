/** Of samplers that choose their own number of evaluations: what that means here. */
export const freeText = (titles: readonly string[]): string =>
  titles.length === 1
    ? `${titles[0]!} chooses its own number of evaluations: it keeps its tolerances, and does not rank.`
    : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)!} choose their own number of evaluations: they keep their tolerances, and do not rank.`;
