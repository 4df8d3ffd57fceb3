import { join } from 'node:path';
import { namesIn, stemOf } from '../../anomaly/files.ts';
import { instantsOf, numbersOf, tableOf } from '../../anomaly/number-table.ts';
import { stepOf } from '../../anomaly/step-of.ts';
import { diskLeaks, memoryLeaks, plantedLeak } from '../planted-leak.ts';
import type { Scene, SymptomLayout } from '../scene.ts';

const isPod = /^pod-.*\.csv(?:\.gz)?$/;
/** By detector, what fills up. */
const COLUMNS = {
  'memory-exhaustion': { column: 'container_memory_working_set_bytes', leaks: memoryLeaks },
  'disk-exhaustion': { column: 'container_fs_usage_bytes', leaks: diskLeaks },
} as const;
/** No limits are told: they are drawn, this much above the most that was ever used, so that none was reached. */
const LEAST_ROOM = 1.05;
const MOST_ROOM = 1.5;
/** So many limits and leaks are drawn for each series. */
const DRAWS = [1, 2, 3] as const;

/** `normal/pod-POD.csv` with the memory and disk of pods without faults, and the same with a planted leak. */
export const healthyWeek: SymptomLayout = {
  name: 'healthy-week',
  about: 'normal/pod-POD.csv.gz with time, container_memory_working_set_bytes and container_fs_usage_bytes',
  recognises: (dataDir) => namesIn(dataDir, 'normal').some((name) => isPod.test(name)),
  read: (dataDir, limit, random) =>
    namesIn(dataDir, 'normal')
      .filter((name) => isPod.test(name))
      .slice(0, limit)
      .flatMap((name) => scenesOf(join(dataDir, 'normal', name), random)),
};

function scenesOf(file: string, random: () => number): readonly Scene[] {
  const table = tableOf(file, ['time', ...Object.values(COLUMNS).map(({ column }) => column)]);
  const at = instantsOf(file, table, 'time');
  const name = stemOf(file).replace(/^pod-/, '');
  return Object.entries(COLUMNS).flatMap(([detector, { column, leaks }]) => {
    const bytes = numbersOf(table, column);
    return DRAWS.flatMap((draw) => {
      const values = sharesOf(bytes, random());
      const scene = { name: `${name} ${draw}`, detector, stepMs: stepOf(at), at, dims: 1, values, faults: [], scoredFrom: 0 };
      const leaking = plantedLeak(scene, leaks, random);
      return leaking ? [scene, leaking] : [scene];
    });
  });
}

function sharesOf(bytes: Float64Array, drawn: number): Float64Array {
  const limit = (LEAST_ROOM + drawn * (MOST_ROOM - LEAST_ROOM)) * Math.max(...bytes.filter((value) => !Number.isNaN(value)));
  return bytes.map((value) => value / limit);
}
