import colors from 'picocolors';
import { expect, it } from 'vitest';
import { demoStory } from '../../../test/fakes/demo-news.ts';
import { plainViewer } from './plain-viewer.ts';

function shown(): string {
  let text = '';
  const viewer = plainViewer((more) => {
    text += more;
  }, colors.createColors(false));
  for (const news of demoStory()) viewer.hear(news);
  viewer.close();
  return text;
}

it('writes each sentence as one line as it comes, and the summary at the end', () => {
  expect(`\n${shown()}`).toMatchInlineSnapshot(`
    "
    a simulated cluster of 12 nodes and 58 workloads, seed 1, 10 times as fast as the clock; faults to come: 2, beside 1 things that only look like one
    12:00:10  fault      bad-release: Deployment cart of 3, container app, ends with 2 after 2539 ms
    12:00:15  look-alike good-release: Deployment cart of 3
    12:00:20  seen       bad-release: crash-loop (1 signal; 1 more like it): Pod cart-6f-0: container app has ended 3 times, last with exit code 2 (Error) at 12:00:18
    12:00:26  cause      bad-release: bad-rollout (80 % on 10 cases)
                         - 3 of 3 pods of revision 2 fail
                         - the image changed
    12:00:30  done       bad-release: roll Deployment cart back to revision 1 (2 of its pods still serve)
                         - no guard objected
    12:01:31  verified   bad-release: recovered: quiet and ready
    12:02:00  result     bad-release: mended, as expected; detected after 0:10; acted after 0:20; recovered after 1:21
    12:02:10  fault      zone-down: over several zones
    12:03:10  seen       zone-down: node-not-ready (1 signal): Node node-1 has not been heard of for 1 min
    12:03:16  refused    zone-down: evict Pod stock-node-1
                         - storm-brake: 4 of 4 nodes of zone-1 are sick, all of them: either the fault lies elsewhere or kubemend is blind
                         - healthy-nodes: it leaves 8 of 12 nodes healthy; 75 % must stay
    12:03:11  seen       zone-down: node-not-ready (1 signal): Node node-4 has not been heard of for 1 min
    12:03:17  refused    zone-down: evict Pod stock-node-4
                         - storm-brake: 4 of 4 nodes of zone-1 are sick, all of them: either the fault lies elsewhere or kubemend is blind
                         - healthy-nodes: it leaves 8 of 12 nodes healthy; 75 % must stay
    12:05:20  result     zone-down: refused, as expected; detected after 1:00
    12:05:21  result     good-release: silent, as expected

       FAULT       SUBJECT                          OUTCOME   ACTION             SEEN ACTED  WELL
     ✔ bad-release Deployment demo-bad-release/cart mended    rollback-rollout   0:10  0:20  1:21
     ✔ zone-down   Deployment demo-zone-down/stock  refused   evict-pod          1:00
       ✔ as expected, ✘ not; times in min:s by the cluster's clock, from the fault
       refused: an act was proposed, and guards forbade it

     All as expected: 2 faults, of which mended 1, undone 0, refused 1.
     Unsafe writes, counted by the simulated API server and not by kubemend: 0.
     Look-alikes that were left alone: 1 of 1.
     It took 64 s at 10 times the speed of the clock.
    "
  `);
});

it('writes no control characters', () => {
  expect(shown().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
