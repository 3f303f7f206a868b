// Parts of an exported picture, one under the other: each knows its height before anything is drawn.

export interface Block {
  readonly height: number;
  draw(ctx: CanvasRenderingContext2D, top: number): void;
}
export interface TextStyle {
  readonly font: string;
  readonly colour: string;
  readonly line: number;
}
type Pen = Pick<CanvasRenderingContext2D, 'measureText' | 'font'>;

/** Lines of at most `width` pixels: broken at spaces, and inside a word that is longer than a line. */
export function wrapped(pen: Pen, text: string, width: number): string[] {
  const fits = (t: string) => pen.measureText(t).width <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > 1 && !fits(line)) {
      let cut = line.length - 1;
      while (cut > 1 && !fits(line.slice(0, cut))) cut--;
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  return [...lines, line];
}

/** A paragraph at x, as wide as given. */
export function paragraph(pen: Pen, text: string, x: number, width: number, style: TextStyle): Block {
  pen.font = style.font;
  const lines = text === '' ? [] : wrapped(pen, text, width);
  return {
    height: lines.length * style.line,
    draw(ctx, top) {
      ctx.font = style.font;
      ctx.fillStyle = style.colour;
      ctx.textAlign = 'left';
      for (const [i, line] of lines.entries()) ctx.fillText(line, x, top + (i + 0.75) * style.line);
    },
  };
}

export const gap = (height: number): Block => ({ height, draw() {} });

/** Blocks beside each other, as tall as the tallest. */
export const beside = (blocks: readonly Block[]): Block => ({
  height: blocks.reduce((most, b) => Math.max(most, b.height), 0),
  draw: (ctx, top) => blocks.forEach((b) => b.draw(ctx, top)),
});

export const stacked = (blocks: readonly Block[]): Block => ({
  height: blocks.reduce((sum, b) => sum + b.height, 0),
  draw(ctx, top) {
    let y = top;
    for (const b of blocks) {
      b.draw(ctx, y);
      y += b.height;
    }
  },
});

/** A picture scaled to a width, on paper of its own with a rim where they are given. */
export const image = (
  source: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
  x: number,
  wide: number,
  on?: { readonly paper: string; readonly rim: string },
): Block => ({
  height: (height / width) * wide,
  draw(ctx, top) {
    const tall = (height / width) * wide;
    if (on) {
      ctx.fillStyle = on.paper;
      ctx.fillRect(x, top, wide, tall);
    }
    ctx.drawImage(source, x, top, wide, tall);
    if (!on) return;
    ctx.strokeStyle = on.rim;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, top + 0.5, wide - 1, tall - 1);
  },
});

export interface TableCell {
  readonly text: string;
  readonly bold: boolean;
  readonly right: boolean;
}

interface TableStyle {
  readonly x: number;
  readonly width: number;
  readonly colour: string;
  readonly rule: string;
}
const TABLE_SIZE = 12;
const LINE = 20;
const SPACE = 20;
const fontOf = (bold: boolean) => `${bold ? '600 ' : ''}${TABLE_SIZE}px system-ui, sans-serif`;

/** Which columns stand together so that none leaves the width; the first stands in every part. */
export function partsOf(widths: readonly number[], width: number): readonly (readonly number[])[] {
  const parts: number[][] = [];
  let left = 0;
  for (const [i, wide] of widths.entries()) {
    if (i === 0) continue;
    if (parts.length === 0 || left < wide + SPACE) {
      parts.push([0]);
      left = width - widths[0]!;
    }
    parts.at(-1)!.push(i);
    left -= wide + SPACE;
  }
  return parts;
}

/** A table; what is too wide goes on below, under its first column again. */
export function table(pen: Pen, rows: readonly (readonly TableCell[])[], style: TableStyle): Block {
  const { x, width, colour, rule } = style;
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(
      ...rows.map((row) => {
        pen.font = fontOf(row[i]?.bold ?? false);
        return pen.measureText(row[i]?.text ?? '').width;
      }),
    ),
  );
  const parts = partsOf(widths, width).map((columns): Block => ({
    height: rows.length * LINE + LINE / 2,
    draw(ctx, top) {
      const wide = columns.reduce((sum, i) => sum + widths[i]! + SPACE, -SPACE);
      for (const [r, row] of rows.entries()) {
        let left = x;
        for (const i of columns) {
          const { text, bold, right } = row[i] ?? { text: '', bold: false, right: false };
          ctx.font = fontOf(bold);
          ctx.fillStyle = colour;
          ctx.textAlign = right ? 'right' : 'left';
          ctx.fillText(text, right ? left + widths[i]! : left, top + (r + 0.7) * LINE);
          left += widths[i]! + SPACE;
        }
        ctx.fillStyle = rule;
        ctx.fillRect(x, top + (r + 1) * LINE - 1, wide, 1);
      }
      ctx.textAlign = 'left';
    },
  }));
  return stacked(parts);
}
