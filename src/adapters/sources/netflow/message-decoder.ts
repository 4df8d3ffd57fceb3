import type { Flow } from '../../../core/model/flow.ts';
import type { Tally } from '../tally.ts';
import type { Domain } from './domain.ts';
import { places } from './elements.ts';
import type { Message, MessageHead, MessageSet } from './message.ts';
import { createRecordReader, type RecordValues } from './record.ts';
import { type ExportContext, flowsOf } from './record-flows.ts';
import type { Counted } from './sequence.ts';
import { type Template, templatesIn } from './template.ts';
import type { TemplateMemory } from './template-memory.ts';
import type { WaitingSets } from './waiting-sets.ts';

/** Reads messages of v9 and IPFIX. */
export interface MessageDecoder {
  /** The flows of a message, and of those sets that waited for its templates. */
  decode(message: Message, domain: Domain, now: number): readonly Flow[];
}

/** Records of one template with the head of the message that they came in. */
interface DataSet {
  readonly head: MessageHead;
  readonly body: DataView;
}

/** Where the flows of a message go, and when it came. */
interface Arrival {
  readonly flows: Flow[];
  readonly now: number;
}

/** Numbers below are those of sets of templates. */
const FIRST_TEMPLATE = 256;

const NOTHING: Counted | undefined = { units: 0 };

/** Makes a decoder that keeps what it learns in these memories. */
export function createMessageDecoder(
  source: string,
  { templates, waiting, tally }: { readonly templates: TemplateMemory; readonly waiting: WaitingSets; readonly tally: Tally },
): MessageDecoder {
  const reader = createRecordReader();

  /** Returns what was counted, or undefined when they lie about their lengths. */
  function readSet({ head, body }: DataSet, template: Template, domain: Domain, flows: Flow[]): Counted | undefined {
    const context: ExportContext = {
      source,
      exportMs: head.exportMs,
      uptimeMs: head.uptimeMs,
      bootMs: domain.bootMs,
      rateOf: domain.sampling.rateOf,
    };
    const { records, isWhole } = reader.read(body, template, (values) => {
      if (template.isOptions) return learnOptions(values, domain);
      const found = flowsOf(values, context);
      if (found.length === 0) tally.add('record without addresses');
      for (const flow of found) flows.push(flow);
    });
    if (isWhole) return template.isOptions ? { units: 0, extra: records } : { units: records };
    tally.add('malformed');
    return undefined;
  }

  function readTemplates({ id, body }: MessageSet, { version }: MessageHead, domain: Domain, { flows, now }: Arrival): void {
    for (const news of templatesIn(body, { version, isOptions: id === optionsSetOf(version) })) {
      if (news === undefined) tally.add('malformed');
      else if ('withdrawn' in news) withdraw(templates, domain.key, news.withdrawn);
      else {
        templates.put(domain.key, news, now);
        for (const waited of waiting.take(domain.key, news.id, now)) readSet(waited, news, domain, flows);
      }
    }
  }

  /** Counts gaps by message (v9). An exporter that began anew may mean other templates by the same numbers. */
  function followV9({ sequence, uptimeMs }: MessageHead, domain: Domain): void {
    const news = domain.sequence.take(sequence, { units: 1 });
    if (news !== 'restarted') tally.add('datagrams missing', news.missing);
    else if ((uptimeMs ?? 0) < (domain.uptimeMs ?? 0)) templates.withdrawAll(domain.key);
    domain.uptimeMs = uptimeMs;
  }

  /** Counts gaps by record (IPFIX). */
  function followIpfix({ sequence }: MessageHead, counts: readonly (Counted | undefined)[], domain: Domain): void {
    const news = domain.sequence.take(sequence, sumOf(counts));
    if (news !== 'restarted') tally.add('records missing', news.missing);
  }

  /** What a set holds that is counted: nothing in one of templates; undefined when nobody can say. */
  function take(set: MessageSet, head: MessageHead, domain: Domain, into: Arrival): Counted | undefined {
    const options = optionsSetOf(head.version);
    if (set.id === options || set.id === options - 1) readTemplates(set, head, domain, into);
    else if (set.id < FIRST_TEMPLATE) tally.add('unknown set');
    if (set.id < FIRST_TEMPLATE) return NOTHING;
    const template = templates.get(domain.key, set.id, into.now);
    if (template) return readSet({ head, body: set.body }, template, domain, into.flows);
    waiting.put({ domain: domain.key, id: set.id, head, body: set.body, at: into.now });
    return undefined;
  }

  return {
    decode({ head, sets }, domain, now) {
      if (head.version === 9) followV9(head, domain);
      const into: Arrival = { flows: [], now };
      const counts = sets.map((set) => take(set, head, domain, into));
      if (head.version === 10) followIpfix(head, counts, domain);
      return into.flows;
    },
  };
}

/** Undefined as soon as one of them is. */
function sumOf(counts: readonly (Counted | undefined)[]): Counted | undefined {
  return counts.reduce((sum, one) => sum && one && { units: sum.units + one.units, extra: (sum.extra ?? 0) + (one.extra ?? 0) }, NOTHING);
}

/** The set of option templates; that of templates is the one before. */
function optionsSetOf(version: 9 | 10): number {
  return version === 9 ? 1 : 3;
}

function withdraw(templates: TemplateMemory, domain: string, id: number): void {
  if (id >= FIRST_TEMPLATE) templates.withdraw(domain, id);
  else templates.withdrawAll(domain, { isOptions: id === 3 });
}

function learnOptions(values: RecordValues, domain: Domain): void {
  domain.sampling.learn(values);
  const bootMs = values.numbers[places.bootMs] ?? Number.NaN;
  if (!Number.isNaN(bootMs)) domain.bootMs = bootMs;
}
