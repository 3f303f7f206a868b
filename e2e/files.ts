// Files that the page hands over and takes.
import { expect, type Page } from '@playwright/test';

/** What a press hands over. */
export async function exported(page: Page, press: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await press();
  const file = await download;
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

/** Drops a file on the page, as from the desktop. */
export async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const data = await page.evaluateHandle(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0))], name!));
      return transfer;
    },
    [name, bytes.toString('base64')],
  );
  await page.locator('main').first().dispatchEvent('drop', { dataTransfer: data });
}

/** The text that a PNG carries under a keyword, in an international chunk. */
export function textChunk(png: Buffer, keyword: string): string {
  const at = png.indexOf(`iTXt${keyword}\0`);
  expect(at).toBeGreaterThan(0);
  const data = png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
  return data.subarray(keyword.length + 5).toString();
}

/** Of a PNG's chunk: its type and its data. Annex D of the standard. */
export function crc(bytes: Buffer): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}
