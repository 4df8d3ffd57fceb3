/**
 * A demand that grows on a real Deployment: seen before its limits are reached, met by more replicas in time, and taken back when it is over
 * and a person agrees. All under the generated accounts, in mode auto.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Incident } from '../../src/core/model/incident.ts';
import { whyNoPrometheus } from './harness/own-prometheus.ts';
import {
  actsOf,
  asAdmin,
  bed,
  bodyOf,
  cleanUp,
  cli,
  controller,
  type Deployed,
  deploy,
  field,
  incidentThat,
  installKubemend,
  newNamespace,
  placeIn,
  rolledOut,
  secondsAfter,
  spawnKubemend,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

/** Half an hour is too long for every run of the suites; the same story is told on the simulator in each. */
const hindrance = process.env.KUBEMEND_LONG === '1' ? await whyNoPrometheus() : 'takes half an hour; KUBEMEND_LONG=1 tells it';
const MINUTE = 60_000;
/** A replica younger than ten minutes says nothing about the demand (`demand-nears-capacity`); the load needs some more to be foretold. */
const LOAD_AFTER_MS = 7 * MINUTE;
const CONTROLLER_AFTER_MS = 4 * MINUTE;
const container = { resources: { requests: { cpu: '100m', memory: '16Mi' }, limits: { cpu: '150m', memory: '64Mi' } } };
const capacityCores = 2 * 0.15;
const prometheus = { intervalMs: '10s', scrapeIntervalMs: '5s', rateWindowMs: '40s', lookbackMs: '20s', metrics: ['cpuCores'] };
const series = { stepMs: '10s', windowMs: '10m', mayAct: ['saturation-ahead'] };
const load = ['--all', '--cpu', '160m', '--ramp', '8m', '--for', '9m'];

const replicasOf = async ({ path }: Deployed) => Number(field(bodyOf(await (await asAdmin()).get(path)), 'spec.replicas'));

/** What a detector has found; hints of others may have joined the incident. */
const saidBy = (name: string, { findings }: Incident) => findings.find(({ detector }) => detector === name)?.summary;

test.skipIf(hindrance !== undefined)(
  `a growing demand is met before the limits are reached, and given back afterwards${hindrance === undefined ? '' : ` (not here: ${hindrance})`}`,
  { timeout: 50 * MINUTE },
  async () => {
    const { env, kubeconfig } = await bed();
    const url = env.PROMETHEUS_URL ?? '';
    const home = await installKubemend({ namespace: 'km-saturation' });
    const namespace = await newNamespace({ optedIn: true });
    const cart = await deploy(namespace, { name: 'cart', replicas: 2, container });
    // With all owners sick the storm brake would hold: one of them is well.
    await rolledOut(await deploy(namespace, { name: 'till', replicas: 1 }));
    await rolledOut(cart);
    const readyAt = Date.now();
    await delay(CONTROLLER_AFTER_MS);
    const at = await placeIn(home, { prometheus: { url, ...prometheus }, series });
    const kubemend = controller(at, 'auto', namespace);
    await kubemend.says(/kubemend runs/);
    await delay(readyAt + LOAD_AFTER_MS - Date.now());

    const loadedAt = Date.now();
    const place = { kubeconfig, stateDir: home.stateDir };
    const stress = spawnKubemend(['stress', '-n', namespace, '-l', 'app=cart', ...load, '--yes', '--json'], place);
    const filling = whenFull(url, namespace);
    filling.catch(() => undefined); // what fails before it is awaited is told first
    const risk = await incidentThat(at, 'foretells it', (incident) => saidBy('saturation-ahead', incident) !== undefined, 9 * MINUTE);
    expect(saidBy('saturation-ahead', risk)).toContain('80 % interval');
    const acted = await incidentThat(at, 'was acted on', ({ attempts }) => attempts.length > 0, 3 * MINUTE);
    const resolved = await incidentThat(at, 'is resolved', ({ phase }) => phase === 'resolved', 8 * MINUTE);
    const more = await replicasOf(cart);
    const [act] = await actsOf(':km-saturation:actor', loadedAt);
    const fullAt = await filling;
    console.info(
      [
        ...[`foretold after ${secondsAfter(loadedAt, risk.openedAt)}: ${saidBy('saturation-ahead', risk)}`, acted.plan?.summary],
        `scaled after ${secondsAfter(loadedAt, act?.at)}, ${resolved.reason} after ${secondsAfter(loadedAt, resolved.endedAt)}`,
        `the first two pods full after ${secondsAfter(loadedAt, fullAt)}`,
      ].join('\n'),
    );
    expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'scale-workload', outcome: 'recovered' }] });
    expect(act).toMatchObject({ verb: 'patch', resource: 'apps/deployments/scale', name: 'cart' });
    expect(act?.at).toBeLessThan(fullAt);
    expect(more).toBeGreaterThan(2);
    expect((await stress.exited).code, stress.stderr()).toBe(0);
    const calmAt = Date.now();

    const asked = await incidentThat(at, 'asks to scale back', ({ phase }) => phase === 'asked', 18 * MINUTE);
    console.info(`asked ${secondsAfter(calmAt, Date.now())} after the load: ${asked.plan?.summary}; ${saidBy('idle-capacity', asked)}`);
    expect(asked).toMatchObject({ plan: { action: 'scale-back' } });
    expect(saidBy('idle-capacity', asked)).toMatch(/since kubemend scaled it up from 2/);
    expect(await replicasOf(cart)).toBe(more);
    await cli(at, 'approve', asked.id);
    await waitFor('two replicas again', async () => (await replicasOf(cart)) === 2, MINUTE);
    await incidentThat(at, 'has taken them back', ({ id, phase }) => id === asked.id && phase === 'resolved', 6 * MINUTE);
    await kubemend.stop();
  },
);

/** When the load alone fills the first two pods, by Prometheus itself: what had come without more replicas. */
function whenFull(url: string, namespace: string): Promise<number> {
  const query = `sum(rate(container_cpu_usage_seconds_total{namespace="${namespace}",container="app"}[40s]))`;
  const isFull = async () => {
    const answer: unknown = await (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)).json();
    return Number(field(answer, 'data.result.0.value.1')) >= 0.9 * capacityCores && Date.now();
  };
  return waitFor('a load that fills two pods', isFull, { timeoutMs: 11 * MINUTE, everyMs: 2_000 });
}
