/** One line of a container's log, as the runtime wrote it down. */
export interface TimedLine {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The instant as it was written, to the nanosecond: tells two equal lines apart. */
  readonly stamp: string;
  readonly text: string;
  /** The line was longer than what is kept of it. */
  readonly isCut: boolean;
}

/** The time stamp that the API server puts before each line when it is asked for `timestamps`. */
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Splits a log into its lines, of which at most `longest` characters are kept. A line without a time stamp (a runtime's own word about the
 * log) is left out. The rest behind the last line break counts as a line: a container may die within one.
 */
export async function* timedLines(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncIterable<TimedLine> {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield* timedLine(line, longest, isCut);
      isCut = false;
    }
    if (rest.length > longest + STAMP_ROOM) {
      rest = rest.slice(0, longest + STAMP_ROOM);
      isCut = true;
    }
  }
  if (rest !== '') yield* timedLine(rest, longest, isCut);
}

/** More than a time stamp takes. */
const STAMP_ROOM = 64;

function* timedLine(line: string, longest: number, wasCut: boolean): Iterable<TimedLine> {
  const [stamp, instant = ''] = stamped.exec(line) ?? [];
  if (stamp === undefined) return;
  const text = line.slice(stamp.length).replace(/\r$/, '');
  yield { at: Date.parse(instant), stamp: instant, text: text.slice(0, longest), isCut: wasCut || text.length > longest };
}
