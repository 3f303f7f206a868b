import { discreteKind } from '../config/discreteKind.ts';
import type { DiscreteBegun } from '../worker/protocol.ts';
import { createRowedSession } from './rowedSession.ts';

export const discreteSession = createRowedSession<DiscreteBegun>('discrete', discreteKind);
