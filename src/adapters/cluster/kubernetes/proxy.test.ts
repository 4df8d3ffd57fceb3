import { expect, test } from 'vitest';
import { isLoopback, proxyFor } from './proxy.ts';

const proxied = { HTTPS_PROXY: 'http://proxy:3128' };

test.each([
  ['https://api.example:6443', proxied, 'http://proxy:3128'],
  ['https://api.example', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
  ['https://api.example', {}, undefined],
  ['https://api.example', { HTTP_PROXY: 'http://proxy' }, undefined],
  ['https://127.0.0.1:6443', proxied, undefined],
  ['https://[::1]:6443', proxied, undefined],
  ['https://localhost', proxied, undefined],
  ['https://api.example', { ...proxied, NO_PROXY: '*' }, undefined],
  ['https://api.example', { ...proxied, NO_PROXY: 'other,api.example' }, undefined],
  ['https://api.example', { ...proxied, no_proxy: '.example' }, undefined],
  ['https://api.example', { ...proxied, NO_PROXY: '*.example' }, undefined],
  ['https://api.example', { ...proxied, NO_PROXY: 'ample' }, 'http://proxy:3128'],
  ['https://api.example:6443', { ...proxied, NO_PROXY: 'api.example:6443' }, undefined],
  ['https://api.example:6443', { ...proxied, NO_PROXY: 'api.example:443' }, 'http://proxy:3128'],
  ['https://api.example', { ...proxied, NO_PROXY: 'api.example:443' }, undefined],
  ['https://10.1.2.3:6443', { ...proxied, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3:6443', { ...proxied, NO_PROXY: '10.0.0.0/8' }, 'http://proxy:3128'],
  ['https://10.1.2.3', { ...proxied, NO_PROXY: '10.1.2.3' }, undefined],
  ['https://10.1.2.3', { ...proxied, NO_PROXY: '10.0.0.0/99' }, 'http://proxy:3128'],
  ['https://[fd00::1]', { ...proxied, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://[fd00::1]', { ...proxied, NO_PROXY: 'fd00::1' }, undefined],
])('%s with %j goes by %s', (server, environment, proxy) => {
  expect(proxyFor(new URL(server), environment)).toBe(proxy);
});

test.each([
  ['localhost', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost.example', false],
  ['10.0.0.1', false],
])('%s is this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});
