import { describe, expect, it } from 'vitest';
import { atSecond, badRelease, demoSet, demoStory, faultResult, refusals, told, zoneDown } from '../../../test/fakes/demo-news.ts';
import { evictPlan, finding } from '../../../test/fakes/guard-facts.ts';
import { ref } from '../../../test/fakes/object-meta.ts';
import type { DemoNews } from '../../app/demo/news.ts';
import { hear, nothingYet } from './demo-state.ts';

const heard = (...news: readonly DemoNews[]) => news.reduce(hear, nothingYet);
const begun = heard(demoSet([badRelease, zoneDown]), { is: 'injected', at: atSecond(10), fault: badRelease });
const attempt = { actionId: 'a1', action: 'evict-pod', target: 'cart', at: atSecond(40), undone: false };

describe('the state of a demo', () => {
  it('has a row for each fault, healthy until it is injected', () => {
    expect(begun.rows.map(({ fault, standing }) => [fault.name, standing])).toEqual([
      ['bad-release', 'injected'],
      ['zone-down', 'healthy'],
    ]);
  });

  it.each([
    ['open', 'seen'],
    ['denied', 'refused'],
    ['acted', 'verifying'],
    ['undoing', 'undoing'],
    ['resolved', 'recovered'],
  ] as const)('says of an incident that is %s that it is %s', (phase, standing) => {
    expect(hear(begun, told('opened', badRelease, { phase })).rows[0]).toMatchObject({ standing });
  });

  it('keeps saying that an act was undone when a person is told of it', () => {
    const news = told('ended', badRelease, { phase: 'escalated', attempts: [{ ...attempt, undone: true }] });
    expect(hear(begun, news).rows[0]).toMatchObject({ standing: 'undone' });
  });

  it('counts from the fault when it was seen and when something was done, of the first incident about it', () => {
    const first = told('acted', badRelease, { openedAt: atSecond(20), phase: 'acted', attempts: [attempt] });
    const second = told('opened', badRelease, { openedAt: atSecond(90), phase: 'open' });
    expect(hear(hear(begun, first), second).rows[0]).toMatchObject({
      ...{ detectedMs: 10_000, actedMs: 30_000, recoveredMs: undefined, action: 'evict-pod', acts: ['a1'] },
    });
  });

  it('counts each act once, however often it is told', () => {
    const news = told('verified', badRelease, { attempts: [attempt, { ...attempt, actionId: 'a2' }] });
    expect(hear(hear(begun, news), news).rows[0]?.acts).toEqual(['a1', 'a2']);
  });

  it('shows what is proposed while nothing is done', () => {
    const plan = evictPlan(undefined, { action: 'evict-pod' });
    expect(hear(begun, told('denied', badRelease, { phase: 'denied', plan })).rows[0]).toMatchObject({ action: 'evict-pod', acts: [] });
  });

  it('lets the judgement stand against whatever is told later', () => {
    const judged = hear(begun, { is: 'judged', at: atSecond(99), fault: badRelease, result: faultResult(badRelease) });
    expect(hear(judged, told('opened', badRelease, { phase: 'open' })).rows[0]).toMatchObject({ standing: 'mended', recoveredMs: 81_000 });
  });

  it('leaves the other rows alone, also when an incident belongs to no fault', () => {
    expect(hear(begun, told('opened', undefined)).rows).toEqual(begun.rows);
  });

  it('never goes back in time', () => {
    expect(hear(begun, told('opened', badRelease, { at: atSecond(5) })).at).toBe(atSecond(10));
  });

  it('ends with the report', () => {
    expect(heard(...demoStory()).report).toMatchObject({ mended: 1, refused: 1, ok: true });
  });
});

describe('the story in it', () => {
  const nodeGone = (name: string, at: number) =>
    told('opened', zoneDown, { at, subject: ref('Node', name), findings: [finding({ summary: `Node ${name} is gone` })] });
  const refused = (name: string, reasons: readonly string[]) =>
    told('denied', zoneDown, {
      at: atSecond(30),
      subject: ref('Node', name),
      plan: evictPlan(ref('Pod', `stock-${name}`)),
      detail: { reasons },
    });

  it('tells the same of several subjects of a fault once, with their names', () => {
    const { story } = heard(nodeGone('node-1', atSecond(20)), nodeGone('node-4', atSecond(21)), nodeGone('node-4', atSecond(22)));
    expect(story).toMatchObject([{ subject: 'Node node-1', also: ['Node node-4'] }]);
  });

  it('takes refusals for the same where their reasons are, whatever was proposed', () => {
    expect(heard(refused('node-1', refusals), refused('node-4', refusals)).story).toMatchObject([{ also: ['Node node-4'] }]);
    expect(heard(refused('node-1', refusals), refused('node-4', ['pause: everything'])).story).toHaveLength(2);
  });

  it('tells it anew of the same subject, of another fault, and a minute later', () => {
    const first = nodeGone('node-1', atSecond(20));
    expect(heard(first, first).story).toHaveLength(2);
    expect(heard(first, { ...nodeGone('node-4', atSecond(20)), fault: badRelease }).story).toHaveLength(2);
    expect(heard(first, nodeGone('node-4', atSecond(81))).story).toHaveLength(2);
  });
});
