import type { Rows } from '../../../learning/gbdt/gbdt-model.ts';
import type { FlowFile } from './flow-files.ts';

/** A connection record of KDD Cup 1999 or NSL-KDD. */
export interface KddFlow {
  /** The attack's name, or `normal`. */
  readonly label: string;
  readonly cells: readonly string[];
}

const FIGURES = 41;
/** Protocol, service and flag are words; all other columns are numbers. */
const WORDS = [1, 2, 3];
/** A word that is rarer in training has no column of its own. */
const LEAST_SEEN = 50;

/** The records of a file, in its order; of equal ones (the label included) only the first. */
export function kddFlows({ rows }: FlowFile): readonly KddFlow[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const cells = row.slice(0, FIGURES);
    const label = (row[FIGURES] ?? '').replace(/\.$/, '');
    const key = `${cells.join()},${label}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ label, cells }];
  });
}

/** Turns records into figures: numbers as they are, words as one column each, which the training records decide. */
export function kddColumns(training: readonly KddFlow[]): (flows: readonly KddFlow[]) => Rows {
  const words = WORDS.flatMap((column) => {
    const counts = new Map<string, number>();
    for (const { cells } of training) counts.set(cells[column] ?? '', (counts.get(cells[column] ?? '') ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= LEAST_SEEN).map(([word]) => ({ column, word }));
  });
  const numbers = Array.from({ length: FIGURES }, (_, n) => n).filter((n) => !WORDS.includes(n));
  const width = numbers.length + words.length;
  return (flows) => {
    const values = new Float32Array(flows.length * width);
    for (const [n, { cells }] of flows.entries()) {
      const figures = [
        ...numbers.map((column) => Number(cells[column])),
        ...words.map(({ column, word }) => (cells[column] === word ? 1 : 0)),
      ];
      values.set(figures, n * width);
    }
    return { count: flows.length, width, values };
  };
}
