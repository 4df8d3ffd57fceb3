import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { demoFaultNames, lookAlikeExpectations } from '../../src/app/demo/expectations.ts';
import type { DemoFault, DemoNews, DemoOptions } from '../../src/app/demo/news.ts';
import { runDemo } from '../../src/app/demo/run-demo.ts';

/** Runs a demo at speed 10 and keeps its news. */
function play(options: Partial<DemoOptions> & { readonly onNews?: (news: DemoNews) => void }) {
  const news: DemoNews[] = [];
  const tell = (one: DemoNews) => {
    news.push(one);
    options.onNews?.(one);
  };
  const running = runDemo({ speed: 10, seed: 1, once: true, signal: new AbortController().signal, ...options, tell });
  return { news, running };
}

const ofKind = <Is extends DemoNews['is']>(news: readonly DemoNews[], is: Is) =>
  news.filter((one): one is Extract<DemoNews, { is: Is }> => one.is === is);

it.concurrent('mends, undoes and refuses as the table says, and touches no look-alike', { timeout: 300_000 }, async () => {
  const { news, running } = play({});
  const report = await running;
  expect(report.faults.filter(({ ok }) => !ok)).toEqual([]);
  expect(report).toMatchObject({ unsafeActions: 0, speed: 10, ok: true });
  expect(report.faults.map(({ name }) => name)).toEqual([...demoFaultNames, ...lookAlikeExpectations.map(({ name }) => name)]);
  expect(ofKind(news, 'finished').map((one) => one.report)).toEqual([report]);
  expect(ofKind(news, 'trouble').filter(({ message }) => message === 'unsafe action')).toEqual([]);
  const denials = ofKind(news, 'told').filter(({ fault, entry }) => fault?.name === 'zone-down' && entry.what === 'denied');
  expect(JSON.stringify(denials.map(({ entry }) => entry.detail))).toMatch(/zone/);
});

it.concurrent('is not ok when a write under the own account touches a look-alike, although the one fault is mended', {
  timeout: 120_000,
}, async () => {
  let rogue: Promise<unknown> | undefined;
  const { news, running } = play({
    faults: ['bad-image'],
    seed: 2,
    onNews(one) {
      if (one.is === 'injected' && one.fault.name === 'good-release') rogue = annotate(one.fault, ofKind(news, 'set')[0]?.stateDir ?? '');
    },
  });
  const report = await running;
  await rogue;
  expect(report).toMatchObject({ mended: 1, refused: 0, undone: 0, unsafeActions: 1, ok: false });
  expect(report.faults.filter(({ expected }) => expected !== 'silent')).toMatchObject([{ name: 'bad-image', ok: true }]);
  const unsafe = ofKind(news, 'trouble').filter(({ message }) => message === 'unsafe action');
  expect(unsafe).toMatchObject([{ fields: { namespace: 'demo-good-release', why: 'nothing may be written there' } }]);
});

/** Does what a kubemend gone wild would do: gets the actor's token, as it is allowed to, and writes to a workload that has no fault. */
async function annotate({ namespace, subject }: DemoFault, stateDir: string): Promise<void> {
  const kubeconfig = parse(readFileSync(join(stateDir, 'observer.kubeconfig'), 'utf8'));
  const { server } = kubeconfig.clusters[0].cluster;
  const send = async (method: string, path: string, token: string, body: object) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    };
    const response = await fetch(server + path, { method, headers, body: JSON.stringify(body) });
    expect(response.ok).toBe(true);
    return parse(await response.text());
  };
  const tokenPath = '/api/v1/namespaces/kubemend/serviceaccounts/actor/token';
  const granted = await send('POST', tokenPath, kubeconfig.users[0].user.token, { spec: { expirationSeconds: 600 } });
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${subject.split('/')[1]}`;
  await send('PATCH', path, granted.status.token, { metadata: { annotations: { wild: 'yes' } } });
}

it.concurrent('ends in good order when it is interrupted, and leaves nothing behind', { timeout: 120_000 }, async () => {
  const stopping = new AbortController();
  const { news, running } = play({ signal: stopping.signal, onNews: ({ is }) => is === 'injected' && stopping.abort() });
  await expect(running).rejects.toThrow(/abort/i);
  const [set] = ofKind(news, 'set');
  expect(set && existsSync(dirname(set.kubeconfig))).toBe(false);
  expect(ofKind(news, 'finished')).toEqual([]);
});

it('refuses a fault that it does not know, and a state directory that is in use', async () => {
  await expect(play({ faults: ['meteor'] }).running).rejects.toMatchObject({ code: 'bad-usage' });
  const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-demo-test-'));
  writeFileSync(join(stateDir, 'kubemend.sqlite'), '');
  await expect(play({ stateDir }).running).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringContaining(stateDir) });
  rmSync(stateDir, { recursive: true });
});
