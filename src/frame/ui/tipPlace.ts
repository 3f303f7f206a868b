interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 4;
const EDGE = 6;

/** Where a tip goes: under its control, above it where there is no room, always inside the window. */
export function tipPlace(
  control: Box,
  tip: Pick<Box, 'width' | 'height'>,
  page: Pick<Box, 'width' | 'height'>,
): { readonly left: number; readonly top: number } {
  const under = control.top + control.height + GAP;
  const above = control.top - GAP - tip.height;
  const fits = under + tip.height <= page.height - EDGE || above < EDGE;
  return {
    left: Math.max(EDGE, Math.min(control.left, page.width - EDGE - tip.width)),
    top: fits ? under : above,
  };
}
