// Holds a workflow against the table of ComfyUI's nodes, as its server does before it runs one.
import type { Input, Workflow } from './graph.ts';
import { comfySamplers, comfySchedulers } from './names.ts';
import { nodeTable, type NodeType } from './nodeTable.ts';

const isLink = (v: Input): v is readonly [string, number] => Array.isArray(v);

function valueFault(type: NodeType, value: Input): string | null {
  if (typeof type !== 'string') return type.includes(value as string) ? null : `is none of ${type.join(', ')}`;
  switch (type) {
    case 'INT':
      return Number.isInteger(value) ? null : 'is no whole number';
    case 'FLOAT':
      return Number.isFinite(value) ? null : 'is no number';
    case 'BOOLEAN':
      return typeof value === 'boolean' ? null : 'is neither true nor false';
    case 'STRING':
      return typeof value === 'string' ? null : 'is no text';
    case 'FILE':
      return typeof value === 'string' && value !== '' ? null : 'names no file';
    case 'SAMPLER_NAME':
      return comfySamplers.has(value as string) ? null : 'is no sampler of ComfyUI';
    case 'SCHEDULER_NAME':
      return comfySchedulers.has(value as string) ? null : 'is no scheduler of ComfyUI';
    default:
      return `should be a link to a ${type}`;
  }
}

function inputFault(type: NodeType, value: Input, workflow: Workflow): string | null {
  if (!isLink(value)) return valueFault(type, value);
  const [from, output] = value;
  const source = workflow[from];
  if (!source) return `leads to node ${from}, which is not there`;
  const given = nodeTable[source.class_type]?.outputs[output];
  return given === type
    ? null
    : `should be a ${String(type)}, and output ${output} of ${source.class_type} is ${given}`;
}

/** What is wrong with a workflow, in sentences; none where it would be run. */
export function faultsOf(workflow: Workflow): readonly string[] {
  const faults = Object.entries(workflow).flatMap(([id, { class_type, inputs }]) => {
    const known = nodeTable[class_type];
    if (!known) return [`node ${id}: there is no class ${class_type}`];
    const missing = Object.keys(known.inputs).filter((key) => !Object.hasOwn(inputs, key));
    const unknown = Object.keys(inputs).filter((key) => !Object.hasOwn(known.inputs, key));
    return [
      ...missing.map((key) => `node ${id}: ${class_type} lacks ${key}`),
      ...unknown.map((key) => `node ${id}: ${class_type} has no input ${key}`),
      ...Object.entries(inputs).flatMap(([key, value]) => {
        const fault = known.inputs[key] === undefined ? null : inputFault(known.inputs[key], value, workflow);
        return fault === null ? [] : [`node ${id}: ${class_type}.${key} ${fault}`];
      }),
    ];
  });
  const ends = Object.values(workflow).some((node) => nodeTable[node.class_type]?.ends);
  return ends ? faults : [...faults, 'nothing is saved at its end'];
}
