/** A leak on a real node: Prometheus' rule, Alertmanager, the webhook, a person's approval, and an Eviction before the kernel kills. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { alertThrough, whyNoAlerting } from './harness/alerting.ts';
import {
  actsOf,
  bed,
  cleanUp,
  cli,
  controller,
  type Deployed,
  deploy,
  field,
  hasNode,
  inPhase,
  installKubemend,
  newNamespace,
  onCleanUp,
  placeIn,
  podsOf,
  rolledOut,
  secondsAfter,
  storyOf,
  waitFor,
} from './harness.ts';

afterAll(cleanUp, 180_000);

const whyNot = (await hasNode()) ? await whyNoAlerting() : 'there is no node';
const home = await installKubemend({ namespace: 'km-alerts' });
const actor = ':km-alerts:actor';
const ALERT = 'ContainerMemoryLeaking';

/** Pod 0 leaks 2 MiB a second; every pod ends on SIGTERM. */
const leak = 'BEGIN {s = sprintf("%1048576s", ""); while (1) {for (i = 0; i < 2; i++) a[n++] = s n; system("sleep 1")}}';
const script = `trap 'kill $!; exit 0' TERM; case $(hostname) in *-0) awk '${leak}' & ;; *) sleep 86400 & ;; esac; wait $!`;
const container = { resources: { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '256Mi' } } };

/** Watches why the containers of a namespace's pods end: lines of `UID REASON...`. */
async function watchEnds(namespace: string): Promise<() => readonly string[]> {
  const { kubeconfig, env } = await bed();
  const ended = (state: string) => `{.status.containerStatuses[*].${state}.terminated.reason}`;
  const path = `jsonpath={.metadata.uid} ${ended('state')} ${ended('lastState')}{"\\n"}`;
  const args = ['--kubeconfig', kubeconfig, 'get', 'pods', '-n', namespace, '--watch', '-o', path];
  const program = 'kubectl';
  const watch = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  onCleanUp(async () => watch.kill());
  let text = '';
  watch.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text.split('\n');
}

async function uidOf(workload: Deployed, name: string): Promise<string> {
  const pod = (await podsOf(workload)).find((one) => field(one, 'metadata.name') === name);
  return String(field(pod, 'metadata.uid'));
}

describe('a leaking pod on a real cluster', () => {
  test.skipIf(whyNot !== undefined)(
    `is evicted on approval before it is killed, because an alert said so${whyNot ? ` (${whyNot})` : ''}`,
    { timeout: 300_000 },
    async () => {
      const namespace = await newNamespace({ optedIn: true });
      const token = randomBytes(24).toString('hex');
      const file = join(dirname(home.kubeconfig), 'webhook-token');
      await writeFile(file, token, { mode: 0o600 });
      const at = await placeIn(home, {
        gatherMs: '1s',
        detectEveryMs: '1s',
        http: { listen: '127.0.0.1:0', webhook: { bearer: { file } } },
        alerts: { map: { [ALERT]: { subject: 'pod', cause: 'memory-leak' } } },
      });
      const kubemend = controller(at, 'auto', namespace);
      await kubemend.says(/kubemend runs/, 60_000);
      const [, url] = /"url":"(http:[^"]+)"/.exec(`${kubemend.stdout()}${kubemend.stderr()}`) ?? [];
      const of = (metric: string) => `max by (namespace, pod) (${metric}{namespace="${namespace}", pod!=""})`;
      const expr = `${of('container_memory_working_set_bytes')} / ${of('container_spec_memory_limit_bytes')} > 0.6`;
      await alertThrough({ alert: ALERT, expr, for: '5s', webhookUrl: `${url}/webhook/alertmanager`, token });

      // A cluster in which everything is sick is left alone (storm-brake), so something well stands beside the leak.
      await rolledOut(await deploy(namespace, { name: 'calm', replicas: 1 }));
      const ends = await watchEnds(namespace);
      const shop = await deploy(namespace, { name: 'shop', kind: 'StatefulSet', replicas: 2, command: ['sh', '-c', script], container });
      const faultAt = Date.now();
      await rolledOut(shop);
      const uid = await uidOf(shop, 'shop-0');

      const asked = await inPhase(at, 'asked', 120_000);
      expect(asked).toMatchObject({
        subject: { kind: 'StatefulSet', name: 'shop' },
        findings: [{ detector: 'alerted', subject: { kind: 'Pod', name: 'shop-0', uid } }],
        hypotheses: [{ cause: 'memory-leak', by: 'configured-alerts', confidence: 0, configured: true }],
        plan: { action: 'evict-pod', treats: 'memory-leak', target: { name: 'shop-0', uid } },
      });
      expect(await actsOf(actor, faultAt)).toEqual([]);
      await cli(at, 'approve', asked.id);
      await waitFor('the eviction', async () => (await actsOf(actor, faultAt)).length > 0, 60_000);
      const [act] = await actsOf(actor, faultAt);
      expect(act).toMatchObject({ verb: 'create', resource: 'core/pods/eviction', name: 'shop-0' });
      const resolved = await inPhase(at, 'resolved');
      expect(resolved).toMatchObject({ reason: 'recovered', attempts: [{ action: 'evict-pod', outcome: 'recovered' }] });
      await kubemend.stop();

      const seen = ends().filter((line) => line.startsWith(uid));
      expect(seen.length).toBeGreaterThan(1);
      expect(seen.join('\n')).not.toContain('OOMKilled');
      expect(await uidOf(shop, 'shop-0')).not.toBe(uid);
      expect(await actsOf(actor, faultAt)).toHaveLength(1);
      const story = await storyOf(at, asked.id);
      const when = (what: string) => secondsAfter(faultAt, story.find((one) => one.what === what)?.at);
      console.info(`leak: opened after ${when('opened')}, asked ${when('asked')}, evicted ${when('acted')}, recovered ${when('ended')}`);
    },
  );
});
