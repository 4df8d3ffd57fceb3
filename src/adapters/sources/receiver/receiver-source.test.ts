import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenTo } from '../../../../test/fakes/listened.ts';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import type { LogLine } from '../../../core/model/log-line.ts';
import type { Clock } from '../../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { tally } from '../tally.ts';
import { type Door, listening } from './door.ts';
import { observationQueue } from './observation-queue.ts';
import { receiverSource } from './receiver-source.ts';

/** A real clock on which nobody waits long. */
const hurriedClock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };

async function doorAt(port: number, host = '127.0.0.1'): Promise<Door & { readonly server: Server }> {
  const server = createServer();
  return { server, address: await listening(server, { host, port }), close: () => new Promise((resolve) => server.close(() => resolve())) };
}
function sourceWith(open: () => Promise<Door>) {
  const queue = observationQueue(2);
  const parts = { name: 'test', clock: hurriedClock, log: quietLogger, queue, tally: tally(), lastTakenAt: () => undefined };
  return { queue, source: receiverSource({ ...parts, entrances: [{ key: 'test.http 127.0.0.1', open }] }) };
}
const line = (text: string): LogLine => ({
  ...{ signal: 'log', source: 'test', at: 0, text },
  subject: { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart-1' },
});

describe('a receiver', () => {
  it('yields in order what was received, and forgets at its end what nobody took', async () => {
    const { queue, source } = sourceWith(() => doorAt(0));
    const listened = listenTo(source);
    for (const text of ['a', 'b', 'c']) queue.push(line(text));
    expect(queue.isFull()).toBe(true);
    await listened.until(() => listened.heard.length === 3);
    expect([listened.of('log').map(({ text }) => text), queue.isFull()]).toEqual([['a', 'b', 'c'], false]);
    await listened.stop();
    queue.push(line('d'));
    const again = listenTo(source);
    await again.until(() => again.heard.length === 1);
    await again.stop();
  });

  it('says that its address is taken, goes on asking for it, and listens when it is free', async () => {
    const other = await doorAt(0);
    const port = Number(other.address.split(':')[1]);
    const { source } = sourceWith(() => doorAt(port));
    const listened = listenTo(source);
    await listened.until(() => source.health().problem !== undefined);
    expect(source.health().problem).toBe('test.http 127.0.0.1 is taken by another program: end it, or configure another port');
    await other.close();
    await listened.until(() => source.addresses()['test.http 127.0.0.1'] === `127.0.0.1:${port}`);
    expect(source.health().problem).toBeUndefined();
    await listened.stop();
    await (await doorAt(port)).close();
  });

  it('fails with the mend for an address that no waiting will give', async () => {
    const { source } = sourceWith(() => doorAt(0, '192.0.2.1'));
    const listened = listenTo(source);
    await expect(listened.until(() => false)).rejects.toThrow(
      expect.objectContaining({
        code: 'bad-config',
        message: expect.stringMatching(/^test\.http 127\.0\.0\.1 cannot be opened: .*Configure an address/),
      }),
    );
  });
});
