/**
 * Flows per second of the NetFlow decoder and of the watch over flows, by processor time, on what softflowd sent (test/bed/fixtures/netflow).
 * `node bench/netflow.ts`
 */
import { readFileSync } from 'node:fs';
import { createFlowDecoder } from '../src/adapters/sources/netflow/flow-decoder.ts';
import type { Flow } from '../src/core/model/flow.ts';
import { createFlowWatch } from '../src/learning/flows/flow-watch.ts';

const WANTED = 300_000;

function datagramsOf(name: string): readonly Buffer[] {
  const file = readFileSync(new URL(`../test/bed/fixtures/netflow/${name}.bin`, import.meta.url));
  const datagrams: Buffer[] = [];
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at)) datagrams.push(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)));
  return datagrams;
}

function measure(name: string, work: () => number): void {
  work();
  const start = process.cpuUsage();
  let flows = 0;
  while (flows < WANTED) flows += work();
  const { user, system } = process.cpuUsage(start);
  console.log(
    `${name.padEnd(14)} ${Math.round((flows / (user + system)) * 1e6)
      .toLocaleString('en')
      .padStart(10)} flows/s`,
  );
}

let flows: readonly Flow[] = [];
for (const name of ['netflow-v5', 'netflow-v9', 'ipfix']) {
  const datagrams = datagramsOf(name);
  measure(name, () => {
    const decoder = createFlowDecoder('netflow');
    flows = datagrams.flatMap((datagram) => decoder.decode(datagram, 'exporter', 0));
    return flows.length;
  });
}
measure('watch', () => {
  const watch = createFlowWatch();
  for (const flow of flows) watch.add(flow);
  watch.close(Number.POSITIVE_INFINITY);
  return flows.length;
});
