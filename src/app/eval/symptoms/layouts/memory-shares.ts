import { join } from 'node:path';
import { namesIn } from '../../anomaly/files.ts';
import { tableOf } from '../../anomaly/number-table.ts';
import { stepOf } from '../../anomaly/step-of.ts';
import { memoryLeaks, plantedLeak } from '../planted-leak.ts';
import type { Scene, SymptomLayout } from '../scene.ts';

const isShares = /memory_util.*\.csv(?:\.gz)?$/;

/** `…memory_util….csv` with `pod,t,value`: healthy shares of memory in use, and the same with a planted leak. */
export const memoryShares: SymptomLayout = {
  name: 'memory-shares',
  about: '…memory_util….csv.gz with pod,t,value',
  recognises: (dataDir) => namesIn(dataDir).some((name) => isShares.test(name)),
  read: (dataDir, limit, random) =>
    namesIn(dataDir)
      .filter((name) => isShares.test(name))
      .flatMap((name) => healthyIn(join(dataDir, name)).slice(0, limit))
      .flatMap((scene) => [scene, plantedLeak(scene, memoryLeaks, random) ?? []].flat()),
};

function healthyIn(file: string): readonly Scene[] {
  const { columns, rows } = tableOf(file, ['pod', 't', 'value']);
  const [pod, t, value] = ['pod', 't', 'value'].map((column) => columns.indexOf(column));
  const cell = (row: readonly string[], at: number | undefined) => row[at ?? -1] ?? '';
  return Object.entries(Object.groupBy(rows, (row) => cell(row, pod))).map(([name, own = []]) => {
    const at = Float64Array.from(own, (row) => 1000 * Number(cell(row, t)));
    const values = Float64Array.from(own, (row) => Number(cell(row, value)));
    return { name, detector: 'memory-exhaustion', stepMs: stepOf(at), at, dims: 1, values, faults: [], scoredFrom: 0 };
  });
}
