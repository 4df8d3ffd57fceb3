/**
 * How long a CSV of 1,000,000 rows and 9 columns takes to load, from its bytes to columns: with instants and names beside six numbers, and
 * with nine numbers. Target: 1 s. Beside it, the same into the blocks and rings that detectors look at. CPU time of one core.
 */
import { csvBlocks } from '../src/adapters/sources/csv/csv-source.ts';
import { seriesWatch, standardSettings } from '../src/core/series/series-watch.ts';
import { readTable } from '../src/learning/csv/read-table.ts';

const ROWS = Number(process.env.ROWS ?? 1_000_000);
const PODS = 1_000;
const RUNS = 5;

const number = (row: number, column: number) => (((row * 7_919 + column * 104_729) % 1_000_003) / 997).toFixed(column % 5);
const numbers = (row: number, count: number) => Array.from({ length: count }, (_, column) => number(row, column)).join(',');
const encode = (header: string, line: (row: number) => string) => {
  const parts = [header];
  for (let row = 0; row < ROWS; row += 1) parts.push(line(row));
  return new TextEncoder().encode(`${parts.join('\n')}\n`);
};
const T0 = 1_750_000_000_000;
const named = encode('timestamp,namespace,pod,cpuCores,memoryBytes,diskReadBytes,diskWriteBytes,networkReceiveBytes,restarts', (row) => {
  const at = new Date(T0 + Math.floor(row / PODS) * 15_000).toISOString().slice(0, 19);
  return `${at}Z,shop-${row % 10},pod-${row % PODS},${numbers(row, 6)}`;
});
const plain = encode('a,b,c,d,e,f,g,h,i', (row) => numbers(row, 9));

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
function measure(what: string, work: () => void): void {
  const times = Array.from({ length: RUNS }, () => cpuMs(work)).sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? Number.NaN);
  console.log(`${what}: ${at(0.5)} ms CPU (least ${at(0)}, most ${at(1)}, n ${RUNS})`);
}
console.log(`${ROWS} rows x 9 columns, ${Math.round(named.length / 1e6)} and ${Math.round(plain.length / 1e6)} MB; target 1,000 ms`);
measure('instants, names and six numbers', () => void readTable(named));
measure('nine numbers', () => void readTable(plain));
measure('the first, into the rings of 6,000 series', () => {
  const watch = seriesWatch({ ...standardSettings, detectors: [] });
  for (const block of csvBlocks(readTable(named), 'bench.csv')) watch.take(block, block.at);
  if (watch.size() !== 6 * PODS) throw new Error(`${watch.size()} series`);
});
