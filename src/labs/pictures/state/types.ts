// The types that the page draws, gathered here because ui/ may import only state/ and config/.
export type {
  BestEvent,
  PictureSetting,
  LoadedPictures,
  MeasuredChange,
  LoadProgress,
  PairedErrors,
  PictureCost,
  PicturesEvent,
  PicturesFit,
  PicturesRequests,
  Pixels,
  SweepPoint,
  TextRead,
} from '../worker/protocol.ts';
export type { DeviceReport, Failure } from '../../../engine/worker/protocol.ts';
