import { describe, expect, it } from 'vitest';
import type { Detection } from '../../src/core/model/finding.ts';
import type { KubeObject, Pod } from '../../src/core/model/objects.ts';
import { examine } from '../../src/core/stages/detect.ts';
import { detectors } from '../../src/detectors/index.ts';
import { fakeView } from '../fakes/view.ts';
import { recordedEvents, recordedWatch } from './fixtures.ts';

/** What each detector answered about each workload's pods after each line of the stream (`APP DETECTOR` -> answers), and what broke. */
interface Replay {
  readonly answers: ReadonlyMap<string, readonly Detection['is'][]>;
  readonly broken: readonly string[];
}

/** The latest instant that the stream has told of so far. */
function instantsIn(pod: Pod): number[] {
  const states = pod.containers.flatMap(({ state, lastState }) => [state, lastState]);
  const instants = states.flatMap((state) =>
    state?.is === 'terminated' ? [state.finishedAt ?? 0] : state?.is === 'running' ? [state.startedAt ?? 0] : [],
  );
  return [pod.meta.createdAt, ...instants, ...pod.conditions.map((condition) => condition.changedAt ?? 0)];
}

function replay(hasEvents: boolean): Replay {
  const answers = new Map<string, Detection['is'][]>();
  const broken: string[] = [];
  const pods = new Map<string, KubeObject>();
  let now = 0;
  for (const { type, object } of recordedWatch('watch-pods.ndjson')) {
    if (object.kind !== 'Pod') throw new Error(`the stream holds a ${object.kind}`);
    if (type === 'DELETED') pods.delete(object.meta.ref.name);
    else pods.set(object.meta.ref.name, object);
    now = Math.max(now, ...instantsIn(object));
    const view = fakeView([...pods.values()], { now, events: hasEvents ? recordedEvents('events.json', now) : [] });
    const sightings = [...pods.values()].flatMap((pod) => examine(view, pod.meta.ref, detectors));
    for (const { detector, subject, detection } of sightings) {
      if (detection.is === 'unknown' && detection.why.includes('broke')) broken.push(detection.why);
      const key = `${view.get(subject)?.meta.labels.app} ${detector}`;
      answers.set(key, [...(answers.get(key) ?? []), detection.is]);
    }
  }
  return { answers, broken };
}

const fired = ({ answers }: Replay) =>
  [...answers]
    .filter(([, given]) => given.includes('firing'))
    .map(([key]) => key)
    .toSorted();
const sinceFirstFiring = ({ answers }: Replay, key: string) => {
  const given = answers.get(key) ?? [];
  return given.slice(given.indexOf('firing'));
};
const always = ['crashloop crash-loop', 'disk-hog evictions', 'oom oom-killed', 'rollout image-pull-failure', 'too-large unschedulable'];

describe('the detectors over the recorded watch stream', () => {
  const told = replay(true);

  it('see each sick workload with its own detector and nothing else', () => {
    expect(fired(told)).toEqual([...always, 'wedged liveness-restarts']);
  });

  it.each(['crashloop crash-loop', 'oom oom-killed', 'wedged liveness-restarts'])(
    'never call %s quiet again between two crashes',
    (key) => {
      expect(sinceFirstFiring(told, key)).not.toContain('quiet');
    },
  );

  it('answer about every line without breaking', () => {
    expect(told.broken).toEqual([]);
    expect(told.answers.get('healthy crash-loop')?.length).toBeGreaterThan(100);
  });
});

describe('the detectors over the same stream without any event', () => {
  const mute = replay(false);

  it('see the same, but a kill for a probe as a loop of unknown origin', () => {
    expect(fired(mute)).toEqual([...always, 'wedged crash-loop'].toSorted());
  });

  it.each(['crashloop crash-loop', 'oom oom-killed', 'wedged crash-loop'])('never call %s quiet again between two crashes', (key) => {
    expect(sinceFirstFiring(mute, key)).not.toContain('quiet');
  });
});
