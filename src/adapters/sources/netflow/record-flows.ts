import type { Flow } from '../../../core/model/flow.ts';
import { places } from './elements.ts';
import type { RecordValues } from './record.ts';

/** What the message around a record says. */
export interface ExportContext {
  readonly source: string;
  /** The exporter's clock when it sent the message, epoch milliseconds. */
  readonly exportMs: number;
  /** Milliseconds since the exporter's start, modulo 2^32; NetFlow only. */
  readonly uptimeMs: number | undefined;
  /** When the exporter started, where it told so by an option. */
  readonly bootMs: number | undefined;
  /** How many packets one counted packet stands for, by the sampler that a record names (NaN: none). */
  readonly rateOf: (sampler: number) => number;
}

const ICMP = 1;
const TCP = 6;
const ICMP_V6 = 58;

/** The flows of one record: none when it has no addresses, two when it counts the way back as well (RFC 5103). */
export function flowsOf(values: RecordValues, context: ExportContext): readonly Flow[] {
  const { numbers, sourceAddress, destinationAddress } = values;
  if (sourceAddress === '' || destinationAddress === '') return [];
  const number = (place: number) => numbers[place] ?? Number.NaN;
  const rate = context.rateOf(number(places.sampler));
  const protocol = within(number(places.protocol), 0xff) ?? 0;
  const ports = {
    sourcePort: within(number(places.sourcePort), 0xffff) ?? 0,
    destinationPort: within(number(places.destinationPort), 0xffff) ?? 0,
  };
  const icmpType = protocol === ICMP || protocol === ICMP_V6 ? icmpOf(number, ports.destinationPort) : undefined;
  const flow: Flow = {
    signal: 'flow',
    source: context.source,
    ...spanOf(number, context),
    sourceAddress,
    destinationAddress,
    ...(icmpType === undefined ? ports : { sourcePort: 0, destinationPort: 0 }),
    protocol,
    bytes: orElse(number(places.bytes), number(places.totalBytes)) * rate,
    packets: orElse(number(places.packets), number(places.totalPackets)) * rate,
    ...flagsOf(protocol, number(places.tcpFlags)),
    ...(icmpType !== undefined && { icmpType }),
  };
  const reversePackets = number(places.reversePackets);
  const reverseBytes = number(places.reverseBytes);
  if (!(reversePackets > 0 || reverseBytes > 0)) return [flow];
  const { tcpFlags: _, ...rest } = flow;
  const back: Flow = {
    ...rest,
    sourceAddress: destinationAddress,
    destinationAddress: sourceAddress,
    sourcePort: flow.destinationPort,
    destinationPort: flow.sourcePort,
    bytes: orElse(reverseBytes, 0) * rate,
    packets: orElse(reversePackets, 0) * rate,
    ...flagsOf(protocol, number(places.reverseTcpFlags)),
  };
  return [flow, back];
}

function orElse(value: number, other: number): number {
  if (!Number.isNaN(value)) return value;
  return Number.isNaN(other) ? 0 : other;
}

function within(value: number, most: number): number | undefined {
  return value >= 0 && value <= most ? value : undefined;
}

function flagsOf(protocol: number, value: number): { readonly tcpFlags?: number } {
  const tcpFlags = protocol === TCP ? within(value, 0xffff) : undefined;
  return tcpFlags === undefined ? {} : { tcpFlags };
}

/** Where no element tells it, exporters put type and code in the destination port. */
function icmpOf(number: (place: number) => number, destinationPort: number): number {
  const both = within(number(places.icmpTypeCode), 0xffff);
  if (both !== undefined) return both;
  const type = within(number(places.icmpType), 0xff);
  return type === undefined ? destinationPort : type * 256 + (within(number(places.icmpCode), 0xff) ?? 0);
}

/** The head of v9 and IPFIX tells whole seconds. */
const EXPORT_ROUNDING_MS = 999;

/** No flow ended after it was exported, and none began after it ended: clocks that say otherwise are bounded. */
function spanOf(number: (place: number) => number, context: ExportContext): Pick<Flow, 'at' | 'startAt'> {
  const { exportMs } = context;
  const said = { start: instantOf(number, startPlaces, context), end: instantOf(number, endPlaces, context) };
  const durationMs = orElse(number(places.durationMs), number(places.durationUs) / 1000);
  const end = said.end ?? (said.start === undefined ? exportMs : said.start + durationMs);
  const at = Math.min(end, exportMs + EXPORT_ROUNDING_MS);
  return { at, startAt: Math.min(said.start ?? at - durationMs, at) };
}

type TimePlaces = Readonly<Record<'ms' | 'seconds' | 'deltaUs' | 'uptime', number>>;
const startPlaces: TimePlaces = {
  ms: places.startMs,
  seconds: places.startSeconds,
  deltaUs: places.startDeltaUs,
  uptime: places.startUptimeMs,
};
const endPlaces: TimePlaces = { ms: places.endMs, seconds: places.endSeconds, deltaUs: places.endDeltaUs, uptime: places.endUptimeMs };

function instantOf(number: (place: number) => number, from: TimePlaces, context: ExportContext): number | undefined {
  const ms = number(from.ms);
  if (!Number.isNaN(ms)) return ms;
  const seconds = number(from.seconds);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  const deltaUs = number(from.deltaUs);
  if (!Number.isNaN(deltaUs)) return context.exportMs - deltaUs / 1000;
  const uptime = number(from.uptime);
  return Number.isNaN(uptime) ? undefined : sinceBoot(uptime, number(places.bootMs), context);
}

/** The counter of milliseconds wraps every 49.7 days, so it is read as an age at the export, which is short. */
function sinceBoot(uptime: number, recordBootMs: number, { exportMs, uptimeMs, bootMs }: ExportContext): number | undefined {
  if (uptimeMs !== undefined) return exportMs - ((uptimeMs - uptime) | 0);
  const boot = Number.isNaN(recordBootMs) ? bootMs : recordBootMs;
  if (boot === undefined) return undefined;
  return exportMs - ((exportMs - boot - uptime) | 0);
}
