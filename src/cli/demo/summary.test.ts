import colors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { badRelease, demoReport, demoSet, demoStory, faultResult, goodRelease } from '../../../test/fakes/demo-news.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { hear, nothingYet } from './demo-state.ts';
import { summary, wholeStory } from './summary.ts';

const style = { colors: colors.createColors(false), columns: 80 };
const state = demoStory().reduce(hear, nothingYet);

describe('the end of a demo', () => {
  it('tells the whole story again, fault by fault, counted from each', () => {
    expect(`\n${wholeStory(state, style).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      bad-release  Deployment demo-bad-release/cart  12:00:10
        +0:00  fault      Deployment cart of 3, container app, ends with 2 after 2539
                          ms
        +0:10  seen       crash-loop (1 signal; 1 more like it): Pod cart-6f-0:
                          container app has ended 3 times, last with exit code 2
                          (Error) at 12:00:18
        +0:16  cause      bad-rollout (80 % on 10 cases)
                          - 3 of 3 pods of revision 2 fail
                          - the image changed
        +0:20  done       roll Deployment cart back to revision 1 (2 of its pods
                          still serve)
                          - no guard objected
        +1:21  verified   recovered: quiet and ready
        +1:50  result     mended, as expected; detected after 0:10; acted after 0:20;
                          recovered after 1:21

      zone-down  Deployment demo-zone-down/stock  12:02:10
        +0:00  fault      over several zones
        +1:00  seen       node-not-ready (1 signal): Node node-1 has not been heard
                          of for 1 min
                          and the same of Node node-4
        +1:06  refused    evict Pod stock-node-1
                          - storm-brake: 4 of 4 nodes of zone-1 are sick, all of
                            them: either the fault lies elsewhere or kubemend is
                            blind
                          - healthy-nodes: it leaves 8 of 12 nodes healthy; 75 % must
                            stay
                          and the same of Node node-4
        +3:10  result     refused, as expected; detected after 1:00

      "
    `);
  });

  it('sums up what became of each fault, and counts what must not happen', () => {
    expect(`\n${summary(state, state.report ?? demoReport([]), style).join('\n')}\n`).toMatchInlineSnapshot(`
      "
         FAULT       SUBJECT            OUTCOME   ACTION             SEEN ACTED  WELL
       ✔ bad-release cart               mended    rollback-rollout   0:10  0:20  1:21
       ✔ zone-down   stock              refused   evict-pod          1:00
         ✔ as expected, ✘ not; times in min:s by the cluster's clock, from the fault
         refused: an act was proposed, and guards forbade it

       All as expected: 2 faults, of which mended 1, undone 0, refused 1.
       Unsafe writes, counted by the simulated API server and not by kubemend: 0.
       Look-alikes that were left alone: 1 of 1.
       It took 64 s at 10 times the speed of the clock.
      "
    `);
  });

  it('says what is not as expected, look-alikes included', () => {
    const bad = [
      faultResult(badRelease, { outcome: 'missed', ok: false }),
      faultResult(goodRelease, { outcome: 'mended', expected: 'silent', ok: false }),
    ];
    const [missed = faultResult(badRelease), touched = faultResult(goodRelease)] = bad;
    const ended = [
      demoSet([badRelease, goodRelease]),
      { is: 'judged' as const, at: NOON, fault: badRelease, result: missed },
      { is: 'judged' as const, at: NOON, fault: goodRelease, result: touched },
    ].reduce(hear, nothingYet);
    const lines = summary(ended, demoReport(bad, { ok: false, unsafeActions: 2 }), style);
    expect(lines).toEqual(
      expect.arrayContaining([
        ' NOT as expected: 1 fault, of which mended 1, undone 0, refused 0.',
        ' bad-release on Deployment demo-bad-release/cart: missed, expected mended',
        ' good-release on Deployment demo-good-release/cart: mended, expected silent',
        ' Unsafe writes, counted by the simulated API server and not by kubemend: 2.',
        ' Look-alikes that were left alone: 0 of 1.',
      ]),
    );
    expect(lines.filter((line) => line.startsWith(' ✘'))).toHaveLength(2);
  });

  it('says so when a fault was never judged', () => {
    const ended = hear(nothingYet, demoSet([badRelease]));
    expect(summary(ended, demoReport([], { ok: false }), style)).toContain(
      ' bad-release on Deployment demo-bad-release/cart was never judged',
    );
  });
});
