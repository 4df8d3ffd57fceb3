/** Keeps minute after minute in the history of a state directory and says which are kept, until it is killed. */
import { openHistoryDatabase } from '../../src/adapters/store/history/history-database.ts';
import { historyStore } from '../../src/adapters/store/history/history-store.ts';
import { seriesOf } from '../fakes/series.ts';

const { database } = openHistoryDatabase(process.argv[2] ?? '');
if (!database) throw new Error('no history');
const store = historyStore(database);
for (let minute = 0; ; minute += 1) {
  const subjects = Array.from({ length: 200 }, (_, index) => seriesOf(`p${index}-${minute % 7}`));
  const mean = new Float32Array(200).fill(minute);
  store.keep([
    { metric: 'cpuCores', at: minute * 60_000, stepMs: 60_000, subjects, mean, low: mean, high: mean, samples: Float64Array.from(mean) },
  ]);
  process.stdout.write(`${minute}\n`);
}
