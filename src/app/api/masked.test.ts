import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masked } from './masked.ts';

const CANARY = 'c4n4ry-s3cr3t-v4lue';

describe('what leaves the machine', () => {
  it.each<[string, unknown]>([
    ['a value of the environment', { containers: [{ env: [{ name: 'GREETING', value: CANARY }] }] }],
    ['a field called password', { password: CANARY }],
    ['a field whose name ends so', { annotations: { 'example.com/api-key': CANARY } }],
    ['a field in camel case', { dbPassword: CANARY }],
    ['a flag with its value', { args: ['serve', `--db-password=${CANARY}`] }],
    ['a flag and then its value', { args: ['serve', '--token', CANARY] }],
    ['an assignment in a text', `exec failed: DB_PASSWORD="${CANARY}" ./run`],
    ['credentials in an address', `dial postgres://shop:${CANARY}@db:5432/shop`],
    ['a bearer token in a text', `401 for Authorization: Bearer ${CANARY}`],
    ['a JSON Web Token', `token eyJhbGciOiJSUzI1NiJ9.${CANARY}.c2lnbmF0dXJl`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----`],
    ['a private key that was cut off', `-----BEGIN PRIVATE KEY-----\n${CANARY}`],
    ['a query of an address', `GET https://example.com/?token=${CANARY}&page=2`],
  ])('does not hold %s', (_name, value) => {
    const shown = JSON.stringify(masked({ deep: [value] }));
    expect(shown).not.toContain(CANARY);
    expect(shown).toContain('<redacted>');
  });

  it.each<[string, unknown]>([
    ['where a variable comes from', { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'shop', key: 'password' } } }] }],
    ['names of secrets', { volumes: [{ secret: { secretName: 'shop-tls' } }], imagePullSecrets: [{ name: 'registry' }] }],
    ['switches and figures', { automountServiceAccountToken: false, replicas: 3, nothing: null }],
    ['images, plain arguments and sentences', { image: 'shop/cart:1.2', args: ['--port=8080'], why: 'the token has expired' }],
    ['a hash', { planHash: '3f2a9c', hash: 'ab12' }],
  ])('keeps %s', (_name, value) => {
    expect(masked(value)).toEqual(value);
  });

  it('changes nothing when it is masked again, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(masked(masked(value))).toEqual(masked(value));
      }),
    );
  });

  it.each(['a', 'a.', 'a-a:', '://a:', 'password ', '-----BEGIN PRIVATE KEY-----', 'token = '])(
    'is not held up by a long text of %s',
    (piece) => {
      const startedAt = performance.now();
      masked(piece.repeat(200_000 / piece.length));
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
  );
});
