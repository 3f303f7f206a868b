// For the test of deploy/kubernetes-job.json: what Kubernetes' OpenAPI says of the fields that it uses (batch/v1 Job,
// v1.31 and later), as a schema in which every other name is an error, and the little of JSON Schema that it needs.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/

export type Schema =
  | { readonly type: 'string'; readonly matches?: RegExp }
  | { readonly type: 'integer'; readonly from: number; readonly to: number }
  | { readonly type: 'list'; readonly of: Schema; readonly most?: number }
  | { readonly type: 'map'; readonly of: Schema }
  | { readonly type: 'object'; readonly has: Readonly<Record<string, Schema>>; readonly needs: readonly string[] };

const INT32 = 2 ** 31 - 1;
const text: Schema = { type: 'string' };
const one = (...values: string[]): Schema => ({ type: 'string', matches: new RegExp(`^(${values.join('|')})$`) });
/** RFC 1123: names of objects, containers and volumes. */
const label: Schema = { type: 'string', matches: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/ };
const count: Schema = { type: 'integer', from: 0, to: INT32 };
const list = (of: Schema, most?: number): Schema => ({ type: 'list', of, ...(most !== undefined && { most }) });
const object = (has: Readonly<Record<string, Schema>>, ...needs: string[]): Schema => ({ type: 'object', has, needs });
/** resource.Quantity. */
const quantities: Schema = { type: 'map', of: { type: 'string', matches: /^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/ } };

const failureRule = object(
  {
    action: one('FailJob', 'FailIndex', 'Ignore', 'Count'),
    onExitCodes: object(
      {
        containerName: label,
        operator: one('In', 'NotIn'),
        values: list({ type: 'integer', from: 0, to: INT32 }, 255),
      },
      'operator',
      'values',
    ),
    onPodConditions: list(object({ type: text, status: one('True', 'False', 'Unknown') }, 'type', 'status'), 20),
  },
  'action',
);
const container = object(
  {
    name: label,
    image: text,
    command: list(text),
    env: list(object({ name: { type: 'string', matches: /^[A-Za-z_]\w*$/ }, value: text }, 'name')),
    resources: object({ requests: quantities, limits: quantities }),
    volumeMounts: list(
      object({ name: label, mountPath: { type: 'string', matches: /^\/[^:]*$/ } }, 'name', 'mountPath'),
    ),
  },
  'name',
);
const podSpec = object(
  {
    restartPolicy: one('Never', 'OnFailure'),
    containers: list(container),
    volumes: list(object({ name: label, persistentVolumeClaim: object({ claimName: label }, 'claimName') }, 'name')),
  },
  'containers',
);
export const JOB: Schema = object(
  {
    apiVersion: one('batch/v1'),
    kind: one('Job'),
    metadata: object({ name: label }, 'name'),
    spec: object(
      {
        completionMode: one('NonIndexed', 'Indexed'),
        completions: count,
        parallelism: count,
        backoffLimitPerIndex: count,
        podFailurePolicy: object({ rules: list(failureRule, 20) }, 'rules'),
        template: object({ spec: podSpec }, 'spec'),
      },
      'template',
    ),
  },
  'apiVersion',
  'kind',
  'metadata',
  'spec',
);

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** What of a value is not as the schema says, each with its place. */
export function faultsOf(value: unknown, schema: Schema, at = ''): string[] {
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return [`${at}: no string`];
      return schema.matches && !schema.matches.test(value) ? [`${at}: '${value}'`] : [];
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && value >= schema.from && value <= schema.to
        ? []
        : [`${at}: no whole number from ${schema.from} to ${schema.to}`];
    case 'list':
      if (!Array.isArray(value)) return [`${at}: no list`];
      if (value.length > (schema.most ?? Infinity)) return [`${at}: more than ${schema.most}`];
      return value.flatMap((v, i) => faultsOf(v, schema.of, `${at}/${i}`));
    case 'map':
      if (!isObject(value)) return [`${at}: no object`];
      return Object.entries(value).flatMap(([key, v]) => faultsOf(v, schema.of, `${at}/${key}`));
    case 'object': {
      if (!isObject(value)) return [`${at}: no object`];
      const missing = schema.needs.filter((key) => !(key in value)).map((key) => `${at}/${key}: missing`);
      const inside = Object.entries(value).flatMap(([key, v]) =>
        Object.hasOwn(schema.has, key) ? faultsOf(v, schema.has[key]!, `${at}/${key}`) : [`${at}/${key}: unknown`],
      );
      return [...missing, ...inside];
    }
    default:
      return schema satisfies never;
  }
}
