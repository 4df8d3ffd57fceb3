import { describe, expect, it } from 'vitest';
import type { ResourceRef } from '../../../core/model/resource.ts';
import { type SpanRecord, type SpanWindows, spanWindows, type WindowLimits } from './span-windows.ts';

const limits: WindowLimits = { windowMs: 10_000, graceMs: 10_000, maxServices: 2, maxEdges: 2, maxCalls: 100 };
const windows = (over: Partial<WindowLimits> = {}): SpanWindows => spanWindows('otlp', { ...limits, ...over });
const pod = (name: string): ResourceRef => ({ cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name });

function entry(service: string, over: Partial<SpanRecord> = {}): SpanRecord {
  return { service, id: `${service}-1`, role: 'entry', endAt: 1_000, durationMs: 10, isError: false, ...over };
}
function call(service: string, id: string, over: Partial<SpanRecord> = {}): SpanRecord {
  return entry(service, { id, role: 'call', durationMs: 20, ...over });
}
function pairs(of: SpanWindows, now: number): readonly string[] {
  return of.close(now).map(({ caller, service, count, errors }) => `${caller ?? ''}>${service} ${count}/${errors}`);
}

describe('windows of spans', () => {
  it('give the figures of a window once, after its end and the grace', () => {
    const open = windows();
    open.add(entry('cart', { subject: pod('cart-1') }), 2_000);
    open.add(entry('cart', { subject: pod('cart-1'), isError: true, durationMs: 30 }), 2_000);
    expect(open.close(19_999)).toEqual([]);
    expect(open.close(20_000)).toMatchObject([
      {
        signal: 'spans',
        source: 'otlp',
        at: 10_000,
        windowMs: 10_000,
        service: 'cart',
        count: 2,
        errors: 1,
        subject: pod('cart-1'),
        durationMs: { mean: 20 },
      },
    ]);
    expect(open.close(60_000)).toEqual([]);
  });

  it('name no subject when several sent the spans', () => {
    const open = windows();
    for (const name of ['cart-1', 'cart-2', 'cart-1']) open.add(entry('cart', { subject: pod(name) }), 2_000);
    expect(open.close(20_000)[0]).not.toHaveProperty('subject');
  });

  it.each([
    [
      'the answer came first',
      (open: SpanWindows) => [entry('cart', { parentId: 'c' }), call('front', 'c')].map((span) => open.add(span, 2_000)),
    ],
    [
      'the call came first',
      (open: SpanWindows) => [call('front', 'c'), entry('cart', { parentId: 'c' })].map((span) => open.add(span, 2_000)),
    ],
    [
      'the call ended in the next window',
      (open: SpanWindows) =>
        [entry('cart', { parentId: 'c', endAt: 9_999 }), call('front', 'c', { endAt: 10_001 })].map((span) => open.add(span, 11_000)),
    ],
    [
      'the caller also named somebody else',
      (open: SpanWindows) =>
        [entry('cart', { parentId: 'c' }), call('front', 'c', { peer: '10.0.0.7' })].map((span) => open.add(span, 2_000)),
    ],
  ])('know who called whom: %s', (_how, send) => {
    const open = windows();
    send(open);
    expect(pairs(open, 40_000).toSorted()).toEqual(['>cart 1/0', 'front>cart 1/0']);
  });

  it('give the caller’s view of a call: how long it waited, and what it held for an error', () => {
    const open = windows();
    open.add(call('front', 'c', { durationMs: 5_000, isError: true }), 2_000);
    open.add(entry('cart', { parentId: 'c', durationMs: 10 }), 2_000);
    expect(open.close(20_000)).toMatchObject([
      { service: 'cart', errors: 0 },
      { service: 'cart', caller: 'front', errors: 1, durationMs: { mean: 5_000 } },
    ]);
  });

  it('take the caller’s word for whom it calls when the other side sends nothing, and leave out whom nobody names', () => {
    const open = windows();
    for (const span of [call('cart', 'a', { peer: 'db' }), call('cart', 'b')]) open.add(span, 2_000);
    expect(pairs(open, 20_000)).toEqual(['cart>db 1/0']);
  });

  it('leave out what ended in a window that is over, or has not begun', () => {
    const open = windows();
    expect(open.add(entry('cart', { endAt: 1_000 }), 20_000)).toBe('late span');
    expect(open.add(entry('cart', { endAt: 55_000 }), 20_000)).toBe('from the future');
    expect(open.add(entry('cart', { endAt: 12_000 }), 20_000)).toBeUndefined();
    open.close(30_000);
    expect(open.add(entry('cart', { endAt: 12_000 }), 25_000), 'a clock that jumped back revives no window').toBe('late span');
  });

  it('put what is beyond the cap together, the smallest first', () => {
    const open = windows();
    for (const [service, count] of [
      ['a', 1],
      ['b', 5],
      ['c', 3],
      ['d', 2],
    ] as const)
      for (let n = 0; n < count; n += 1) {
        open.add(entry(service, { isError: service === 'd' }), 2_000);
        open.add(call(service, `${service}${n}`, { peer: 'db' }), 2_000);
      }
    expect(pairs(open, 20_000)).toEqual(['>b 5/0', '>c 3/0', '>(other) 3/2', 'b>db 5/0', 'c>db 3/0', '(other)>(other) 3/0']);
  });

  it('hold no more groups than four times the cap, nor more calls than they may', () => {
    const open = windows({ maxCalls: 3 });
    for (let n = 0; n < 1_000; n += 1) open.add(entry(`s${n}`), 2_000);
    const answers = Array.from({ length: 5 }, (_, n) => open.add(call('cart', `c${n}`, { peer: 'db' }), 2_000));
    expect(answers).toEqual([undefined, undefined, undefined, 'too many calls', 'too many calls']);
    expect(pairs(open, 20_000)).toEqual(['>s0 1/0', '>s1 1/0', '>(other) 998/0', 'cart>db 3/0']);
  });
});
