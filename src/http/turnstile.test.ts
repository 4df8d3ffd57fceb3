import { expect, it } from 'vitest';
import { turnstile } from './turnstile.ts';

/** Work that ends when it is told to. */
function work() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const piece = (n: number) => async () => {
    begun.push(n);
    await new Promise<void>((resolve) => ends.push(resolve));
    return n;
  };
  return { begun, ends, piece };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

it('lets as many in as there is room, and the others in the order in which they came', async () => {
  const { begun, ends, piece } = work();
  const inTurn = turnstile({ inside: 2, waiting: 10 });
  const all = [1, 2, 3, 4].map((n) => inTurn(piece(n)));
  await turn();
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  await turn();
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
});

it('refuses who would have to wait behind too many', async () => {
  const { ends, piece } = work();
  const inTurn = turnstile({ inside: 1, waiting: 1 });
  const [first, second] = [inTurn(piece(1)), inTurn(piece(2))];
  await expect(inTurn(piece(3))).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  await turn();
  ends[0]?.();
  await turn();
  ends[1]?.();
  expect(await Promise.all([first, second])).toEqual([1, 2]);
});

it('gives the place on when work fails', async () => {
  const inTurn = turnstile({ inside: 1, waiting: 5 });
  const failing = Array.from({ length: 5 }, () => inTurn(async () => Promise.reject(new Error('broken'))));
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(await inTurn(async () => 'well')).toBe('well');
});
