// A workflow of ComfyUI in its API format: nodes by number, each with its class and its inputs; an input is a value, or a
// link to another node's output.

export type Link = readonly [node: string, output: number];
export type Input = string | number | boolean | Link;
export type Inputs = Readonly<Record<string, Input>>;

/** What this page keeps inside a workflow of its own, to open its experiment again; ComfyUI passes over it. */
export interface Keepsake {
  readonly format: 'stepscope-workflow';
  readonly link: string;
  /** What differs from what this page computes. */
  readonly notes: readonly string[];
}
export interface WorkflowNode {
  readonly class_type: string;
  readonly inputs: Inputs;
  readonly _meta: { readonly title: string; readonly stepscope?: Keepsake };
}
export type Workflow = Readonly<Record<string, WorkflowNode>>;

/** A node by its class and inputs, before it has a number. */
export interface Planned {
  readonly class_type: string;
  readonly inputs: Inputs;
}

/** A workflow as it grows. */
export class Graph {
  private readonly nodes: Record<string, WorkflowNode> = {};

  /** Gives links to the new node's outputs. */
  add({ class_type, inputs }: Planned, title: string = class_type): (output?: number) => Link {
    const id = String(Object.keys(this.nodes).length + 1);
    this.nodes[id] = { class_type, inputs, _meta: { title } };
    return (output = 0) => [id, output];
  }

  /** The file, with what opens the experiment again beside its first node: another key of the file would be read as a node. */
  text(keepsake: Keepsake): string {
    const [[first, node], ...rest] = Object.entries(this.nodes) as [
      [string, WorkflowNode],
      ...[string, WorkflowNode][],
    ];
    const kept = { ...node, _meta: { ...node._meta, stepscope: keepsake } };
    return `${JSON.stringify(Object.fromEntries([[first, kept], ...rest]), null, 2)}\n`;
  }
}
