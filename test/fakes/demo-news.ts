/** News of a demo, as the engine tells it: one deployment that is mended, nodes for which evictions are refused, an act that is undone. */
import type { DemoFault, DemoNews, DemoReport, FaultResult } from '../../src/app/demo/news.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { evictPlan, finding, hypothesis, incident, rollbackPlan } from './guard-facts.ts';
import { NOON, ref } from './object-meta.ts';

/** A fault of the demo in a namespace of its own. */
export function demoFault(name: string, changes: Partial<DemoFault> = {}): DemoFault {
  const namespace = `demo-${name}`;
  return { name, namespace, subject: `Deployment ${namespace}/cart`, variant: 'Deployment cart of 3', isLookAlike: false, ...changes };
}

/** The beginning of a demo, at noon, ten times as fast as the clock. */
export function demoSet(faults: readonly DemoFault[]): Extract<DemoNews, { is: 'set' }> {
  return {
    is: 'set',
    at: NOON,
    ...{ speed: 10, seed: 1, nodes: 12, workloads: 58, faults },
    ...{ kubeconfig: 'state/demo/kubeconfig', stateDir: 'state/demo' },
  };
}

/** So many seconds of the cluster's time after noon. */
export function atSecond(seconds: number): number {
  return NOON + seconds * 1_000;
}

/** An audited change of an incident. */
export function told(
  what: AuditEntry['what'],
  fault: DemoFault | undefined,
  { at = NOON, detail = {}, ...changes }: Partial<Incident> & { readonly at?: number; readonly detail?: AuditEntry['detail'] } = {},
): Extract<DemoNews, { is: 'told' }> {
  return { is: 'told', at, fault, incident: incident(changes), entry: { at, actor: 'kubemend', what, detail } };
}

/** How a fault ended: mended, as expected, unless told otherwise. */
export function faultResult(fault: DemoFault, changes: Partial<FaultResult> = {}): FaultResult {
  return {
    ...{ name: fault.name, subject: fault.subject, injectedAt: NOON, detectedMs: 10_000, actedMs: 20_000, recoveredMs: 81_000 },
    ...{ action: 'rollback-rollout', outcome: 'mended', expected: 'mended', ok: true },
    ...changes,
  };
}

/** The report of these results. */
export function demoReport(faults: readonly FaultResult[], changes: Partial<DemoReport> = {}): DemoReport {
  const count = (outcome: FaultResult['outcome']) => faults.filter((fault) => fault.outcome === outcome).length;
  const counts = { mended: count('mended'), refused: count('refused'), undone: count('undone') };
  return { faults, ...counts, unsafeActions: 0, speed: 10, seconds: 64.2, ok: true, ...changes };
}

/** A bad rollout that is mended. */
export const badRelease = demoFault('bad-release', { variant: 'Deployment cart of 3, container app, ends with 2 after 2539 ms' });
/** A whole zone fails; evictions are proposed and refused. */
export const zoneDown = demoFault('zone-down', { subject: 'Deployment demo-zone-down/stock', variant: 'over several zones' });
/** A healthy rollout. */
export const goodRelease = demoFault('good-release', { isLookAlike: true });

const rollback = rollbackPlan(ref('Deployment', 'cart', { namespace: badRelease.namespace }), {
  summary: 'roll Deployment demo-bad-release/cart back to revision 1 (2 of its pods still serve)',
});
const cart = { id: 'b1', subject: ref('Deployment', 'cart', { namespace: badRelease.namespace }), openedAt: atSecond(20), plan: rollback };
const crash = finding({
  detector: 'crash-loop',
  summary: 'Pod demo-bad-release/cart-6f-0: container app has ended 3 times, last with exit code 2 (Error) at 2027-01-01 12:00:18 UTC',
});
const acted = { actionId: 'a1', action: 'rollback-rollout', target: 'cart', at: atSecond(30), undone: false };

/** Why the guards refuse in this story. */
export const refusals = [
  'storm-brake: 4 of 4 nodes of zone-1 are sick, all of them: either the fault lies elsewhere or kubemend is blind',
  'healthy-nodes: it leaves 8 of 12 nodes healthy; 75 % must stay',
];

function nodeFails(name: string, at: number): DemoNews[] {
  const node = { id: name, subject: ref('Node', name), openedAt: at };
  const gone = finding({ detector: 'node-not-ready', summary: `Node ${name} has not been heard of for 1 min` });
  const plan = evictPlan(ref('Pod', `stock-${name}`, { namespace: zoneDown.namespace }), {
    action: 'evict-pod',
    summary: `evict Pod demo-zone-down/stock-${name}`,
  });
  const denied = { decision: 'deny' as const, reasons: refusals, retryAt: atSecond(900) };
  return [
    told('opened', zoneDown, { at, ...node, phase: 'open', findings: [gone] }),
    told('denied', zoneDown, { at: at + 6_000, ...node, phase: 'denied', plan, verdict: denied, detail: { reasons: refusals } }),
  ];
}

/** A demo from its beginning to its report. */
export function demoStory(): DemoNews[] {
  const never = { detectedMs: null, actedMs: null, recoveredMs: null };
  const mended = faultResult(badRelease, { injectedAt: atSecond(10), recoveredMs: 81_000 });
  const refused = faultResult(zoneDown, {
    ...{ injectedAt: atSecond(130), detectedMs: 60_000, actedMs: null, recoveredMs: null, action: 'evict-pod' },
    ...{ outcome: 'refused', expected: 'refused' },
  });
  const silent = faultResult(goodRelease, { ...never, injectedAt: atSecond(15), action: null, outcome: 'silent', expected: 'silent' });
  return [
    demoSet([badRelease, zoneDown, goodRelease]),
    { is: 'injected', at: atSecond(10), fault: badRelease },
    { is: 'injected', at: atSecond(15), fault: goodRelease },
    told('opened', badRelease, { at: atSecond(20), ...cart, phase: 'open', findings: [crash, crash] }),
    told('diagnosed', badRelease, {
      at: atSecond(26),
      ...cart,
      phase: 'diagnosed',
      hypotheses: [
        hypothesis({ cause: 'bad-rollout', confidence: 0.8, n: 10, because: ['3 of 3 pods of revision 2 fail', 'the image changed'] }),
      ],
    }),
    told('acted', badRelease, { at: atSecond(30), ...cart, phase: 'acted', attempts: [acted] }),
    told('verified', badRelease, {
      at: atSecond(91),
      ...{ ...cart, phase: 'resolved', reason: 'recovered', attempts: [acted] },
      detail: { outcome: 'recovered', why: 'quiet and ready' },
    }),
    told('ended', badRelease, { at: atSecond(91), ...cart, phase: 'resolved', reason: 'recovered', attempts: [acted] }),
    { is: 'judged', at: atSecond(120), fault: badRelease, result: mended },
    { is: 'injected', at: atSecond(130), fault: zoneDown },
    ...nodeFails('node-1', atSecond(190)),
    ...nodeFails('node-4', atSecond(191)),
    { is: 'judged', at: atSecond(320), fault: zoneDown, result: refused },
    { is: 'judged', at: atSecond(321), fault: goodRelease, result: silent },
    { is: 'finished', at: atSecond(322), report: demoReport([mended, refused, silent]) },
  ];
}
