/** Something in a link or file that was not accepted, and what was used instead. */
export interface Refusal {
  readonly where: string;
  readonly value: string;
  readonly because: string;
  readonly used: string;
}
