import { type ResourceRef, resourceName } from '../../core/model/resource.ts';
import type { FlowAlarm } from '../../learning/flows/flow-watch.ts';
import type { TopCount } from '../../learning/flows/top-counts.ts';

/** What one detector has to say about one object. */
export interface AlarmWord {
  readonly detector: 'ddos' | 'icmp-flood' | 'port-scan' | 'scanned';
  readonly subject: ResourceRef;
  readonly summary: string;
}

/** So many of the other side, and of the ports, are named. */
const NAMED = 5;
const LONGEST = 600;

/**
 * What an alarm says about the objects that `ownerOf` knows: floods about what is flooded, a scan about the pod that scans, and a scan by
 * anybody else about those that were scanned. Nothing about an address that is nobody's.
 */
export function alarmWords(alarm: FlowAlarm, ownerOf: (address: string) => ResourceRef | undefined): readonly AlarmWord[] {
  const owner = ownerOf(alarm.address);
  const named = (address: string) => {
    const known = ownerOf(address);
    return known ? `${address} (${resourceName(known)})` : address;
  };
  if (alarm.trouble !== 'port scan')
    return owner ? [{ detector: alarm.trouble === 'ddos' ? 'ddos' : 'icmp-flood', subject: owner, summary: floodWords(alarm, named) }] : [];
  if (owner?.kind === 'Pod') return [{ detector: 'port-scan', subject: owner, summary: scanWords(alarm, named) }];
  const summary = bounded(`${named(alarm.address)} ${alarm.summary}${portWords(alarm)}`);
  const scanned = alarm.peers.flatMap(({ name }) => ownerOf(name) ?? []);
  return scanned.map((subject) => ({ detector: 'scanned', subject, summary }));
}

function floodWords(alarm: FlowAlarm, named: (address: string) => string): string {
  const seconds = (alarm.until - alarm.from) / 1_000;
  const rates = `${rate(alarm.packets / seconds)} packets and ${rate(alarm.bytes / seconds)} bytes per second in all`;
  return bounded(`${alarm.summary}; most from ${countsOf(alarm.peers, named)}${portWords(alarm)}; ${rates}`);
}

function scanWords(alarm: FlowAlarm, named: (address: string) => string): string {
  return bounded(`${alarm.summary}; most at ${countsOf(alarm.peers, named)}${portWords(alarm)}`);
}

function portWords({ ports }: FlowAlarm): string {
  return ports.length === 0 ? '' : `; ports ${countsOf(ports, (name) => name)}`;
}

function countsOf(counts: readonly TopCount[], named: (name: string) => string): string {
  const shown = counts.slice(0, NAMED).map(({ name, count }) => `${named(name)} × ${count}`);
  return [...shown, ...(counts.length > NAMED ? ['…'] : [])].join(', ');
}

function rate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

function bounded(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
