import { drawWorkload } from './drawn-workload.ts';
import { between, type FaultScript } from './fault-script.ts';

/** More load comes than the autoscaler may scale for. */
export const flood: FaultScript = {
  name: 'flood',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const maxReplicas = workload.replicas + between(random, 1, 3);
    const cpuMillicores = between(random, 150, 400);
    const target = { averageUtilization: 60, type: 'Utilization' };
    const spec = {
      maxReplicas,
      minReplicas: 1,
      metrics: [{ resource: { name: 'cpu', target }, type: 'Resource' }],
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.name },
    };
    const scaler = { metadata: { name: workload.name, namespace }, spec };
    return {
      subject: { resource: 'horizontalpodautoscalers.autoscaling', namespace, name: workload.name },
      setting: [
        { resource: workload.key.resource, object: workload.object },
        { resource: 'horizontalpodautoscalers.autoscaling', object: scaler },
      ],
      variant: `${workload.variant}, ${cpuMillicores}m in each of at most ${maxReplicas}`,
      prepare: ({ behaviours }) => behaviours.forImage(workload.image, { cpuMillicores: 30 }),
      inject: ({ behaviours }) => behaviours.forImage(workload.image, { cpuMillicores }),
    };
  },
};
