import { BEHAVIOUR_ANNOTATION, behaviourText } from '../kubelet/behaviour.ts';
import { between, type FaultScript } from './fault-script.ts';

/** Healthy: a job that runs and ends as it should. */
export const finishingJob: FaultScript = {
  name: 'finishing-job',
  draw(random, namespace) {
    const name = `report-${between(random, 100, 999)}`;
    const exitAfterMs = between(random, 2, 20) * 1_000;
    const annotations = { [`${BEHAVIOUR_ANNOTATION}report`]: behaviourText({ exitAfterMs, exitCode: 0 }) };
    const containers = [{ name: 'report', image: 'registry.test/report:1', resources: { requests: { cpu: '50m', memory: '32Mi' } } }];
    const template = { metadata: { annotations }, spec: { containers, restartPolicy: 'Never' } };
    const key = { resource: 'jobs.batch', namespace, name } as const;
    const spec = { backoffLimit: 6, completions: 1, parallelism: 1, template };
    return {
      subject: key,
      setting: [],
      variant: `ends after ${exitAfterMs} ms`,
      prepare: () => {},
      inject: ({ world }) => void world.objects.create('jobs.batch', { metadata: { name, namespace }, spec }),
    };
  },
};
