import { objectAt, textAt } from '../../json.ts';
import { type Container, hangs, probeOf } from './container.ts';
import { type Scene, sayOf } from './scene.ts';

const titles = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' } as const;
type ProbeKind = keyof typeof titles;

/** Runs the probes that are due; the kind of the probe for which the container must be killed, if there is one. */
export function runProbes(scene: Scene, container: Container): ProbeKind | undefined {
  for (const kind of container.started ? (['readiness', 'liveness'] as const) : (['startup'] as const)) {
    if (runProbe(scene, container, kind)) return kind;
  }
  return undefined;
}

/** When the next probe is due. */
export function nextProbeAt({ probes, started }: Container): number {
  const due = started ? [probes.readiness, probes.liveness] : [probes.startup];
  return Math.min(...due.map((record) => record?.dueAt ?? Number.POSITIVE_INFINITY));
}

/** True: it has failed too often, and the container must go. */
function runProbe(scene: Scene, container: Container, kind: ProbeKind): boolean {
  const now = scene.world.clock.now();
  const record = container.probes[kind];
  const probe = probeOf(container, kind);
  if (!record || !probe || record.dueAt > now) return false;
  record.dueAt = now + probe.periodMs;
  const failure = failureOf(scene, container, kind);
  if (failure === undefined) {
    record.bad = 0;
    record.good += 1;
    if (record.good >= probe.successThreshold) succeed(container, kind);
    return false;
  }
  record.good = 0;
  record.bad += 1;
  sayOf(scene, container, ['Warning', 'Unhealthy', `${titles[kind]} probe failed: ${failure}`]);
  if (record.bad < probe.failureThreshold) return false;
  if (kind === 'readiness') container.ready = false;
  return kind !== 'readiness';
}

function succeed(container: Container, kind: ProbeKind): void {
  if (kind === 'readiness') container.ready = true;
  if (kind !== 'startup') return;
  container.started = true;
  container.ready = container.probes.readiness === undefined;
}

/** What the probe says against the container; undefined when it is content. */
function failureOf(scene: Scene, container: Container, kind: ProbeKind): string | undefined {
  const now = scene.world.clock.now();
  const { readyAfterMs = 0, unreadyAfterMs } = container.behaviour;
  const age = now - container.startedAt;
  const spec = objectAt(container.spec, `${kind}Probe`);
  const isHttp = spec.httpGet !== undefined;
  const url = `http://${scene.podIp}:${String(objectAt(spec, 'httpGet').port ?? 80)}${textAt(spec, 'httpGet', 'path') ?? '/'}`;
  if (hangs(container, now)) {
    return isHttp ? `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` : 'command timed out';
  }
  if (age < readyAfterMs) {
    const address = new URL(url).host;
    return isHttp ? `Get "${url}": dial tcp ${address}: connect: connection refused` : 'not yet started';
  }
  const isUnready = kind === 'readiness' && unreadyAfterMs !== undefined && age >= unreadyAfterMs;
  if (!isUnready) return undefined;
  return isHttp ? 'HTTP probe failed with statuscode: 503' : 'not ready';
}
