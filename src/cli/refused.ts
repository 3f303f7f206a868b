/** Why nothing was run, as a sentence for the person at the terminal: exit status 2. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Why a run ended before its last cell, as a sentence; what was computed is kept. Exit status 3. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
