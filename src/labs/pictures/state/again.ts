// Runs Compare's experiment again, as the session of the lab says; apart from it, for what the session itself loads later.
let again = (): void => {};
export const runAgain = (): void => again();
export const againMeans = (work: () => void): void => void (again = work);
