import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExecServer, execServer } from '../../../../test/fakes/exec-server.ts';
import { systemClock } from '../../system/clock.ts';
import { type Connection, connect } from './connection.ts';
import { execInPod } from './pod-exec.ts';

let server: ExecServer;
let connection: Connection;
let output: string;
const request = { namespace: 'shop', pod: 'cart-1', container: 'app', command: ['sh', '-c', 'echo "a b" & wait', 'x'] };

beforeEach(async () => {
  output = '';
  server = await execServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const onOutput = (text: string) => {
  output += text;
};

async function begin() {
  const [exec, command] = await Promise.all([server.next(), execInPod(connection, { ...request, onOutput })]);
  return { exec, command };
}

const failure = (reason: string, causes: readonly object[] = []) =>
  JSON.stringify({ metadata: {}, status: 'Failure', message: 'command terminated', reason, details: { causes } });

test('asks for the container and the command word by word, as the user of the kubeconfig, below the path of the server', async () => {
  const { exec } = await begin();
  expect(exec).toMatchObject({
    path: '/base/api/v1/namespaces/shop/pods/cart-1/exec',
    authorization: 'Bearer own',
    protocol: 'v5.channel.k8s.io',
  });
  expect(exec.query.getAll('command')).toEqual(request.command);
  expect(Object.fromEntries(exec.query)).toMatchObject({ container: 'app', stdin: 'true', stdout: 'true', stderr: 'true' });
});

test('gives stdout and stderr as they come, also where a letter is cut in two', async () => {
  const { exec, command } = await begin();
  exec.send(1, 'one\n');
  exec.send(2, 'oh\n');
  exec.send(1, '');
  exec.send(1, Uint8Array.of(0xc3));
  exec.send(1, Uint8Array.of(0xbc));
  exec.send(1, `${'x'.repeat(300)}\n`);
  exec.send(3, JSON.stringify({ status: 'Success' }));
  await command.ended;
  expect(output).toBe(`one\noh\nü${'x'.repeat(300)}\n`);
});

describe('the end', () => {
  test.each([
    ['a success', JSON.stringify({ metadata: {}, status: 'Success' }), { is: 'exited', exitCode: 0 }],
    ['an exit code', failure('NonZeroExitCode', [{ reason: 'ExitCode', message: '137' }]), { is: 'exited', exitCode: 137 }],
    ['a command that could not be run', failure('InternalError'), { is: 'failed', message: 'command terminated' }],
    ['a word that is no JSON', 'what?', { is: 'failed', message: 'what?' }],
  ])('is told for %s', async (_name, status, end) => {
    const { exec, command } = await begin();
    exec.send(3, status);
    expect(await command.ended).toEqual(end);
  });

  test('is called lost when the connection breaks off without a word', async () => {
    const { exec, command } = await begin();
    exec.drop();
    expect(await command.ended).toEqual({ is: 'lost' });
  });

  test('is called lost when we close before it is known, and the line is cut though nobody answers', async () => {
    server.fallSilent();
    const { exec, command } = await begin();
    command.close();
    expect(await command.ended).toEqual({ is: 'lost' });
    await exec.isCut;
  });
});

test('closes stdin alone, and hears the last words', async () => {
  const { exec, command } = await begin();
  command.closeStdin();
  await expect.poll(() => exec.received).toEqual([Buffer.from([255, 0])]);
  exec.send(1, 'ended');
  exec.send(3, JSON.stringify({ status: 'Success' }));
  expect(await command.ended).toEqual({ is: 'exited', exitCode: 0 });
  expect(output).toBe('ended');
});

test('says what to try when the way there does not open', async () => {
  server.refuse(403);
  await expect(execInPod(connection, { ...request, onOutput })).rejects.toMatchObject({
    code: 'cluster-unreachable',
    message: expect.stringMatching(
      /no command could be started in container app of pod shop\/cart-1: the answer was 403\. 'kubectl exec -n shop cart-1 -c app -- true'/,
    ),
  });
});
