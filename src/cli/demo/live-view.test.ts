import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { badRelease, demoSet, demoStory, faultResult, goodRelease, told } from '../../../test/fakes/demo-news.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { type DemoState, hear, nothingYet } from './demo-state.ts';
import { liveView, type Moment } from './live-view.ts';

const moment: Moment = { colors: colors.createColors(false), columns: 80, rows: 24, frame: 0, sinceNewsMs: 0, isStopping: false };
const story = demoStory();
const stateAfter = (count: number) => story.slice(0, count).reduce(hear, nothingYet);
const picture = (state: DemoState, changes: Partial<Moment> = {}) => liveView(state, { ...moment, ...changes });

describe('the live view', () => {
  it('says that the cluster is being set up until it stands', () => {
    expect(picture(nothingYet)).toEqual([' ⠋ setting up a simulated cluster, and letting it stand healthy for a while']);
  });

  it('shows the faults in rows that change in place, and below them what happens', () => {
    expect(`\n${picture(stateAfter(6), { sinceNewsMs: 1_500 }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
       kubemend demo  12 simulated nodes, 58 workloads, seed 1   12:00:45, 10 x speed

         FAULT       SUBJECT            NOW       ACTION             SEEN ACTED  WELL
       ⠋ bad-release cart               verifying rollback-rollout   0:10  0:20
       · zone-down   stock              healthy                    
         look-alikes  0 acts on 1: good-release
       ──────────────────────────────────────────────────────────────────────────────
      12:00:10  fault      bad-release: Deployment cart of 3, container app, ends
                           with 2 after 2539 ms
      12:00:15  look-alike good-release: Deployment cart of 3
      12:00:20  seen       bad-release: crash-loop (1 signal; 1 more like it): Pod
                           cart-6f-0: container app has ended 3 times, last with exi…
      12:00:26  cause      bad-release: bad-rollout (80 % on 10 cases)
                           - 3 of 3 pods of revision 2 fail
                           - the image changed
      12:00:30  done       bad-release: roll Deployment cart back to revision 1 (2 of
                           its pods still serve)
                           - no guard objected
      "
    `);
  });

  it('shows why acts were refused, once for all nodes of the zone', () => {
    expect(`\n${picture(stateAfter(14)).join('\n')}\n`).toMatchInlineSnapshot(`
      "
       kubemend demo  12 simulated nodes, 58 workloads, seed 1   12:03:17, 10 x speed

         FAULT       SUBJECT            NOW       ACTION             SEEN ACTED  WELL
       ✔ bad-release cart               mended    rollback-rollout   0:10  0:20  1:21
       ⠋ zone-down   stock              refused   evict-pod          1:00
         look-alikes  0 acts on 1: good-release
       ──────────────────────────────────────────────────────────────────────────────
      12:00:30  done       bad-release: roll Deployment cart back to revision 1 (2 of
                           its pods still serve)
                           - no guard objected
      12:01:31  verified   bad-release: recovered: quiet and ready
      12:02:00  result     bad-release: mended, as expected; detected after 0:10;
                           acted after 0:20; recovered after 1:21
      12:02:10  fault      zone-down: over several zones
      12:03:10  seen       zone-down: node-not-ready (1 signal): Node node-1 has not
                           been heard of for 1 min
                           and the same of Node node-4
      12:03:16  refused    zone-down: evict Pod stock-node-1
                           - storm-brake: 4 of 4 nodes of zone-1 are sick, all of
                             them: either the fault lies elsewhere or kubemend is bl…
                           - healthy-nodes: it leaves 8 of 12 nodes healthy; 75 %
                             must stay
                           and the same of Node node-4
      "
    `);
  });

  it('is the same in a wide terminal, with the subjects in full', () => {
    expect(`\n${picture(stateAfter(9), { columns: 120 }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
       kubemend demo  12 simulated nodes, 58 workloads, seed 1                                           12:02:00, 10 x speed

         FAULT       SUBJECT                          NOW       ACTION             SEEN ACTED  WELL
       ✔ bad-release Deployment demo-bad-release/cart mended    rollback-rollout   0:10  0:20  1:21
       · zone-down   Deployment demo-zone-down/stock  healthy                    
         look-alikes  0 acts on 1: good-release
       ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      12:00:10  fault      bad-release: Deployment cart of 3, container app, ends with 2 after 2539 ms
      12:00:15  look-alike good-release: Deployment cart of 3
      12:00:20  seen       bad-release: crash-loop (1 signal; 1 more like it): Pod cart-6f-0: container app has ended 3
                           times, last with exit code 2 (Error) at 12:00:18
      12:00:26  cause      bad-release: bad-rollout (80 % on 10 cases)
                           - 3 of 3 pods of revision 2 fail
                           - the image changed
      12:00:30  done       bad-release: roll Deployment cart back to revision 1 (2 of its pods still serve)
                           - no guard objected
      12:01:31  verified   bad-release: recovered: quiet and ready
      12:02:00  result     bad-release: mended, as expected; detected after 0:10; acted after 0:20; recovered after 1:21
      "
    `);
  });

  it.each([
    ['80 by 24', 80, 24],
    ['60 by 15', 60, 15],
    ['30 by 8', 30, 8],
    ['no wider than a word', 5, 3],
    ['one line high', 80, 1],
  ])('fits into a terminal of %s at every moment, with and without colours', (_name, columns, rows) => {
    for (const [index] of [undefined, ...story].entries()) {
      const plain = picture(stateAfter(index), { columns, rows });
      expect(plain.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...plain.map((line) => line.length))).toBeLessThanOrEqual(columns);
      const painted = picture(stateAfter(index), { columns, rows, colors: colors.createColors(true) });
      expect(painted.map(stripVTControlCharacters)).toEqual(plain);
    }
  });

  it('leaves out the beginning of a story that is too long, sentence by sentence', () => {
    const lines = picture(stateAfter(9), { rows: 11 });
    expect(lines.slice(7)).toEqual([
      '12:01:31  verified   bad-release: recovered: quiet and ready',
      '12:02:00  result     bad-release: mended, as expected; detected after 0:10;',
      '                     acted after 0:20; recovered after 1:21',
    ]);
  });

  it('turns with each frame, and lets the clock of the cluster run on between the news', () => {
    expect(picture(stateAfter(4), { frame: 1 }).at(3)).toMatch(/^ ⠙ bad-release/);
    expect(picture(stateAfter(4), { frame: 11, sinceNewsMs: 2_000 }).at(0)).toMatch(/12:00:40, 10 x speed$/);
  });

  it('shows an act on a look-alike, and a look-alike that was not left alone as a row of its own', () => {
    const attempts = [{ actionId: 'a', action: 'evict-pod', target: 'cart', at: NOON, undone: false }];
    const acted = [demoSet([badRelease, goodRelease]), told('acted', goodRelease, { attempts })].reduce(hear, nothingYet);
    expect(picture(acted)).toContain('   look-alikes  1 act on 1: good-release');
    const result = faultResult(goodRelease, { outcome: 'mended', expected: 'silent', ok: false });
    const judged = hear(acted, { is: 'judged', at: NOON, fault: goodRelease, result });
    expect(picture(judged).filter((line) => line.includes('✘ good-release'))).toHaveLength(1);
  });

  it('says that it is stopping', () => {
    expect(picture(stateAfter(4), { isStopping: true }).at(0)).toMatch(/stopping in good order$/);
    expect(picture(nothingYet, { isStopping: true })).toEqual([' ⠋ stopping in good order']);
  });
});
