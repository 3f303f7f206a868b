/** What results of a task are measured by, in the order of tables. */
export const TASK_METRICS = ['onTarget', 'kept', 'error', 'seen', 'roundTrip', 'sw1'] as const;
export type TaskMetricId = (typeof TASK_METRICS)[number];
