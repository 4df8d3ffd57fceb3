import { expect, it } from 'vitest';
import { HttpConfig, httpSettings } from './http-config.ts';

const env = { TOKEN: 'correct-horse-battery' };
const settings = (raw: unknown) => httpSettings(HttpConfig.parse(raw), env);
const bearer = { bearer: { env: 'TOKEN' } };

it('opens nothing unless an address is named', () => {
  expect(settings({})).toBeUndefined();
  expect(settings({ webhook: bearer })).toBeUndefined();
});

it.each(['127.0.0.1:8080', '127.9.9.9:0', '[::1]:8080', 'localhost:8080'])('may listen on %s without credentials', (listen) => {
  expect(settings({ listen })).toMatchObject({ port: Number(listen.split(':').at(-1)) });
});

it.each(['0.0.0.0:8080', '10.1.2.3:8080', '[::]:8080', '[fd00::1]:8080', '[::ffff:127.0.0.1]:8080'])(
  'refuses %s without credentials, and says what to set',
  (listen) => {
    expect(() => settings({ listen })).toThrow(
      expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(/http\.webhook\.bearer.*listen on 127\.0\.0\.1/) }),
    );
    expect(settings({ listen, webhook: bearer })).toBeDefined();
  },
);

it.each(['8080', ':8080', '127.0.0.1', '127.0.0.1:99999', 'example.com:80', '::1:8080'])('refuses %s as no address', (listen) => {
  expect(() => settings({ listen, webhook: bearer })).toThrow(expect.objectContaining({ code: 'bad-config' }));
});

it('names the certificate file that cannot be read', () => {
  const tls = { certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' };
  expect(() => settings({ listen: '127.0.0.1:0', tls })).toThrow(/http\.tls\.certFile: \/nowhere\/tls\.crt cannot be read/);
});

it('asks nobody about tokens of the API unless a file or Kubernetes is named', () => {
  const identity = (raw: object) => settings({ listen: '127.0.0.1:0', ...raw })?.identity;
  expect(identity({})).toBeUndefined();
  expect(identity({ tokenFile: 'tokens.yaml' })).toEqual({ tokenFile: 'tokens.yaml' });
  expect(identity({ identity: 'kubernetes' })).toEqual({ kubernetes: { audience: 'kubemend' } });
  expect(identity({ identity: 'kubernetes', audience: 'mend', tokenFile: 'spare.yaml' })).toEqual({
    kubernetes: { audience: 'mend' },
    tokenFile: 'spare.yaml',
  });
});

it.each([{ identity: 'anybody' }, { tokenFile: '' }, { audience: '' }])('refuses %o', (raw) => {
  expect(HttpConfig.safeParse(raw).success).toBe(false);
});
