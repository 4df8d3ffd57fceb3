import { collectionPath, type KindSource, kindSources } from '../../../src/adapters/cluster/kubernetes/kind-source.ts';
import { bodyOf, field, type KubeClient } from '../../real/harness/kube-client.ts';

/** A collection as the adapter watches it. */
export interface Watched {
  readonly kind: string;
  /** Of the watch. */
  readonly path: string;
  /** Where its objects are made. */
  readonly home: string;
}

const labels = { app: 'probe' };
const selector = { matchLabels: labels };
const pod = { containers: [{ name: 'app', image: 'probe.test/none:1' }], schedulerName: 'nobody' };
const template = { metadata: { labels }, spec: pod };
const job = { suspend: true, template: { spec: { ...pod, restartPolicy: 'Never' } } };
/** The least that the API server takes of each kind, made so that no controller or node does anything about it. */
const bodies: Readonly<Record<string, object>> = {
  Pod: { spec: pod },
  Deployment: { spec: { replicas: 0, selector, template } },
  StatefulSet: { spec: { replicas: 0, selector, template, serviceName: 'probe' } },
  DaemonSet: { spec: { selector, template: { ...template, spec: { ...pod, nodeSelector: { nobody: 'here' } } } } },
  ReplicaSet: { spec: { replicas: 0, selector, template } },
  ControllerRevision: { revision: 1, data: {} },
  Job: { spec: job },
  CronJob: { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } } },
  HorizontalPodAutoscaler: { spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } } },
  PodDisruptionBudget: { spec: { minAvailable: 0, selector: { matchLabels: { app: 'none' } } } },
  PersistentVolumeClaim: { spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Mi' } } } },
  StorageClass: { provisioner: 'probe.test/none' },
  Service: { spec: { clusterIP: 'None', selector: { app: 'none' } } },
  ResourceQuota: { spec: { hard: { secrets: '1000' } } },
};

/** All collections that the adapter watches, events included, for objects made in this namespace. */
export function watchedCollections(namespace: string): readonly Watched[] {
  const events = { apiGroup: '', version: 'v1', plural: 'events' };
  const homeOf = (source: KindSource) => collectionPath(source, source.isNamespaced ? namespace : undefined);
  return [
    ...kindSources.map((source) => ({
      kind: source.kind,
      path: source.isMetadataOfOwnNamespace ? homeOf(source) : collectionPath(source),
      home: homeOf(source),
    })),
    { kind: 'Event', path: collectionPath(events), home: collectionPath(events, namespace) },
  ];
}

/** Objects that come, change and go on command, two of each kind; of nodes, one that is there already, for a made one would be a dead one. */
export interface Probes {
  /** Changes the lasting object of this kind, so that its watch has a frame to send. */
  touch(watched: Watched): Promise<void>;
  /** Makes the passing object of this kind, or takes it away. */
  flip(watched: Watched): Promise<void>;
  /** Takes away what lies in no namespace. */
  remove(): Promise<void>;
}

/** Where probes are made; `name` must be nobody else's in the whole cluster. */
export interface ProbePlace {
  readonly namespace: string;
  readonly name: string;
}

const annotated = (step: string | null) => ({ metadata: { annotations: { 'probe.test/step': step } } });

/** Makes the lasting objects. */
export async function placeProbes(admin: KubeClient, all: readonly Watched[], { namespace, name }: ProbePlace): Promise<Probes> {
  const [passing, lasting] = [`${name}-passing`, `${name}-lasting`];
  const node = String(field(bodyOf(await admin.get('/api/v1/nodes?limit=1')), 'items.0.metadata.name') ?? '');
  const made = all.filter(({ kind }) => kind !== 'Node');
  const present = new Set<string>();
  let step = 0;
  async function make({ kind, home }: Watched, called: string): Promise<void> {
    const event = { involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: 'none' }, reason: 'Probed', type: 'Normal' };
    bodyOf(await admin.post(home, { metadata: { name: called, labels: { probe: name } }, ...(kind === 'Event' ? event : bodies[kind]) }));
  }
  await Promise.all(made.map((one) => make(one, lasting)));
  return {
    async touch({ kind, home }) {
      if (kind === 'Node' && node === '') return;
      step += 1;
      bodyOf(await admin.patch(`${home}/${kind === 'Node' ? node : lasting}`, annotated(`${step}`)));
    },
    async flip(watched) {
      const { kind, home } = watched;
      if (kind === 'Namespace' || kind === 'Node') return; // the one takes its time to go, the other is not ours
      if (present.delete(kind)) bodyOf(await admin.delete(`${home}/${passing}`));
      else {
        present.add(kind);
        await make(watched, passing);
      }
    },
    async remove() {
      if (node !== '') await admin.patch(`/api/v1/nodes/${node}`, annotated(null));
      const wide = made.filter(({ home }) => !home.includes('/namespaces/'));
      for (const { home } of wide) for (const called of [passing, lasting]) await admin.delete(`${home}/${called}`);
    },
  };
}
