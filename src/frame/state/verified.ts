// Who can be asked what is verified of samplers on this device: each lab's worker that has samplers.
import type { VerifiedRequest } from '../../engine/worker/verified.ts';

type Request = VerifiedRequest['verified'];
/** Gives undefined while there is no worker with a GPU. */
type Ask = (ask: Request['in']) => Promise<Request['out']> | undefined;
const askers = new Map<string, Ask>();

/** Called once by each lab. */
export const answersVerified = (lab: string, ask: Ask): void => void askers.set(lab, ask);
export const askVerified = (lab: string, ask: Request['in']): ReturnType<Ask> => askers.get(lab)?.(ask);
