import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import type { Flow } from '../../../core/model/flow.ts';
import type { SignalSource } from '../../../core/ports.ts';
import { cicColumnsMissing, cicRowReader } from './cic-row.ts';

/** A source of flows from a file. */
export interface FlowCsvSource extends SignalSource {
  stream(signal: AbortSignal): AsyncIterable<Flow>;
}

/**
 * The flows of a CSV as CICFlowMeter writes it (`.gz` or not), in the order of its rows, both directions one after the other; it ends
 * with the file. A row with another number of fields or without a time is counted as malformed. Throws `source-refused` for a file that
 * cannot be read, or whose header lacks a column.
 */
export function createFlowCsvSource(file: string): FlowCsvSource {
  let malformed = 0;
  let hasRead = false;
  const refused = (why: string, cause?: unknown) => new CoreError('source-refused', `${file}: ${why}`, { cause });

  async function* lines(signal: AbortSignal): AsyncIterable<string> {
    const bytes = createReadStream(file, { signal });
    const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
    bytes.on('error', (error) => input.destroy(error));
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  }

  function readerOf(header: string): (line: string) => readonly Flow[] {
    const columns = cellsOf(header);
    const missing = cicColumnsMissing(columns);
    if (missing.length > 0) throw refused(`there is no column ${missing.join(', ')}; give a file as CICFlowMeter writes it`);
    const read = cicRowReader(columns, file);
    return (line) => {
      const cells = cellsOf(line);
      const flows = cells.length === columns.length ? read(cells) : [];
      return flows.flatMap((flow) => (flow === undefined || Number.isNaN(flow.at) ? [] : [flow]));
    };
  }

  async function* flowsIn(signal: AbortSignal): AsyncIterable<Flow> {
    let read: ReturnType<typeof readerOf> | undefined;
    for await (const line of lines(signal)) {
      hasRead = true;
      if (read === undefined) {
        read = readerOf(line);
        continue;
      }
      const flows = read(line);
      if (flows.length === 0) malformed++;
      yield* flows;
    }
  }

  return {
    name: 'flow-csv',
    health: () => ({ ageMs: hasRead ? 0 : undefined, dropped: malformed > 0 ? { malformed } : {} }),
    async *stream(signal) {
      try {
        yield* flowsIn(signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error instanceof CoreError ? error : refused(error instanceof Error ? error.message : String(error), error);
      }
    },
  };
}

/** None of the public sets has quotes. */
function cellsOf(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.trim());
}
