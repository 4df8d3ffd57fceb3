/**
 * Lines per second of the log template miner, by processor time: lines as pods write them, read for the first time and again; and the
 * worst that a hostile pod can do. `node bench/log-templates.ts`
 */
import { createLogTemplateMiner } from '../src/learning/log-templates.ts';
import { createRandom } from '../src/simulator/random.ts';

const random = createRandom(1);
const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[Math.floor(random() * items.length)] ?? items[0];
const number = () => Math.floor(random() * 1e6);
const word = () => pick(['cart', 'orders', 'payments', 'search', 'users', 'mail']);
const letters = (n: number) => n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');

/** What each line says, with new values each time. */
const forms = [
  () => `GET /v1/${word()}/${number()} HTTP/1.1 200 ${number()} bytes in ${number()} ms from 10.1.2.${number() % 255}:${number() % 65_536}`,
  () => `Started container ${word()} of pod ${word()}-${number().toString(16)}-x2x4k on node-${number() % 100}`,
  () => `level=warn component=${word()} attempt=${number() % 9} err="connection refused" took=${number() % 999}ms`,
  () => `Successfully committed offset ${number()} of partition ${number() % 64} for group ${word()}`,
  () => `I0512 10:00:00.${number()} 1 controller.go:${number() % 999}] Syncing ${word()}/${word()} (uid ${number()})`,
  () => 'Health check passed',
] as const;

function measure(name: string, lines: readonly string[], miner = createLogTemplateMiner()): void {
  const start = process.cpuUsage();
  for (const line of lines) miner.add(line);
  const { user, system } = process.cpuUsage(start);
  const perSecond = Math.round((lines.length / (user + system)) * 1e6);
  console.log(`${name.padEnd(34)} ${perSecond.toLocaleString('en').padStart(10)} lines/s (${miner.templates().length} templates)`);
}

const lines = Array.from({ length: 200_000 }, () => pick(forms)());
measure('warm-up', lines);
const miner = createLogTemplateMiner();
measure('pod logs, read first', lines, miner);
measure('the same again', lines, miner);
measure(
  'hostile: no word ever seen before',
  Array.from({ length: 20_000 }, (_, n) => `${letters(n * 7)} ${letters(n * 11)} ${letters(n * 13)} ${letters(n * 3)} end of it`),
);
measure(
  'hostile: 2,000 signs, all different',
  Array.from({ length: 1_000 }, (_, n) => `${letters(n)}${' a=b'.repeat(500)}`),
);
