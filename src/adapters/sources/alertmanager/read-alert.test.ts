import { describe, expect, it } from 'vitest';
import { rawAlert } from '../../../../test/fakes/alerts.ts';
import { LONG_AGO, NOON } from '../../../../test/fakes/object-meta.ts';
import { deployment, node, pod } from '../../../../test/fakes/objects.ts';
import { fakeView } from '../../../../test/fakes/view.ts';
import { AlertMapping, defaultMapping } from './alert-mapping.ts';
import { Notification } from './notification.ts';
import { readAlert } from './read-alert.ts';

const young = pod('cart-new', {});
const objects = [pod('cart-0'), deployment('cart'), node('node-1'), { ...young, meta: { ...young.meta, createdAt: NOON - 1_000 } }];
const view = fakeView(objects);

function reading(labels: Readonly<Record<string, string>>, map: unknown = {}, changes: Readonly<Record<string, unknown>> = {}) {
  const [raw] = Notification.parse({ version: '4', alerts: [rawAlert(labels, changes)] }).alerts;
  if (!raw) throw new Error('no alert');
  return readAlert(raw, {
    mapping: { ...defaultMapping, ...AlertMapping.parse(map) },
    cluster: 'default',
    now: NOON,
    find: (ref) => {
      const object = view.get(ref);
      return object ? { is: 'found', object } : { is: 'absent', why: `${ref.kind} ${ref.name} is not in the cluster` };
    },
  });
}

describe('an alert', () => {
  it('is tied to the object that its labels name, with its uid', () => {
    expect(reading({ namespace: 'shop', pod: 'cart-0' })).toEqual({
      is: 'read',
      alert: {
        signal: 'alert',
        id: `alert:c0ffee:${NOON - 60_000}`,
        subject: pod('cart-0').meta.ref,
        at: NOON,
        fingerprint: 'c0ffee',
        status: 'firing',
        name: 'KubePodNotReady',
        labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart-0' },
        annotations: { summary: 'it is not ready' },
        startsAt: NOON - 60_000,
      },
    });
  });

  it.each([
    [
      'a Deployment',
      { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'cart', pod: 'kube-state-metrics-0' },
      {},
    ],
    ['a Node', { alertname: 'KubeNodeNotReady', node: 'node-1' }, {}],
    [
      'what other labels name',
      { alertname: 'Mine', exported_pod: 'cart-0', exported_namespace: 'shop', pod: 'exporter', namespace: 'monitoring' },
      { Mine: { subject: 'pod', labels: { name: 'exported_pod', namespace: 'exported_namespace' } } },
    ],
  ])('is tied to %s', (_, labels, map) => {
    expect(reading(labels, map).is).toBe('read');
  });

  it('carries the cause that the configuration names', () => {
    const map = { KubePodNotReady: { subject: 'pod', cause: 'application-hang' } };
    expect(reading({ namespace: 'shop', pod: 'cart-0' }, map)).toMatchObject({ alert: { cause: 'application-hang' } });
  });

  it.each([
    ['nobody has mapped', { alertname: 'Watchdog' }, {}, /no mapping says what Watchdog speaks about/],
    ['is named like a property of every object', { alertname: 'constructor' }, {}, /no mapping/],
    ['is switched off', { namespace: 'shop', pod: 'cart-0' }, { KubePodNotReady: false }, /switched off/],
    ['names no pod', { namespace: 'shop' }, {}, /no label pod/],
    ['names no namespace', { pod: 'cart-0' }, {}, /no label namespace/],
    ['names a pod that is not there', { namespace: 'shop', pod: 'gone' }, {}, /not in the cluster/],
    ['names a pod of another namespace', { namespace: 'bank', pod: 'cart-0' }, {}, /not in the cluster/],
    ['names another uid', { namespace: 'shop', pod: 'cart-0', uid: 'earlier' }, {}, /an earlier Pod shop\/cart-0/],
    ['began before its pod was made', { namespace: 'shop', pod: 'cart-new' }, {}, /speaks of an earlier one/],
  ])('that %s is ignored, with the reason', (_, labels, map, why) => {
    expect(reading(labels, map)).toEqual({ is: 'ignored', why: expect.stringMatching(why) });
  });

  it('takes no control characters and no long texts from its sender', () => {
    const annotations = { summary: `\u001b[2Jred${'x'.repeat(900)}`, runbook_url: 'http://example.com' };
    const read = reading({ namespace: 'shop', pod: 'cart-0' }, {}, { annotations });
    expect(read).toMatchObject({ alert: { annotations: { summary: expect.stringMatching(/^ \[2Jredx{490,}$/) } } });
    expect(JSON.stringify(read)).not.toContain('example.com');
  });
});

describe('a notification', () => {
  it('may hold fields that we do not know', () => {
    expect(Notification.parse({ version: '4', alerts: [], somethingNew: 1 })).toEqual({ version: '4', alerts: [], truncatedAlerts: 0 });
  });

  it('reads the end in year 1 as none', () => {
    const { alerts } = Notification.parse({
      version: '4',
      alerts: [rawAlert({}), rawAlert({}, { endsAt: new Date(LONG_AGO).toISOString() })],
    });
    expect(alerts.map(({ endsAt }) => endsAt)).toEqual([undefined, LONG_AGO]);
  });

  it.each([
    ['another version', { version: '3', alerts: [] }],
    ['no list of alerts', { version: '4' }],
    ['an alert without a name', { version: '4', alerts: [rawAlert({ alertname: '' })] }],
    ['a broken instant', { version: '4', alerts: [rawAlert({}, { startsAt: 'yesterday' })] }],
    ['an unknown status', { version: '4', alerts: [rawAlert({}, { status: 'pending' })] }],
    ['a label that is no text', { version: '4', alerts: [{ ...rawAlert({}), labels: { alertname: 'A', n: 7 } }] }],
    ['too many labels', { version: '4', alerts: [rawAlert(Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`l${n}`, 'x'])))] }],
  ])('with %s is refused', (_, payload) => {
    expect(Notification.safeParse(payload).success).toBe(false);
  });
});

it('refuses a mapping to the cause unknown, or with a key that is not there', () => {
  expect(AlertMapping.safeParse({ A: { subject: 'pod', cause: 'unknown' } }).success).toBe(false);
  expect(AlertMapping.safeParse({ A: { subject: 'pod', kause: 'memory-leak' } }).success).toBe(false);
  expect(AlertMapping.safeParse({ A: true }).success).toBe(false);
});
