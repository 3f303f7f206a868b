/** What may be dropped on this lab. */
export const DROPPABLE =
  'Drop an export of this page (PNG, JSON), a picture to start from (PNG, JPEG, WebP, GIF or AVIF, at most 64 MiB), settings as A1111 writes them (PNG, TXT), or the folder of a model; what is here stays.';
