import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { simulate } from './simulate.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubemend-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const options = { seed: 7, speed: 50, port: 0, nodes: 3, kubeconfigFile: join(folder, 'kubeconfig') };

it('starts a cluster in which the fault happens after a minute of its own time', async () => {
  const { simulator, drawn, stop } = await simulate({ ...options, faults: ['bad-image'] });
  try {
    expect(drawn).toMatchObject([{ fault: 'bad-image', namespace: 'demo-bad-image' }]);
    expect(readFileSync(options.kubeconfigFile, 'utf8')).toContain(simulator.url);
    const pods = () => JSON.stringify(simulator.world.objects.list('pods', 'demo-bad-image'));
    expect(pods()).not.toContain('ImagePull');
    await vi.waitFor(() => expect(pods()).toContain('ImagePull'), { timeout: 30_000, interval: 50 });
  } finally {
    await stop();
  }
});

it('refuses a fault that is not known, and names those that are', async () => {
  await expect(simulate({ ...options, faults: ['meteor'] })).rejects.toMatchObject({
    code: 'bad-usage',
    message: expect.stringContaining('bad-release'),
  });
});
