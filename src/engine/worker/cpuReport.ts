import type { DeviceReport } from './protocol.ts';

/** The report to the page when there is no GPU, or none is wanted. */
export function cpuReport(message: string, hint: string): DeviceReport {
  return {
    backend: 'cpu',
    name: 'Processor, float64',
    vendor: '',
    architecture: '',
    software: true,
    features: [],
    timestampMs: null,
    why: { message, hint },
    maxBindingBytes: 0,
  };
}
