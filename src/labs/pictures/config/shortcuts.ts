import { samplingKeys } from '../../../frame/config/samplingKeys.ts';

export const shortcuts = samplingKeys('pictures');
