import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kubeconfigFor } from '../../../../test/fakes/api-server.ts';
import { systemClock } from '../../system/clock.ts';
import { connect } from './connection.ts';
import { loadKubeconfig } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubemend-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));
const environment = { HOME: folder };
let files = 0;
function written(content: unknown): string {
  files += 1;
  const file = join(folder, `config-${files}`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const good = JSON.parse(kubeconfigFor('https://api.example:6443/'));

describe('a kubeconfig', () => {
  test('gives its server, user and contexts', async () => {
    const loaded = await loadKubeconfig({ kubeconfig: written(good), environment });
    expect(loaded).toMatchObject({ user: 'me', context: 'fake', contexts: ['fake'], server: { href: 'https://api.example:6443/' } });
  });

  test.each([
    ['is missing', join(folder, 'none'), undefined, 'does not exist. Check --kubeconfig'],
    ['is no YAML', written('clusters: [}'), undefined, 'cannot be read'],
    ['is empty', written(''), undefined, 'cannot be read'],
    ['names no current context', written({ ...good, 'current-context': '' }), undefined, 'it has fake). Name one with --context'],
    ['lacks the context', written(good), 'prod', "no context 'prod' (it has fake)"],
    ['lacks the cluster', written({ ...good, clusters: [] }), undefined, "names the cluster 'fake', which it does not have"],
    ['has a server that is no address', written(kubeconfigFor('api')), undefined, 'no http(s) address'],
    ['would send credentials in clear text', written(kubeconfigFor('http://api.example')), undefined, 'unencrypted. Use https'],
  ])('that %s is an error that names the file and the mend', async (_what, kubeconfig, context, message) => {
    await expect(loadKubeconfig({ kubeconfig, context, environment })).rejects.toMatchObject({
      code: 'bad-kubeconfig',
      message: expect.stringContaining(message),
    });
    await expect(loadKubeconfig({ kubeconfig, context, environment })).rejects.toThrow(kubeconfig);
  });

  test('is found by KUBECONFIG, whose first file wins and whose missing files are passed over', async () => {
    const other = written({
      ...JSON.parse(kubeconfigFor('https://second')),
      'current-context': 'more',
      contexts: [{ name: 'more', context: { cluster: 'fake', user: 'me' } }],
    });
    const KUBECONFIG = [join(folder, 'none'), written(good), other].join(delimiter);
    expect(await loadKubeconfig({ environment: { KUBECONFIG } })).toMatchObject({
      context: 'fake',
      contexts: ['fake', 'more'],
      server: { host: 'api.example:6443' },
    });
  });

  test('that is nowhere is an error that says where it was sought', async () => {
    await expect(loadKubeconfig({ environment })).rejects.toMatchObject({
      code: 'bad-kubeconfig',
      message: expect.stringContaining('--kubeconfig FILE'),
    });
  });
});

describe('credentials', () => {
  async function headersOf(user: unknown): Promise<Readonly<Record<string, string>>> {
    const connection = await connect({ kubeconfig: written({ ...good, users: [{ name: 'me', user }] }), environment }, systemClock);
    const { headers } = await connection.own();
    await connection.close();
    return headers;
  }
  const credential = (script: string) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] } });

  test.each([
    ['a token', { token: 'secret\n' }, 'Bearer secret'],
    ['a name and password', { username: 'ann', password: 'x' }, `Basic ${Buffer.from('ann:x').toString('base64')}`],
    ['an exec plug-in', credential('echo \'{"status":{"token":"from-exec"}}\''), 'Bearer from-exec'],
    [
      'an exec plug-in that asks how it is called',
      credential('test -n "$KUBERNETES_EXEC_INFO" && echo \'{"status":{"token":"told"}}\''),
      'Bearer told',
    ],
  ])('by %s', async (_what, user, authorization) => {
    expect(await headersOf(user)).toMatchObject({ authorization });
  });

  test('by an exec plug-in that fails are an error that names the user and the mend', async () => {
    await expect(headersOf(credential('echo expired >&2; exit 1'))).rejects.toMatchObject({
      code: 'cluster-unreachable',
      message: expect.stringMatching(/user 'me'.*expired[\s\S]*kubectl --context fake version/),
    });
  });

  test('are made anew after they were not accepted', async () => {
    const file = written({ ...good, users: [{ name: 'me', user: { token: 'old' } }] });
    const connection = await connect({ kubeconfig: file, environment }, systemClock);
    expect((await connection.own()).headers).toMatchObject({ authorization: 'Bearer old' });
    writeFileSync(file, JSON.stringify({ ...good, users: [{ name: 'me', user: { token: 'new' } }] }));
    expect((await connection.own()).headers).toMatchObject({ authorization: 'Bearer old' });
    connection.forget();
    expect((await connection.own()).headers).toMatchObject({ authorization: 'Bearer new' });
    await connection.close();
  });

  test('of another identity are its token alone', async () => {
    const connection = await connect(
      { kubeconfig: written({ ...good, users: [{ name: 'me', user: { token: 'old', as: 'ann' } }] }), environment },
      systemClock,
    );
    expect((await connection.own()).headers).toEqual({ authorization: 'Bearer old', 'impersonate-user': 'ann' });
    expect((await connection.bearer('t')).headers).toEqual({ authorization: 'Bearer t' });
    await connection.close();
  });
});
