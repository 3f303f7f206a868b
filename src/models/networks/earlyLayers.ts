/** Throws a RangeError in words for layers whose logits cannot be read early: the last layer's are the model's own. */
export function assertEarly(early: readonly number[], layers: number): void {
  const beyond = early.find((layer) => !(Number.isInteger(layer) && layer >= 0 && layer < layers));
  if (beyond !== undefined)
    throw new RangeError(
      `Logits after ${beyond} layers were asked for: of this model with ${layers} layers, 0 to ${layers - 1} can be.`,
    );
}
