import { describe, expect, it, onTestFinished } from 'vitest';
import { steppedClock } from '../../../../test/fakes/stepped-clock.ts';
import type { LogLine } from '../../../core/model/log-line.ts';
import type { OpenPodLog, SignalSource } from '../../../core/ports.ts';
import type { FollowedContainer } from './follow-container.ts';
import { type PodLogsOptions, podLogsSource } from './pod-logs-source.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString();

function container(pod: string, restarts = 0): FollowedContainer {
  return {
    pod: { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-${pod}` },
    container: 'app',
    restarts,
  };
}

/** A server of logs: each opened log stays open until the test ends it. */
function logServer() {
  const asked: Parameters<OpenPodLog>[0][] = [];
  const open: { readonly pod: string; send(text: string): void; end(): void }[] = [];
  let refusal: Error | undefined;
  const openLog: OpenPodLog = async (request) => {
    asked.push(request);
    if (refusal) throw refusal;
    let push: (text: string | undefined) => void = () => {};
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => (text === undefined ? controller.close() : controller.enqueue(new TextEncoder().encode(text)));
        request.signal.addEventListener('abort', () => controller.error(request.signal.reason));
      },
    });
    open.push({ pod: request.pod, send: push, end: () => push(undefined) });
    return stream;
  };
  return {
    asked,
    openLog,
    log: (index: number) => open[index] ?? expect.fail(`log ${index} was not opened`),
    refuse: (why: Error | undefined) => {
      refusal = why;
    },
  };
}

/** A source over such a server, on a clock that the test moves. */
function begin(containers: FollowedContainer[], limits: PodLogsOptions['limits'] = {}, refusal?: Error) {
  const clock = steppedClock(NOON);
  const server = logServer();
  server.refuse(refusal);
  const source = podLogsSource({ open: server.openLog, clock, containers: () => containers, limits });
  const lines: LogLine[] = [];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const ended = collect(source, lines, ending.signal);
  const stop = () => {
    ending.abort();
    return ended;
  };
  return { clock, server, source, lines, texts: () => lines.map(({ text }) => text), stop };
}

function refused(status: number, why: string): Error {
  return Object.assign(new Error(`${status}: ${why}`), { status });
}

async function collect(source: SignalSource, lines: LogLine[], signal: AbortSignal): Promise<void> {
  for await (const observation of source.stream(signal)) if (observation.signal === 'log') lines.push(observation);
}

describe('the logs of pods', () => {
  it('are followed from the start of the source on, each line with its pod and instant', async () => {
    const { clock, server, lines } = begin([container('cart')]);
    await clock.advance(0);
    server.log(0).send(`${at(1)} one\n${at(2)} tw`);
    server.log(0).send('o\n');
    await clock.advance(1);
    expect(server.asked[0]).toMatchObject({ namespace: 'shop', pod: 'cart', container: 'app', follow: true, since: NOON });
    expect(lines).toMatchObject([
      { text: 'one', at: NOON + 1000, subject: { name: 'cart', uid: 'uid-cart' }, container: 'app' },
      { text: 'two', at: NOON + 2000 },
    ]);
  });

  it('go on after a break where they were, and lines that come again are not told again', async () => {
    const { clock, server, texts } = begin([container('cart')]);
    await clock.advance(0);
    server.log(0).send(`${at(1.2)} one\n${at(1.2)} two\n`);
    server.log(0).end();
    await clock.advance(6_000);
    expect(server.asked[1]?.since).toBe(NOON + 1_200);
    server.log(1).send(`${at(1)} older\n${at(1.2)} one\n${at(1.2)} two\n${at(1.2)} three\n${at(1.3)} one\n`);
    await clock.advance(1);
    expect(texts()).toEqual(['one', 'two', 'three', 'one']);
  });

  it('of a container that was started anew include the end of its run before', async () => {
    const containers = [container('cart')];
    const { clock, server, lines } = begin(containers);
    await clock.advance(0);
    server.log(0).end();
    containers[0] = container('cart', 1);
    await clock.advance(6_000);
    expect(server.asked[1]).toMatchObject({ previous: true, lastLines: 200 });
    server.log(1).send(`${at(2)} panic: nil\n`);
    server.log(1).end();
    await clock.advance(1);
    expect(server.asked[2]).toMatchObject({ follow: true, since: NOON + 2_000 });
    expect(lines).toMatchObject([{ text: 'panic: nil', previous: true }]);
  });

  it('are let go when the pod is gone, and taken up when one is new', async () => {
    const containers = [container('cart')];
    const { clock, server } = begin(containers);
    await clock.advance(0);
    containers[0] = container('till');
    await clock.advance(5_000);
    expect(server.asked.map(({ pod, signal }) => [pod, signal.aborted])).toEqual([
      ['cart', true],
      ['till', false],
    ]);
  });

  it('are read from as many containers as the limit allows, and the rest is said', async () => {
    const { clock, server, source } = begin([container('a'), container('b'), container('c')], { containers: 2 });
    await clock.advance(0);
    expect(server.asked.map(({ pod }) => pod)).toEqual(['a', 'b']);
    expect(source.health().problem).toContain('1 containers are beyond the limit of 2');
  });

  it('that come too fast, too long or when nobody reads them are counted, not kept', async () => {
    const { clock, server, source, texts } = begin([container('cart')], { burstLines: 2, linesPerSecond: 1, longestLine: 10 });
    await clock.advance(0);
    server.log(0).send(`${at(1)} a line of more than ten\n${at(2)} b\n${at(3)} c\n`);
    await clock.advance(1_000);
    server.log(0).send(`${at(4)} d\n`);
    await clock.advance(1);
    expect(texts()).toEqual(['a line of ', 'b', 'd']);
    expect(source.health().dropped).toEqual({ 'line cut': 1, 'too many lines': 1 });
  });

  it('that cannot be read are a problem that names one, tried again ever more seldom, and gone when they can', async () => {
    const { clock, server, source } = begin([container('cart')], {}, refused(403, 'pods "cart" is forbidden'));
    await clock.advance(65_000);
    expect(source.health()).toMatchObject({
      ageMs: undefined,
      problem: '1 of 1 logs cannot be read, cart/app: 403: pods "cart" is forbidden',
    });
    expect(server.asked).toHaveLength(4); // after 0, 5, 15 and 35 s
    server.refuse(undefined);
    await clock.advance(60_000);
    expect(source.health()).toEqual({ ageMs: 0, dropped: {} });
  });

  it('that are not there yet are no problem', async () => {
    const { clock, source } = begin([container('cart')], {}, refused(400, 'container is waiting to start'));
    await clock.advance(6_000);
    expect(source.health()).not.toHaveProperty('problem');
  });

  it('end with the signal, and every open log with them', async () => {
    const { clock, server, stop } = begin([container('a'), container('b')]);
    await clock.advance(0);
    await stop();
    expect(server.asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
