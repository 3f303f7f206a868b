import { distilKind } from '../config/distilKind.ts';
import type { DistilBegun } from '../worker/protocol.ts';
import { createRowedSession } from './rowedSession.ts';

export const distilSession = createRowedSession<DistilBegun>('distil', distilKind);
