import { finding, incident } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled } from '../../test/fakes/guard-table.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { evidenceTrust } from './evidence-trust.ts';

const by = (...sources: string[]) =>
  finding({ detector: sources.join('+'), evidence: sources.map((source) => ({ id: source, source, at: NOON })) });
const held = (...findings: ReturnType<typeof finding>[]) => ({ incident: incident({ findings }) });

guardTable(
  evidenceTrust,
  {
    'allows on the state of an object': { ...held(by('watch:Pod')), expect: [] },
    'allows on text beside state': { ...held(by('alert', 'watch:Pod')), expect: [] },
    'allows when one of several findings rests on state': { ...held(by('alert'), by('event'), by('watch:Deployment')), expect: [] },
    'asks on the text of an alert': { ...held(by('alert')), expect: [['ask', 'what alert holds against it is the text of an alert']] },
    'denies on the text of events': { ...held(by('event')), expect: [['deny', 'what event holds against it is free text']] },
    'denies on an alert and an event together': {
      ...held(by('alert'), by('event')),
      expect: [['deny', 'what alert, event holds against it']],
    },
    'asks on the shape of numbers': { ...held(by('reading')), expect: [['ask', 'what reading holds against it is the shape of numbers']] },
    'asks on an alert and numbers together': { ...held(by('alert'), by('reading')), expect: [['ask', 'the shape of numbers']] },
    'allows on the word of a series detector that is trusted': {
      ...held(by('reading')),
      options: { trustedSeries: ['reading'] },
      expect: [],
    },
    'asks on that of another': { ...held(by('reading')), options: { trustedSeries: ['other'] }, expect: [['ask', 'the shape of numbers']] },
    'denies free text, whose detector bears a trusted name': {
      ...held(by('event')),
      options: { trustedSeries: ['event'] },
      expect: [['deny', 'free text']],
    },
    'denies a word without evidence, whose detector bears a trusted name': {
      ...held(finding({ detector: 'ahead', evidence: [] })),
      options: { trustedSeries: ['ahead'] },
      expect: [['deny', 'ahead']],
    },
    'denies on numbers beside the text of events': { ...held(by('event'), by('reading')), expect: [['deny', 'free text']] },
    'denies on a log line': { ...held(by('log')), expect: [['deny', 'free text']] },
    'denies on nothing': { ...held(), expect: [['deny', 'nobody']] },
    'lets an undo pass': { ...held(by('event')), kind: 'undo', expect: [] },
  },
  {
    'that takes text for state': misled(evidenceTrust, (facts) => ({
      ...facts,
      incident: { ...facts.incident, findings: [by('watch:Pod')] },
    })),
    'that forgets its options': deafToOptions(evidenceTrust),
    'that stops undo': blindToUndo(evidenceTrust),
  },
);
