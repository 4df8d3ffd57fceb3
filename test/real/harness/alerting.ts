import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { bed, root } from './bed.ts';
import { onCleanUp } from './clean-up.ts';

const run = promisify(execFile);
const PARTS = ['prometheus', 'alertmanager'];

/** What alerts are made of, and where they go. */
export interface AlertingWish {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly webhookUrl: string;
  readonly token: string;
}

/** Why the chain of alerts cannot run here; undefined when it can. */
export async function whyNoAlerting(): Promise<string | undefined> {
  const { env } = await bed();
  const missing = [...(env.PROMETHEUS_URL ? [] : ['prometheus']), ...(env.ALERTMANAGER_URL ? [] : ['alertmanager'])];
  return missing.length === 0 ? undefined : `the parts ${missing.join(' and ')} of the test bed do not run`;
}

/** Starts the bed's Prometheus and Alertmanager anew with one rule and one receiver, which sends a bearer token; `cleanUp` puts back the usual ones. */
export async function alertThrough({ alert, expr, for: holdFor, webhookUrl, token }: AlertingWish): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-alerting-'));
  onCleanUp(() => rm(folder, { recursive: true, force: true }));
  const rule = { alert, expr, for: holdFor, annotations: { summary: 'memory grows towards its limit' } };
  const receiver = {
    name: 'kubemend',
    webhook_configs: [{ url: webhookUrl, send_resolved: true, http_config: { authorization: { credentials: token } } }],
  };
  const route = {
    receiver: 'kubemend',
    group_by: ['alertname', 'namespace'],
    group_wait: '1s',
    group_interval: '5s',
    repeat_interval: '30s',
  };
  const [rules, config] = [join(folder, 'rules.yml'), join(folder, 'alertmanager.yml')];
  await writeFile(rules, stringify({ groups: [{ name: 'kubemend', rules: [rule] }] }));
  await writeFile(config, stringify({ route, receivers: [receiver] }), { mode: 0o600 });
  onCleanUp(() => restart({}));
  await restart({ TESTBED_RULES: rules, TESTBED_ALERTMANAGER_CONFIG: config });
}

async function restart(settings: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, ...settings };
  await run(join(root, 'test/bed/down'), PARTS, { env });
  await run(join(root, 'test/bed/up'), PARTS, { env });
}
