/**
 * The text-to-image models that come with the page, in the layout of diffusers. Sizes and hashes of their files are in
 * each folder's card.json, what they know and how they were made in its README.md.
 */
export interface PictureCard {
  readonly id: string;
  readonly title: string;
  /** Folder under models/. */
  readonly folder: string;
  /** Its parts lie in folders of their own. */
  readonly nested: true;
  readonly summary: string;
  /** First is the default. */
  readonly prompts: readonly string[];
  /** Width and height of the pictures it was trained on. */
  readonly size: number;
  /** Pictures each contender draws by default. */
  readonly count: number;
  /** The artists whose designs it learned from, whom their licence wants named. */
  readonly credits: readonly {
    readonly title: string;
    readonly artist: string;
    readonly link: string;
    readonly licence: string;
  }[];
}

const CC_BY = 'CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)';

export const pictureModels = {
  'text-avatars': {
    id: 'text-avatars',
    title: 'Text to avatars',
    folder: 'text-avatars',
    nested: true,
    summary: 'A small Stable Diffusion trained on drawn faces: name hair, mouth, clothes, background and style.',
    prompts: [
      'big smile, red curly hair, light blue background, style micah',
      'blonde braided hair, happy eyes, pink background, style bigsmile',
      'an avatar with black long hair, glasses, green shirt and yellow background, style personas',
      'short curly orange hair, purple background, style dylan',
      'blue hair, dark skin, grey background',
    ],
    size: 64,
    count: 4,
    credits: [
      {
        title: 'Avatar Illustration System',
        artist: 'Micah Lanier',
        link: 'https://www.figma.com/community/file/829741575478342595',
        licence: CC_BY,
      },
      {
        title: 'Custom Avatar',
        artist: 'Ashley Seo',
        link: 'https://www.figma.com/community/file/881358461963645496',
        licence: CC_BY,
      },
      {
        title: 'Personas by Draftbit',
        artist: 'Draftbit - draftbit.com',
        link: 'https://personas.draftbit.com/',
        licence: CC_BY,
      },
      {
        title: 'Dylan! The Avatar Generator',
        artist: 'Natalia Spivak',
        link: 'https://www.figma.com/community/file/1356575240759683500',
        licence: CC_BY,
      },
    ],
  },
} as const satisfies Record<string, PictureCard>;
export type PictureModelId = keyof typeof pictureModels;
export const pictureModelIds = Object.keys(pictureModels) as PictureModelId[];
export const pictureCard = (id: string): PictureCard | undefined =>
  Object.hasOwn(pictureModels, id) ? pictureModels[id as PictureModelId] : undefined;
