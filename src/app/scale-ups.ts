import { type ScaleUp, scaleUpsIn } from '../core/model/scale-up.ts';
import type { Clock, Store } from '../core/ports.ts';
import type { Loop } from './loop.ts';

/** So far back is looked for our own scale-ups; an older one is left as it is, for people have lived with it since. */
const REMEMBERED_MS = 7 * 24 * 60 * 60_000;

/** What kubemend has scaled up and not taken back, as the ledger said before the last look. */
export interface ScaleUps {
  current(): readonly ScaleUp[];
  /** The same loop, which reads the ledger before it looks. */
  readBefore(loop: Loop): Loop;
}

/** Knows nothing before the first look. */
export function openScaleUps(store: Pick<Store, 'ledger'>, clock: Clock): ScaleUps {
  let known: readonly ScaleUp[] = [];
  return {
    current: () => known,
    readBefore: (loop) => ({
      ...loop,
      async look() {
        known = scaleUpsIn(await store.ledger(clock.now() - REMEMBERED_MS));
        return await loop.look();
      },
    }),
  };
}
