import type { Flow } from '../../../core/model/flow.ts';
import { tally } from '../tally.ts';
import { createDomains } from './domain.ts';
import { messageIn } from './message.ts';
import { createMessageDecoder } from './message-decoder.ts';
import { netflowV5 } from './netflow-v5.ts';
import { createTemplateMemory } from './template-memory.ts';
import { createWaitingSets } from './waiting-sets.ts';

/** The room and the patience of a decoder. */
export interface FlowDecoderLimits {
  /** A template that is not told again for so long is forgotten. */
  readonly templateLifetimeMs: number;
  readonly mostTemplates: number;
  /** Exporters times their domains. */
  readonly mostDomains: number;
  /** Records without a template wait so long, and no more bytes and sets than these. */
  readonly waitMs: number;
  readonly mostWaitingBytes: number;
  readonly mostWaitingSets: number;
}

/** Exporters tell templates again every few minutes, at most every 30; RFC 7011 (section 8.4) asks to keep them three times as long. */
export const flowDecoderDefaults: FlowDecoderLimits = {
  templateLifetimeMs: 90 * 60_000,
  mostTemplates: 2_000,
  mostDomains: 1_000,
  waitMs: 60_000,
  mostWaitingBytes: 4 * 1024 * 1024,
  mostWaitingSets: 1_000,
};

/** Turns datagrams of NetFlow v5, v9 and IPFIX into flows. No datagram makes it throw. */
export interface FlowDecoder {
  /** `exporter` tells senders apart; `now` is when the datagram came, epoch milliseconds. */
  decode(datagram: Uint8Array, exporter: string, now: number): readonly Flow[];
  /** What was left out since the start, by reason; those that end in `missing` are gaps in sequence numbers. */
  dropped(): Readonly<Record<string, number>>;
  /** How many sets wait for their template. */
  waiting(): number;
  /** By exporter and domain: its clock minus ours at its last message, milliseconds. */
  clockOffsets(): ReadonlyMap<string, number>;
}

/** Makes a decoder; `source` goes into each flow. */
export function createFlowDecoder(source: string, limits: FlowDecoderLimits = flowDecoderDefaults): FlowDecoder {
  const counted = tally();
  const templates = createTemplateMemory({ lifetimeMs: limits.templateLifetimeMs, most: limits.mostTemplates }, counted);
  const waiting = createWaitingSets(
    { keepMs: limits.waitMs, mostBytes: limits.mostWaitingBytes, mostSets: limits.mostWaitingSets },
    counted,
  );
  const domains = createDomains(limits.mostDomains, counted);
  const messages = createMessageDecoder(source, { templates, waiting, tally: counted });

  function decodeV5(datagram: DataView, exporter: string, now: number): readonly Flow[] {
    const read = netflowV5(datagram, source);
    if (!read?.isWhole) counted.add('malformed');
    if (read === undefined) return [];
    const domain = domains.of(`${exporter}/v5/${read.domain}`);
    domain.clockOffsetMs = read.exportMs - now;
    const news = domain.sequence.take(read.sequence, read.isWhole ? { units: read.flows.length } : undefined);
    if (news !== 'restarted') counted.add('flows missing', news.missing);
    return read.flows;
  }

  function decodeMessage(datagram: DataView, exporter: string, now: number): readonly Flow[] {
    const message = messageIn(datagram, counted);
    if (message === undefined) {
      counted.add('not NetFlow');
      return [];
    }
    const { version, domain: number, exportMs } = message.head;
    const domain = domains.of(`${exporter}/${version === 9 ? 'v9' : 'IPFIX'}/${number}`);
    domain.clockOffsetMs = exportMs - now;
    return messages.decode(message, domain, now);
  }

  return {
    decode(bytes, exporter, now) {
      waiting.expire(now);
      const datagram = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isV5 = datagram.byteLength >= 2 && datagram.getUint16(0) === 5;
      return isV5 ? decodeV5(datagram, exporter, now) : decodeMessage(datagram, exporter, now);
    },
    dropped: counted.counts,
    waiting: () => waiting.count,
    clockOffsets: () => new Map(domains.all().map(({ key, clockOffsetMs }) => [key, clockOffsetMs])),
  };
}
