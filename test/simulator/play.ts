import type { App } from '../../src/app/start.ts';
import { type Incident, isEnded } from '../../src/core/model/incident.ts';
import type { Cluster } from '../../src/simulator/cluster/cluster.ts';
import { drawWorkload } from '../../src/simulator/cluster/faults/drawn-workload.ts';
import { type DrawnFault, type FaultScript, placeSetting } from '../../src/simulator/cluster/faults/fault-script.ts';
import type { NodeShape } from '../../src/simulator/cluster/kubelet/node-status.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { ApiObject } from '../../src/simulator/world.ts';
import { goLive, type Live } from './live.ts';

/** A fault that has happened among healthy workloads, beside kubemend in mode auto. */
export interface Played {
  readonly live: Live;
  readonly app: App;
  readonly drawn: DrawnFault;
  /** The subject as it was right after the fault, and as it is now. */
  readonly subjectThen: ApiObject | undefined;
  subjectNow(): ApiObject | undefined;
  /** What kubemend changed in the cluster, by the API server's own book, oldest first: `PATCH statefulsets cart-104`. */
  acts(): readonly string[];
  /** Waits until every incident has ended, one at least, for so many seconds of the machine. */
  ended(seconds?: number): Promise<readonly Incident[]>;
  /** What was ever said against a plan of an incident, by the audit chain. */
  objections(incident: Incident): Promise<readonly string[]>;
}

const NEIGHBOURS = 40;
const AGED_SECONDS = 1_200;
/** Until every kind has been listed and one cycle of detection is over, in the world's seconds. */
const SETTLING_SECONDS = 30;
const nineNodes: readonly NodeShape[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ name: `node-${n}`, zone: `zone-${1 + (n % 3)}` }));

/** Draws a variant, lets it stand for twenty minutes among forty healthy Deployments, starts kubemend, and lets it happen. */
export async function play(script: FaultScript, seed: number): Promise<Played> {
  const random = createRandom(seed);
  const drawn = script.draw(random, 'shop');
  const setting = (cluster: Cluster) => {
    placeSetting(cluster, drawn);
    for (let n = 0; n < NEIGHBOURS; n += 1) {
      const { key, object } = drawWorkload(random, 'shop', { replicas: 2 });
      const name = `${object.metadata.name}-${n}`;
      cluster.world.objects.create(key.resource, { ...object, metadata: { ...object.metadata, name } });
    }
  };
  const live = await goLive({ seed, nodes: nineNodes, setting, agedSeconds: AGED_SECONDS });
  const app = await live.startKubemend('auto');
  await live.pass(SETTLING_SECONDS);
  drawn.inject(live.cluster);
  const subjectNow = () => live.cluster.world.objects.get(drawn.subject);
  return {
    ...{ live, app, drawn, subjectNow },
    subjectThen: structuredClone(subjectNow()),
    acts: () =>
      live.api
        .effectiveWrites()
        .filter(({ resource }) => !resource.startsWith('leases') && !resource.startsWith('events'))
        .map(({ method, resource, subresource, name }) => `${method} ${resource}${subresource ? `/${subresource}` : ''} ${name}`),
    ended: (seconds = 90) =>
      live.until(
        'end of all incidents',
        async () => {
          const incidents = await live.incidents(app);
          return incidents.length > 0 && incidents.every(isEnded) && incidents;
        },
        seconds,
      ),
    async objections({ id }) {
      const rows = await app.context.store.audit({ incidentId: id });
      return rows.flatMap(({ entry }) => (entry.what === 'denied' || entry.what === 'asked' ? [JSON.stringify(entry.detail)] : []));
    },
  };
}
