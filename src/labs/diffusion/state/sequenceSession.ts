import { sequenceKind } from '../config/sequenceKind.ts';
import type { SequenceBegun } from '../worker/protocol.ts';
import { createRowedSession } from './rowedSession.ts';

export const sequenceSession = createRowedSession<SequenceBegun>('sequences', sequenceKind);
