import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import type { Reviews } from '../../adapters/cluster/kubernetes/reviews.ts';
import { CoreError } from '../../core/errors.ts';
import { identitySource } from './identity-source.ts';
import { newToken } from './new-token.ts';

const silent: Reviews = {
  holderOf: () => Promise.reject(new CoreError('cluster-unreachable', 'no answer')),
  isAllowed: () => Promise.reject(new CoreError('cluster-unreachable', 'no answer')),
};
const { token, entry } = newToken({ name: 'alice', role: 'admin' });
const tokenFile = join(mkdtempSync(join(tmpdir(), 'kubemend-tokens-')), 'tokens.yaml');
writeFileSync(tokenFile, entry, { mode: 0o600 });
const parts = { clock: fakeClock(), log: quietLogger, reviews: silent };

it('knows the people of the file while the API server does not answer, and says of others that nobody can say', async () => {
  const source = identitySource({ tokenFile, kubernetes: { audience: 'kubemend' } }, parts);
  expect((await source.identify(token))?.name).toBe('user:alice');
  await expect(source.identify('somebody.of.the-cluster')).rejects.toMatchObject({ code: 'cluster-unreachable' });
});

it('asks the API server about nobody unless that is configured', async () => {
  expect(await identitySource({ tokenFile }, parts).identify('somebody.of.the-cluster')).toBeUndefined();
  expect(await identitySource({}, parts).identify(token)).toBeUndefined();
});
