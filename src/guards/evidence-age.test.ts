import { finding, incident, rollbackPlan } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, offBy, trustful } from '../../test/fakes/guard-table.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { evidenceAge } from './evidence-age.ts';

const SOON = NOON + 15_000;
const from = (...sources: string[]) => sources.map((source, index) => ({ id: `${source}:${index}`, source, at: NOON }));
const held = (...findings: ReturnType<typeof finding>[]) => ({ incident: incident({ findings }) });

guardTable(
  evidenceAge,
  {
    'allows on a fresh watch': { expect: [] },
    'allows on a watch that is exactly two intervals and 15 s old': { ages: { Pod: 135_000 }, expect: [] },
    'denies a millisecond later': {
      ages: { Pod: 135_001 },
      expect: [['deny', 'our view of Pods was last confirmed 3 min ago; at most 3 min is allowed', SOON]],
    },
    'denies on a watch that was never confirmed': {
      ages: { Pod: undefined },
      expect: [['deny', 'our view of Pods was never confirmed', SOON]],
    },
    'denies when the kind of the target is out of date': {
      plan: rollbackPlan(),
      ages: { Deployment: 200_000 },
      expect: [['deny', 'Deployments was last confirmed', SOON]],
    },
    'denies when one of several watches is out of date': {
      ...held(finding({ evidence: from('watch:Pod', 'watch:ReplicaSet') })),
      ages: { ReplicaSet: 200_000 },
      expect: [['deny', 'ReplicaSets', SOON]],
    },
    'does not need what nothing rests on': { ages: { Service: undefined }, expect: [] },
    'denies on events alone': { ...held(finding({ evidence: from('event') })), expect: [['deny', 'only events speak for it', SOON]] },
    'allows events beside a fresh watch': { ...held(finding({ evidence: from('event', 'watch:Pod') })), expect: [] },
    'denies events beside an old watch': {
      ...held(finding({ evidence: from('event', 'watch:Node') })),
      ages: { Node: 200_000 },
      expect: [['deny', 'Nodes', SOON]],
    },
    'asks on an alert alone': { ...held(finding({ evidence: from('alert') })), expect: [['ask', 'only an alert speaks for it']] },
    'asks on series alone': { ...held(finding({ evidence: from('reading') })), expect: [['ask', 'only series speak for it']] },
    'allows series alone whose detector is trusted': {
      ...held(finding({ detector: 'ahead', evidence: from('reading') })),
      options: { trustedSeries: ['ahead'] },
      expect: [],
    },
    'asks on series alone whose detector is not': {
      ...held(finding({ detector: 'ahead', evidence: from('reading') })),
      options: { trustedSeries: ['other'] },
      expect: [['ask', 'only series speak for it']],
    },
    'denies an old word of one that is trusted': {
      ...held(finding({ detector: 'ahead', evidence: from('reading'), at: NOON - 135_001 })),
      options: { trustedSeries: ['ahead'] },
      expect: [['deny', 'no finding was seen to hold for 3 min', SOON]],
    },
    'allows series beside watched state': { ...held(finding(), finding({ detector: 'b', evidence: from('reading') })), expect: [] },
    'does not let fresh series stand in for what was long not seen': {
      ...held(finding({ at: NOON - 600_000 }), finding({ detector: 'b', evidence: from('reading') })),
      expect: [['deny', 'no finding was seen to hold for 10 min', SOON]],
    },
    'asks on an alert and an event together': {
      ...held(finding({ evidence: from('event', 'alert') })),
      expect: [['ask', 'only an alert']],
    },
    'asks on an alert beside an event finding': {
      ...held(finding({ evidence: from('event') }), finding({ detector: 'b', evidence: from('alert') })),
      expect: [['ask', 'only an alert']],
    },
    'denies when one of several findings lies in the future': {
      ...held(finding(), finding({ detector: 'b', at: NOON + 60_000 })),
      expect: [['deny', 'a finding lies 60 s in the future', SOON]],
    },
    'allows an event finding beside one on watched state': {
      ...held(finding(), finding({ detector: 'b', evidence: from('event') })),
      expect: [],
    },
    'denies on a source that nobody knows': {
      ...held(finding({ evidence: from('watch:Pod', 'rumour') })),
      expect: [['deny', 'evidence comes from rumour', SOON]],
    },
    'denies on a kind that nobody watches': {
      ...held(finding({ evidence: from('watch:Unicorn') })),
      expect: [
        ['deny', 'watch:Unicorn', SOON],
        ['deny', 'only events', SOON],
      ],
    },
    'allows a finding that was seen to hold just in time': { ...held(finding({ at: NOON - 135_000 })), expect: [] },
    'denies when no finding was seen to hold lately': {
      ...held(finding({ at: NOON - 135_001 })),
      expect: [['deny', 'no finding was seen to hold for 3 min', SOON]],
    },
    'allows while one of several still holds': { ...held(finding({ at: NOON - 900_000 }), finding({ detector: 'b' })), expect: [] },
    'denies when a finding lies in the future': {
      ...held(finding({ at: NOON + 15_001 })),
      expect: [['deny', 'in the future: the clock went back', SOON]],
    },
    'bears clocks that differ a little': { ...held(finding({ at: NOON + 15_000 })), expect: [] },
    'can be stricter by option': { ages: { Pod: 30_001 }, options: { maxAgeMs: 30_000 }, expect: [['deny', 'at most 30 s', SOON]] },
    'cannot be laxer by option': { ages: { Pod: 135_001 }, options: { maxAgeMs: 9_999_999 }, expect: [['deny', 'our view of Pods', SOON]] },
    'lets an undo pass': { kind: 'undo', plan: rollbackPlan(), ages: { Pod: undefined }, expect: [] },
  },
  {
    'that believes an old view': trustful(evidenceAge),
    'that forgets its options': deafToOptions(evidenceAge),
    'that is a millisecond early': offBy(evidenceAge, 1),
    'that is a millisecond late': offBy(evidenceAge, -1),
    'that stops undo': blindToUndo(evidenceAge),
  },
);
