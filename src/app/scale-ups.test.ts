import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import type { Intent } from '../core/model/intent.ts';
import { openScaleUps } from './scale-ups.ts';

const target = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'u' };
const act: Intent = {
  ...{ actionId: 'a', kind: 'act', incidentId: 'i', action: 'scale-workload', planHash: 'h', treats: 'insufficient-capacity' },
  ...{ write: { verb: 'scale', target, replicas: 6 }, undo: { verb: 'scale', target, replicas: 4 }, target, owner: target },
  ...{ resourceVersion: '1', specSeen: 'generation:1', epoch: 1, evidence: [], at: 1, deadline: 1, sends: 1, unanswered: 0 },
  state: 'applied',
};

it('reads the ledger of a week before each look', async () => {
  const asked: number[] = [];
  const looks: unknown[] = [];
  const clock = fakeClock();
  async function ledger(since: number): Promise<readonly Intent[]> {
    asked.push(clock.now() - since);
    return [act];
  }
  const scaleUps = openScaleUps({ ledger }, clock);
  const loop = scaleUps.readBefore({
    async look() {
      looks.push(scaleUps.current());
      return [];
    },
    mend: async () => ({ open: 0, nextInMs: undefined }),
  });
  expect(scaleUps.current()).toEqual([]);
  await loop.look();
  expect(looks).toMatchObject([[{ subject: target, from: 4, to: 6 }]]);
  expect(asked).toEqual([7 * 24 * 3_600_000]);
});
