import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/model/incident.ts';
import { incident, T0 } from '../contracts/store-records.ts';
import { anEntrance, type Person } from './an-entrance.ts';

type Entrance = Awaited<ReturnType<typeof anEntrance>>;
const idsOf = (answer: { readonly body: { readonly incidents: readonly Incident[] } }) => answer.body.incidents.map(({ id }) => id);

async function idsSeenBy(person: Person, query = '', { ask, as }: Pick<Entrance, 'ask' | 'as'>): Promise<readonly string[]> {
  return idsOf(await ask('GET', `/api/v1/incidents${query}`, as(person)));
}

describe('the list of incidents', () => {
  it('has newest first what the caller may view, and nothing of what reaches beyond', async () => {
    const entrance = await anEntrance();
    expect(await idsSeenBy('viewer', '', entrance)).toEqual(['machine', 'across', 'vault', 'done', 'cart']);
    expect(await idsSeenBy('viewer of shop', '', entrance)).toEqual(['done', 'cart']);
    expect(await idsSeenBy('viewer of bank', '', entrance)).toEqual(['vault']);
  });

  it.each([
    ['?open=true', ['machine', 'across', 'vault', 'cart']],
    ['?open=false', ['done']],
    ['?phase=asked', ['across', 'cart']],
    ['?namespace=bank', ['across', 'vault']],
    ['?namespace=nowhere', []],
    [`?open=true&before=${T0 + 2}-vault`, ['cart']],
    [`?phase=asked&before=${T0 + 3}-across`, ['cart']],
  ])('answers %s with %j', async (query, ids) => {
    expect(await idsSeenBy('viewer', query, await anEntrance())).toEqual(ids);
  });

  it('goes from page to page without leaving one out, whoever asks', async () => {
    const entrance = await anEntrance();
    for (let n = 0; n < 250; n += 1)
      await entrance.store.commit({
        incident: incident(`i-${n}`, {
          openedAt: T0 + 100,
          ...(n % 3 === 0 && { subject: { ...incident('x').subject, name: `v-${n}`, namespace: 'bank' } }),
        }),
        audit: [],
      });
    const pages = async (person: Person) => {
      const seen: string[] = [];
      for (let query = '?limit=7'; ; ) {
        const answer = await entrance.ask('GET', `/api/v1/incidents${query}`, entrance.as(person));
        seen.push(...idsOf(answer));
        if (answer.body.next === undefined) return seen;
        query = `?limit=7&before=${answer.body.next}`;
      }
    };
    expect(new Set(await pages('viewer')).size).toBe(255);
    expect((await pages('viewer of bank')).toSorted()).toEqual([...Array.from({ length: 84 }, (_, n) => `i-${n * 3}`), 'vault'].toSorted());
  });

  it.each(['?limit=0', '?limit=201', '?limit=x', '?limit=1&limit=2', '?open=maybe', '?phase=sleeping', '?colour=red', '?before=../x'])(
    'refuses %s with 400 and what does not fit',
    async (query) => {
      const { ask, as } = await anEntrance();
      const answer = await ask('GET', `/api/v1/incidents${query}`, as('viewer'));
      expect(answer).toMatchObject({ status: 400, body: { where: expect.stringContaining('query') } });
    },
  );

  it.each([
    ['an incident that is not there', `${T0}-nobody`],
    ['a hidden incident of which only the id is known', `${T0}-vault`],
  ])('answers as if there were none when it shall go on before %s', async (_name, before) => {
    const { ask, as } = await anEntrance();
    const answer = await ask('GET', `/api/v1/incidents?before=${before}`, as('viewer of shop'));
    expect(answer).toMatchObject({ status: 404, body: { error: `no page of incidents ended at ${before}: begin again without it` } });
  });
});

describe('an incident', () => {
  it('comes with its story', async () => {
    const { ask, as } = await anEntrance();
    const { body } = await ask('GET', '/api/v1/incidents/cart', as('viewer of shop'));
    expect(body.incident).toMatchObject({ id: 'cart', phase: 'asked' });
    expect(body.story).toMatchObject([{ seq: 1, entry: { what: 'opened', incidentId: 'cart' } }]);
  });

  it('that is hidden is answered exactly as one that is not there', async () => {
    const { ask, as } = await anEntrance();
    const hidden = await ask('GET', '/api/v1/incidents/vault', as('viewer of shop'));
    const missing = await ask('GET', '/api/v1/incidents/vanit', as('viewer of shop'));
    expect(hidden.status).toBe(404);
    expect(hidden.text.replaceAll('vault', 'vanit')).toBe(missing.text);
    expect(Object.keys(hidden.headers).toSorted()).toEqual(Object.keys(missing.headers).toSorted());
  });

  it('is found by its whole id alone', async () => {
    const { ask, as } = await anEntrance();
    expect((await ask('GET', '/api/v1/incidents/car', as('viewer'))).status).toBe(404);
  });

  it('shows its plan with its hash, the preview, what the guards say, and an answer that was given', async () => {
    const { ask, as, store } = await anEntrance();
    const plan = () => ask('GET', '/api/v1/incidents/cart/plan', as('viewer of shop'));
    expect(await plan()).toMatchObject({
      status: 200,
      body: {
        asks: true,
        plan: { action: 'scale-up', write: { replicas: 3 } },
        preview: { readyPodsNow: 2 },
        verdict: { decision: 'ask', reasons: ['mode: ask'] },
      },
    });
    const planHash = (await store.incident('cart'))?.plan?.hash;
    expect((await plan()).body.plan.hash).toBe(planHash);
    await ask('POST', '/api/v1/incidents/cart/approval', as('approver'), { decision: 'approve', planHash });
    expect((await plan()).body.approval).toMatchObject({ decision: 'approved', by: 'user:approver' });
  });

  it('without a plan says so', async () => {
    const { ask, as } = await anEntrance();
    const answer = await ask('GET', '/api/v1/incidents/done/plan', as('viewer'));
    expect(answer).toMatchObject({ status: 404, body: { error: 'incident done is resolved and has no plan now' } });
  });

  it('leaves without the values of a template’s environment', async () => {
    const { ask, as, store } = await anEntrance();
    const cart = await store.incident('cart');
    if (!cart?.plan) throw new Error('cart has a plan');
    const template = { spec: { containers: [{ image: 'cart:2', env: [{ name: 'DB', value: 'c4n4ry' }], args: ['--password=c4n4ry'] }] } };
    const plan = { ...cart.plan, input: { template }, write: { verb: 'replace-template' as const, target: cart.plan.target, template } };
    await store.commit({ incident: { ...cart, plan }, audit: [] });
    for (const url of ['/api/v1/incidents', '/api/v1/incidents/cart', '/api/v1/incidents/cart/plan']) {
      const { text } = await ask('GET', url, as('viewer'));
      expect(text).toContain('cart:2');
      expect(text).not.toContain('c4n4ry');
    }
  });

  it('is undone once, for the act that was shown, and goes on in the name of who asked', async () => {
    const { ask, as, store } = await anEntrance();
    const undo = (actionId: string) => ask('POST', '/api/v1/incidents/done/undo', as('approver of shop'), { actionId });
    expect(await undo('act-0')).toMatchObject({ status: 409, body: { error: expect.stringContaining('is act-1') } });
    expect(await undo('act-1')).toMatchObject({ status: 200, body: { phase: 'undoing' } });
    expect(await undo('act-1')).toMatchObject({ status: 409 });
    expect((await store.audit({})).at(-1)?.entry).toMatchObject({ what: 'undo', actor: 'user:approver-of-shop' });
  });
});

describe('the pauses', () => {
  it('are pressed, seen, audited and released, each in the name of who did it', async () => {
    const { ask, as, store } = await anEntrance();
    const pressed = await ask('POST', '/api/v1/pauses', as('approver of shop'), { scope: 'namespace:shop', reason: 'black friday' });
    expect(pressed.body).toEqual({ scope: 'namespace:shop', by: 'user:approver-of-shop', at: T0, reason: 'black friday' });
    expect(await store.pauses()).toContainEqual(pressed.body);
    expect((await ask('GET', '/api/v1/pauses', as('viewer of shop'))).body).toEqual({ pauses: [pressed.body] });
    expect((await ask('GET', '/api/v1/pauses', as('viewer'))).body.pauses).toHaveLength(3);
    expect((await ask('DELETE', '/api/v1/pauses/namespace:shop', as('approver of shop'))).body).toEqual({ resumed: 'namespace:shop' });
    expect((await store.audit({})).slice(-2).map(({ entry }) => [entry.what, entry.actor])).toEqual([
      ['pause', 'user:approver-of-shop'],
      ['resume', 'user:approver-of-shop'],
    ]);
  });

  it('are released also by a client that names a content type for no content', async () => {
    const { ask, as } = await anEntrance();
    const headers = { ...as('admin'), 'content-type': 'application/json' };
    expect((await ask('DELETE', '/api/v1/pauses/cluster', headers)).status).toBe(200);
    expect(await ask('POST', '/api/v1/pauses', headers)).toMatchObject({
      status: 400,
      body: { where: expect.stringContaining('body.scope') },
    });
  });

  it.each(['', 'two\nlines', '\u001b[31mred', 'x'.repeat(501), 7])('do not take the reason %j', async (reason) => {
    const { ask, as } = await anEntrance();
    expect(await ask('POST', '/api/v1/pauses', as('admin'), { scope: 'cluster', reason })).toMatchObject({ status: 400 });
  });

  it.each(['everything', 'namespace:', 'namespace:Shop', 'namespace:shop ', 'node:', 'cluster\n', '', 'default/apps/Deployment/shop/cart'])(
    'do not take the scope %j',
    async (scope) => {
      const { ask, as } = await anEntrance();
      expect(await ask('POST', '/api/v1/pauses', as('admin'), { scope, reason: 'x' })).toMatchObject({ status: 400 });
    },
  );
});

describe('the audit', () => {
  it('tells a viewer of one namespace of its incidents and its pauses alone', async () => {
    const { ask, as } = await anEntrance();
    const told = async (person: Person, query = '') => {
      const { body } = await ask('GET', `/api/v1/audit${query}`, as(person));
      return body.rows.map(
        ({ entry }: { entry: { incidentId?: string; detail: { scope?: string } } }) => entry.incidentId ?? entry.detail.scope,
      );
    };
    expect(await told('viewer of shop')).toEqual(['cart', 'done']);
    expect(await told('viewer of bank')).toEqual(['vault', 'namespace:bank']);
    expect(await told('viewer')).toEqual(['cart', 'done', 'vault', 'across', 'machine', 'cluster', 'namespace:bank']);
    expect(await told('viewer', '?incident=vault')).toEqual(['vault']);
  });

  it('goes from page to page', async () => {
    const { ask, as } = await anEntrance();
    const first = await ask('GET', '/api/v1/audit?limit=2', as('viewer of bank'));
    expect(first.body).toMatchObject({ rows: [{ seq: 3 }, { seq: 7 }], next: 7 });
    expect((await ask('GET', '/api/v1/audit?limit=2&after=7', as('viewer of bank'))).body).toEqual({ rows: [] });
  });

  it('is checked on demand', async () => {
    const { ask, as } = await anEntrance();
    expect((await ask('GET', '/api/v1/audit/verification', as('viewer'))).body).toMatchObject({ intact: true, rows: 7 });
  });
});
