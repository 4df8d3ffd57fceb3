import { describe, expect, it } from 'vitest';
import { deployment, fullIncident, incident } from '../../../test/contracts/store-records.ts';
import { CoreError } from '../../core/errors.ts';
import type { Role } from '../identity/identity.ts';
import { authorityOf, placesOf } from './authority.ts';

const bank = { ...deployment('vault'), namespace: 'bank' };

/** A person with these roles, written as `role place`, and what was asked about them. */
function person(...held: readonly string[]) {
  const asked: string[] = [];
  const may = async (role: Role, place: string | undefined) => {
    asked.push(`${role} ${place ?? '*'}`);
    return held.includes(`${role} ${place ?? '*'}`);
  };
  return { asked, authority: authorityOf({ name: 'user:ann', may }) };
}

describe('the places of an incident', () => {
  const [finding] = incident('cart').findings;
  const { plan } = fullIncident('cart');
  it.each([
    ['its subject', incident('cart'), ['shop']],
    ['what was found', { ...incident('cart'), findings: finding ? [finding, { ...finding, subject: bank }] : [] }, ['shop', 'bank']],
    ['the target of its plan', { ...incident('cart'), ...(plan && { plan: { ...plan, target: bank } }) }, ['shop', 'bank']],
    ['the owner of that', { ...incident('cart'), ...(plan && { plan: { ...plan, owner: bank } }) }, ['shop', 'bank']],
    ['none, for a node', incident('node', { subject: { cluster: 'default', apiGroup: '', kind: 'Node', name: 'node-1' } }), [undefined]],
  ])('are %s', (_name, one, places) => {
    expect(placesOf(one)).toEqual(places);
  });
});

describe('an authority', () => {
  it('over several places needs the role in each of them', async () => {
    const { authority } = person('viewer shop', 'viewer bank', 'approver shop');
    expect(await authority.has('viewer', ['shop', 'bank'])).toBe(true);
    expect(await authority.has('approver', ['shop', 'bank'])).toBe(false);
    expect(await authority.has('viewer', ['shop', undefined])).toBe(false);
  });

  it('over the whole cluster is one over every place', async () => {
    const { authority } = person('viewer *');
    expect(await authority.has('viewer', ['shop', 'bank'])).toBe(true);
    expect(await authority.has('viewer', [undefined])).toBe(true);
  });

  it('over no place at all is none', async () => {
    expect(await person('admin *').authority.has('admin', [])).toBe(false);
  });

  it('is asked about once for each place', async () => {
    const { authority, asked } = person('viewer shop');
    await Promise.all([authority.has('viewer', ['shop']), authority.has('viewer', ['shop', 'bank'])]);
    await authority.has('viewer', ['bank']);
    expect(asked.toSorted()).toEqual(['viewer *', 'viewer bank', 'viewer shop']);
  });

  it('is not there while nobody can say', async () => {
    const may = async () => Promise.reject(new CoreError('cluster-unreachable', 'no answer'));
    await expect(authorityOf({ name: 'user:ann', may }).has('viewer', ['shop'])).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });
});
