// Prints the adapter that Dawn finds here, as JSON: the first thing that the bundle runs.
import { nodeContext } from '../../src/gpu/testing.ts';

const { info } = await nodeContext();
const limits = Object.fromEntries(
  (['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize'] as const).map((name) => [
    name,
    info.limits[name],
  ]),
);
const { vendor, architecture, description, isSoftware, subgroupMin, subgroupMax } = info;
console.log(
  JSON.stringify({
    name: description || architecture || vendor,
    vendor,
    architecture,
    description,
    software: isSoftware,
    subgroups: [subgroupMin, subgroupMax],
    features: [...info.features].sort(),
    language: [...info.language].sort(),
    limits,
  }),
);
process.exit(0);
