import { preview } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, offBy } from '../../test/fakes/guard-table.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { dryRun } from './dry-run.ts';

const SOON = NOON + 15_000;

guardTable(
  dryRun,
  {
    'allows what the API server accepts': { expect: [] },
    'denies what it refuses, with its words': {
      preview: preview({ dryRun: { answer: 'refused', why: 'quota exceeded' } }),
      expect: [['deny', 'the API server refuses it: quota exceeded', SOON]],
    },
    'denies what it did not answer': {
      preview: preview({ dryRun: { answer: 'unknown', why: 'timeout' } }),
      expect: [['deny', 'gave no answer to a dry run: timeout', SOON]],
    },
    'allows a preview of exactly 30 s': { preview: preview({ at: NOON - 30_000 }), expect: [] },
    'denies an older one': {
      preview: preview({ at: NOON - 30_001 }),
      expect: [['deny', 'the preview is 31 s old; at most 30 s is allowed', NOON + 1_000]],
    },
    'denies one from the future': { preview: preview({ at: NOON + 1 }), expect: [['deny', 'lies in the future', NOON + 1_000]] },
    'gives both reasons': {
      preview: preview({ at: 0, dryRun: { answer: 'unknown', why: 'no preview was made' } }),
      expect: [
        ['deny', 'no preview was made', SOON],
        ['deny', 'old', NOON + 1_000],
      ],
    },
    'can be stricter by option': {
      options: { maxAgeMs: 5_000 },
      preview: preview({ at: NOON - 5_001 }),
      expect: [['deny', 'at most 5 s', NOON + 1_000]],
    },
    'cannot be laxer by option': {
      options: { maxAgeMs: 60_000 },
      preview: preview({ at: NOON - 30_001 }),
      expect: [['deny', 'at most 30 s', NOON + 1_000]],
    },
    'lets an undo pass': { kind: 'undo', preview: preview({ at: 0 }), expect: [] },
  },
  {
    'that takes no answer for a yes': misled(dryRun, (facts) => ({
      ...facts,
      preview: { ...facts.preview, dryRun: { answer: 'accepted' } },
    })),
    'that forgets its options': deafToOptions(dryRun),
    'that is a millisecond early': offBy(dryRun, 1),
    'that is a millisecond late': offBy(dryRun, -1),
    'that stops undo': blindToUndo(dryRun),
  },
);
